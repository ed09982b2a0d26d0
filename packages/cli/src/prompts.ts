import { CliError } from "./cli-error.ts";
import type { Io } from "./io.ts";

/** What may be picked in {@link Prompts.select}. */
export interface Choice<T> {
  readonly name: string;
  readonly value: T;
}

/** Questions to a person at a terminal, asked on stderr so that stdout stays data. Ctrl-C throws INTERRUPTED. */
export interface Prompts {
  input(message: string, options?: { readonly default?: string }): Promise<string>;
  /** Nothing typed is shown. */
  password(message: string): Promise<string>;
  confirm(message: string, options?: { readonly default?: boolean }): Promise<boolean>;
  select<T>(message: string, choices: readonly Choice<T>[]): Promise<T>;
}

/** Loads inquirer, which is most of this package's weight; so only when somebody is really asked. */
export async function openPrompts(
  io: Pick<Io, "stdin" | "stderr" | "writeTalk">,
  signal: AbortSignal,
): Promise<Prompts> {
  const { createPromptModule } = await import("inquirer");
  const prompt = createPromptModule({
    input: io.stdin as NodeJS.ReadableStream,
    output: io.stderr as NodeJS.WritableStream,
    signal,
  });

  const ask = async <T>(question: Record<string, unknown>): Promise<T> => {
    try {
      const answers: Record<string, unknown> = await prompt([{ ...question, name: "answer" }] as never);
      return answers["answer"] as T;
    } catch (error) {
      if (
        signal.aborted ||
        (error instanceof Error && /^(ExitPrompt|AbortPrompt|CancelPrompt)Error$/.test(error.name))
      ) {
        throw new CliError("INTERRUPTED", "Interrupted. Nothing was sent.", { cause: error });
      }
      throw error;
    }
  };

  // Asked again from here: inquirer's own validation crashes when Enter and Ctrl-C arrive together.
  const askText = async (question: Record<string, unknown>): Promise<string> => {
    for (;;) {
      const answer = await ask<string>(question);
      if (answer.trim() !== "") return answer;
    }
  };

  return {
    input: (message, options = {}) => askText({ type: "input", message, ...options }),
    password: (message) => askText({ type: "password", message }),
    confirm: (message, options = {}) => ask({ type: "confirm", message, default: false, ...options }),
    select: (message, choices) => ask({ type: "select", message, choices: [...choices], loop: false }),
  };
}
