import type { ApiError } from "./errors.ts";
import { isApiError } from "./guards.ts";
import type { RotationHolder } from "./rotation-interrupted.ts";

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
