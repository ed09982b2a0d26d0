import type { Readable } from "node:stream";
import { CliError } from "../errors/cli-error.ts";
import type { Host } from "../host.ts";
import { isShowable, sanitizeText } from "../text/sanitize.ts";
import type { Io } from "./io.ts";
import { openPromptTerminal } from "./prompt-terminal.ts";

/** What may be picked in {@link Prompts.select}. */
export interface Choice<T> {
  readonly name: string;
  readonly value: T;
}

/**
 * Questions to a person at a terminal, asked on stderr so that stdout stays data. Ctrl-C and Ctrl-D throw INTERRUPTED. Texts may come from
 * anywhere: they are made safe to show here, and a default that cannot be shown as it is is not offered.
 */
export interface Prompts {
  input(message: string, options?: { readonly default?: string }): Promise<string>;
  /** Nothing typed is shown. */
  password(message: string): Promise<string>;
  confirm(message: string, options?: { readonly default?: boolean }): Promise<boolean>;
  select<T>(message: string, choices: readonly Choice<T>[]): Promise<T>;
}

/** Loads inquirer, which is most of this package's weight; so only when somebody is really asked. */
export async function openPrompts(
  io: Pick<Io, "stdin" | "stderr" | "writeStatus">,
  host: Pick<Host, "onJobControl">,
  signal: AbortSignal,
): Promise<Prompts> {
  const { createPromptModule } = await import("inquirer");

  const ask = async <T>(question: Question): Promise<T> => {
    const { input, output, close } = openPromptTerminal(io, host);
    const prompt = createPromptModule({ input, output, signal });
    const asked = prompt([{ ...makeShowable(question), name: "answer" }] as never);
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

  // Asked again from here: inquirer's own validation crashes when Enter and Ctrl-C arrive together.
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
  };
}

// The end of input closes readline, and inquirer then never settles. Ctrl-D amid a text is no end: readline stays open.
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

/** A question as inquirer takes it. */
interface Question {
  readonly type: string;
  readonly message: string;
  readonly default?: string | boolean;
  readonly choices?: readonly Choice<unknown>[];
  readonly loop?: boolean;
  /** Whether Ctrl-T shows a password. */
  readonly toggleMask?: boolean;
}

// inquirer writes to the terminal past the gate that all other output goes through.
function makeShowable({ message, default: preset, choices, ...rest }: Question): Question {
  const isOffered = preset !== undefined && (typeof preset === "boolean" || isShowable(preset));
  return {
    ...rest,
    message: sanitizeText(message),
    ...(isOffered && { default: preset }),
    ...(choices && { choices: choices.map((choice) => ({ ...choice, name: sanitizeText(choice.name) })) }),
  };
}
