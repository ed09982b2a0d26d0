import { type CliErrorType, type ExitCode, exitCodeByCliErrorType } from "./exit-codes.ts";

/** What may accompany a {@link CliError}: `hint` is the next command or step, `details` lists several findings of one kind. */
export interface CliErrorOptions {
  readonly hint?: string | undefined;
  readonly details?: readonly string[] | undefined;
  readonly cause?: unknown;
}

/**
 * A failure that is told to the user in one sentence, with what to do next as `hint`.
 * The exit code follows from the type, so that no command can pick one by hand.
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
