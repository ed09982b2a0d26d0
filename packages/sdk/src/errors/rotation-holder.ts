import type { ApiError } from "./errors.ts";
import { isApiError } from "./guards.ts";
import type { RotationHolder } from "./rotation-interrupted.ts";

const optionalNames = ["startedOn", "startedBy", "leaseExpiresOn"] as const;

/**
 * Returns the rotation that blocks another one, from a `ROTATION_IN_PROGRESS` error or an error with such a cause.
 * Returns null for other errors. The error itself has `retryAfterSeconds`.
 *
 * @example
 * const holder = readRotationHolder(error);
 * if (holder !== null) console.error(`Blocked by rotation ${holder.rotationId} of ${holder.startedBy}`);
 */
export function readRotationHolder(error: unknown): RotationHolder | null {
  const refusal = findRefusal(error);
  const read = (name: string): string | undefined => refusal?.details?.find(({ path }) => path === name)?.message;
  const rotationId = read("rotationId");
  if (rotationId === undefined) return null;
  const others = optionalNames.map((name) => [name, read(name)] as const).filter(([, text]) => text !== undefined);
  return { rotationId, ...Object.fromEntries(others) };
}

function findRefusal(error: unknown): ApiError | undefined {
  if (isApiError(error, "ROTATION_IN_PROGRESS")) return error;
  const cause = error instanceof Error ? error.cause : undefined;
  return isApiError(cause, "ROTATION_IN_PROGRESS") ? cause : undefined;
}
