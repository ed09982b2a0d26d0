import { CommanderError } from "commander";
import { ConfigError } from "../config/config.ts";
import { AppError } from "../errors.ts";
import { SchemaError } from "../store/own-schema.ts";
import { StoreUnavailableError } from "../store/store.ts";
import { ImportError } from "../store/transfer/import-error.ts";
import { createProgram } from "./program.ts";
import type { Terminal } from "./terminal.ts";

/** Exit code for an invalid configuration (EX_CONFIG of sysexits.h). */
const configExitCode = 78;

/** Prints the error and returns the exit code. Errors that the operator can fix have no stack trace. */
function reportFailure(terminal: Terminal, error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (error instanceof ConfigError || error instanceof SchemaError) {
    terminal.say(error.message);
    return configExitCode;
  }
  if (error instanceof StoreUnavailableError) {
    terminal.say(`${error.message}. Nothing was changed.`);
    return 1;
  }
  if (error instanceof ImportError) {
    terminal.say(`${error.message}. Nothing was imported.`);
    return 1;
  }
  if (error instanceof AppError) {
    terminal.say(error.publicMessage);
    return 1;
  }
  if (error instanceof Error && "code" in error && typeof error.code === "string") {
    terminal.say(error.message);
    return 1;
  }
  terminal.say(error instanceof Error ? (error.stack ?? error.message) : String(error));
  return 1;
}

/**
 * Runs the command line and returns the exit code. Calls `onCommand` with the name of the command before its code is
 * loaded.
 */
export async function run(
  terminal: Terminal,
  argv: readonly string[],
  onCommand: (name: string) => void,
): Promise<number> {
  let exitCode = 0;
  const program = createProgram(terminal, (code) => {
    exitCode = code;
  });
  // Without a command, the program itself is the command and starts the server.
  program.hook("preAction", (_program, command) => onCommand(command === program ? "serve" : command.name()));
  try {
    await program.parseAsync([...argv]);
    return exitCode;
  } catch (error) {
    return reportFailure(terminal, error);
  }
}
