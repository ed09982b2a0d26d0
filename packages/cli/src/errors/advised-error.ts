/**
 * A failure whose next step only the command knows: `cause` is the failure itself, `hint` replaces what would be advised in general, and
 * `details` come after its own. The report keeps the type, status and exit code of the cause.
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

/** Whether a call failed in a way that leaves open if the server carried it out. */
export function isOutcomeUnknown(error: unknown): boolean {
  return error instanceof Error && "outcome" in error && error.outcome === "unknown";
}
