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

/** Something that the user may have meant. `value` selects it, and `name` and `details` describe it. */
export interface Candidate {
  readonly value: string;
  readonly name: string;
  readonly details: string;
}

/** A name that selects several keys or companies. At a terminal, the user can choose one of the candidates. */
export class AmbiguousError extends CliError {
  /** The name as it was passed. */
  readonly text: string;
  readonly candidates: readonly Candidate[];

  constructor(
    text: string,
    candidates: readonly Candidate[],
    message: string,
    options: ConstructorParameters<typeof CliError>[2],
  ) {
    super("AMBIGUOUS", message, options);
    this.text = text;
    this.candidates = candidates;
  }
}

/**
 * A failure with a hint from the command. `cause` is the failure, `hint` replaces the general hint, and `details`
 * follow its own details. The report keeps the type, status and exit code of the cause.
 */
export class ErrorWithHint extends Error {
  override readonly name = "ErrorWithHint";
  readonly hint: string;
  readonly details: readonly string[];

  constructor(cause: unknown, hint: string, details: readonly string[] = []) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.hint = hint;
    this.details = details;
  }
}

/** Returns whether the server may have executed a failed call. */
export function isOutcomeUnknown(error: unknown): boolean {
  return error instanceof Error && "outcome" in error && error.outcome === "unknown";
}
