import type { Readable } from "node:stream";
import { CliError } from "../errors/cli-error.ts";
import type { Host } from "../host.ts";
import { isShowable, sanitizeText } from "../text/sanitize.ts";
import type { Io } from "./io.ts";
import { openPromptTerminal } from "./prompt-terminal.ts";

/** A choice in {@link Prompts.select}. */
interface Choice<T> {
  readonly name: string;
  readonly value: T;
}

/**
 * Prompts on stderr, so that stdout contains only data. Ctrl-C and Ctrl-D throw INTERRUPTED. Texts are sanitized here.
 * A default that cannot be shown unchanged is not offered.
 */
export interface Prompts {
  input(message: string, options?: { readonly default?: string }): Promise<string>;
  /** The typed text is not shown. */
  password(message: string): Promise<string>;
  confirm(message: string, options?: { readonly default?: boolean }): Promise<boolean>;
  select<T>(message: string, choices: readonly Choice<T>[]): Promise<T>;
  /** Like {@link Prompts.select}, and lists only the choices that contain the words that the user types. */
  search<T>(message: string, choices: readonly Choice<T>[]): Promise<T>;
}

/** Opens prompts. Loads inquirer only when a prompt is needed, because it is most of this package's size. */
export async function openPrompts(
  io: Pick<Io, "stdin" | "stderr" | "writeStatus">,
  host: Pick<Host, "onJobControl">,
  signal: AbortSignal,
): Promise<Prompts> {
  const { createPromptModule } = await import("inquirer");

  const ask = async <T>(question: Question): Promise<T> => {
    const { input, output, close } = openPromptTerminal(io, host);
    const prompt = createPromptModule({ input, output, signal });
    const asked = prompt([{ ...sanitizeQuestion(question), name: "answer" }] as never);
    const stopWatching = watchForEnd(input, () => asked.ui.close());
    try {
      const answers: Record<string, unknown> = await asked;
      return answers["answer"] as T;
    } catch (error) {
      if (
        signal.aborted ||
        (error instanceof Error && /^(ExitPrompt|AbortPrompt|CancelPrompt)Error$/.test(error.name))
      ) {
        throw new CliError("INTERRUPTED", "Interrupted. Nothing was changed.", { cause: error });
      }
      throw error;
    } finally {
      stopWatching();
      close();
    }
  };

  // The loop is here because inquirer's own validation crashes if Enter and Ctrl-C arrive together.
  const askText = async (question: Question): Promise<string> => {
    for (;;) {
      const answer = await ask<string>(question);
      if (answer.trim() !== "") return answer;
    }
  };

  return {
    input: (message, options = {}) => askText({ type: "input", message, ...options }),
    password: (message) => askText({ type: "password", message, toggleMask: false }),
    confirm: (message, options = {}) => ask({ type: "confirm", message, default: false, ...options }),
    select: (message, choices) => ask({ type: "select", message, choices, loop: false }),
    search: (message, choices) => ask({ type: "search", message, source: searchChoices(choices.map(sanitizeChoice)) }),
  };
}

function searchChoices(choices: readonly Choice<unknown>[]): (term: string | undefined) => readonly Choice<unknown>[] {
  return (term = "") => {
    const words = term.toLowerCase().split(/\s+/);
    return choices.filter(({ name }) => words.every((word) => name.toLowerCase().includes(word)));
  };
}

// At the end of input, readline closes and inquirer never settles. Ctrl-D inside a text does not end the input, and
// readline stays open.
function watchForEnd(stdin: Readable, onEnd: () => void): () => void {
  const onKeypress = (_text: unknown, key: { readonly ctrl?: boolean; readonly name?: string } | undefined): void => {
    if (key?.ctrl === true && key.name === "d") queueMicrotask(() => stdin.isPaused() && onEnd());
  };
  stdin.on("keypress", onKeypress);
  stdin.on("end", onEnd);
  return () => {
    stdin.off("keypress", onKeypress);
    stdin.off("end", onEnd);
  };
}

/** A question for inquirer. */
interface Question {
  readonly type: string;
  readonly message: string;
  readonly default?: string | boolean;
  readonly choices?: readonly Choice<unknown>[];
  readonly loop?: boolean;
  readonly source?: (term: string | undefined) => readonly Choice<unknown>[];
  /** Whether Ctrl-T shows the password. */
  readonly toggleMask?: boolean;
}

// inquirer writes to the terminal directly, so its texts are sanitized here.
function sanitizeQuestion({ message, default: preset, choices, ...rest }: Question): Question {
  const isOffered = preset !== undefined && (typeof preset === "boolean" || isShowable(preset));
  return {
    ...rest,
    message: sanitizeText(message),
    ...(isOffered && { default: preset }),
    ...(choices && { choices: choices.map(sanitizeChoice) }),
  };
}

function sanitizeChoice(choice: Choice<unknown>): Choice<unknown> {
  return { ...choice, name: sanitizeText(choice.name) };
}
