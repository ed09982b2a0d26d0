import { CommanderError } from "commander";
import { createProgram } from "../../src/commands/program.ts";
import type { Terminal } from "../../src/commands/terminal.ts";
import type { CommandResult } from "./run-command.ts";

/** What a command may find besides its arguments. */
export interface InProcess {
  readonly input?: string;
  /** The answers of somebody at a terminal; without them there is none. */
  readonly answers?: readonly string[];
}

/**
 * Runs a command of `briksync-server` in this process, with connections of its own to the database: as `main.ts` does, in a fraction of
 * the time that a process takes.
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
