import { type ApiError, isApiError } from "../errors/errors.ts";

/** The rotation that has a key's lease, or had it last, as a refusal names it. */
export interface RotationHolder {
  readonly rotationId: string;
  readonly startedOn?: string;
  /** E-mail of whoever began it. */
  readonly startedBy?: string;
  /** Until when it has the lease; in the past when it came later than yours and may have been delivered. */
  readonly leaseExpiresOn?: string;
}

const OPTIONAL_NAMES = ["startedOn", "startedBy", "leaseExpiresOn"] as const;

/** Who is in the way, out of a `ROTATION_IN_PROGRESS` error or one that it caused; null for anything else. `retryAfterSeconds` is on the error. */
export function readRotationHolder(error: unknown): RotationHolder | null {
  const refusal = findRefusal(error);
  const read = (name: string): string | undefined => refusal?.details?.find(({ path }) => path === name)?.message;
  const rotationId = read("rotationId");
  if (rotationId === undefined) return null;
  const others = OPTIONAL_NAMES.map((name) => [name, read(name)] as const).filter(([, text]) => text !== undefined);
  return { rotationId, ...Object.fromEntries(others) };
}

function findRefusal(error: unknown): ApiError | undefined {
  if (isApiError(error, "ROTATION_IN_PROGRESS")) return error;
  const cause = error instanceof Error ? error.cause : undefined;
  return isApiError(cause, "ROTATION_IN_PROGRESS") ? cause : undefined;
}
