import type { Environment } from "../config/config.ts";

/** What a command may use of the process; handed out by `main.ts`. */
export interface Terminal {
  readonly env: Environment;
  readonly version: string;
  /** One line on stdout. */
  print(line: string): void;
  /** One line on stderr. */
  say(line: string): void;
  /** Text on stdout as it is; resolves when there is room for more. */
  write(text: string): Promise<void>;
  /** What comes on stdin, line by line. */
  readLines(): AsyncIterable<string>;
  /** Whether somebody sits at it who can be asked. */
  readonly isInteractive: boolean;
  /** Asks on stderr and resolves with the line typed, or with null when there is none (Ctrl-D, Ctrl-C). */
  ask(question: string): Promise<string | null>;
  /** Everything on stdin. */
  readInput(): Promise<string>;
  /** Resolves with the name of the signal that asks the process to stop. */
  waitForStop(): Promise<string>;
}
