import type { Environment } from "../config/config.ts";

/** Access of a command to the process. `main.ts` provides it. */
export interface Terminal {
  readonly env: Environment;
  readonly version: string;
  /** Prints a line to stdout. */
  print(line: string): void;
  /** Prints a line to stderr. */
  say(line: string): void;
  /** Writes text to stdout. Resolves when there is room for more. */
  write(text: string): Promise<void>;
  /** Returns the lines of stdin. */
  readLines(): AsyncIterable<string>;
  /** Whether the command can prompt the user. */
  readonly isInteractive: boolean;
  /** Prompts on stderr and returns the typed line, or null after Ctrl-D or Ctrl-C. */
  ask(question: string): Promise<string | null>;
  /** Returns all of stdin. */
  readInput(): Promise<string>;
  /** Resolves with the name of the signal when the process must stop. */
  waitForStop(): Promise<string>;
}
