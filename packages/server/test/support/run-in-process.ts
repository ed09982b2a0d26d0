import { CommanderError } from "commander";
import { createProgram } from "../../src/commands/program.ts";
import type { Terminal } from "../../src/commands/terminal.ts";
import type { CommandResult } from "./run-command.ts";

/** Input of a command besides its arguments. */
export interface InProcess {
  readonly input?: string;
  /** Answers of a user at a terminal. Without answers, there is no terminal. */
  readonly answers?: readonly string[];
}

/**
 * Runs a `briksync-server` command in this process with its own database connections, as `main.ts` does. It takes a
 * fraction of the time of a new process.
 */
export async function runInProcess(
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  { input = "", answers }: InProcess = {},
): Promise<CommandResult> {
  let stdout = "";
  let stderr = "";
  let code = 0;
  const left = [...(answers ?? [])];
  const terminal: Terminal = {
    env,
    version: "0.0.0",
    print: (line) => {
      stdout += `${line}\n`;
    },
    say: (line) => {
      stderr += `${line}\n`;
    },
    write: async (text) => {
      stdout += text;
    },
    readLines: async function* () {},
    readInput: async () => input,
    isInteractive: answers !== undefined,
    ask: async (question) => {
      stderr += `${question}\n`;
      return left.shift() ?? null;
    },
    waitForStop: () => new Promise(() => undefined),
  };
  try {
    const program = createProgram(terminal, (exitCode) => {
      code = exitCode;
    });
    await program.parseAsync(["node", "briksync-server", ...args]);
  } catch (error) {
    code = error instanceof CommanderError ? 2 : 1;
    stderr += `${error instanceof Error ? error.message : String(error)}\n`;
  }
  return { code, signal: null, stdout, stderr };
}
