/**
 * A failure with a hint from the command. `cause` is the failure, `hint` replaces the general hint, and `details`
 * follow its own details. The report keeps the type, status and exit code of the cause.
 */
export class AdvisedError extends Error {
  override readonly name = "AdvisedError";
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
