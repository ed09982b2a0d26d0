import { CliError } from "../../errors/cli-error.ts";
import type { CliErrorType } from "../../errors/exit-codes.ts";
import { beginSentence } from "../../text/begin-sentence.ts";
import type { CommandResult } from "./run-command.ts";

/**
 * Throws an error of the given type, with the last lines of output, unless the command exited with 0 and read all of
 * its input.
 */
export function requireSuccess(
  type: CliErrorType,
  name: string,
  result: CommandResult,
  secret: string,
  hint?: string,
): void {
  const { exitCode, hasLeftInput, output } = result;
  if (exitCode === 0 && !hasLeftInput) return;
  const details = output.readLines(secret);
  if (exitCode === 0) {
    throw new CliError(
      type,
      `${beginSentence(name)} exited without reading the secret from standard input. The secret was not delivered.`,
      { details, hint },
    );
  }
  const end = exitCode === null ? "was stopped by a signal" : `exited with code ${exitCode}`;
  throw new CliError(type, `${beginSentence(name)} ${end}.`, { details, hint });
}
