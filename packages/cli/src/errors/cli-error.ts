import { type CliErrorType, type ExitCode, exitCodeByCliErrorType } from "./exit-codes.ts";

/** Options of a {@link CliError}. `hint` is the next step, one per line. `details` lists several facts. */
export interface CliErrorOptions {
  readonly hint?: string | undefined;
  readonly details?: readonly string[] | undefined;
  readonly cause?: unknown;
}

/**
 * A failure with a message of one or two sentences, and the next step as `hint`. The type determines the exit code, so
 * that commands cannot choose one.
 */
export class CliError extends Error {
  override readonly name = "CliError";
  readonly type: CliErrorType;
  readonly exitCode: ExitCode;
  readonly hint: string | undefined;
  readonly details: readonly string[];

  constructor(type: CliErrorType, message: string, options: CliErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.type = type;
    this.exitCode = exitCodeByCliErrorType[type];
    this.hint = options.hint;
    this.details = options.details ?? [];
  }
}
