import { isApiError } from "../errors/guards.ts";
import type { CallOptions } from "../models/call-options.ts";
import type { Rotations } from "../resources/rotations.ts";

/** The state of a rotation, according to the working secrets of its key. */
export interface RotationSituation {
  /** State of its secret. `ended` if it no longer works. */
  readonly state: string;
  /** Whether another rotation is pending. */
  readonly hasOthers: boolean;
}

/** Looks up the state of a rotation. Returns null if the lookup fails. */
export async function findSituation(
  rotations: Rotations,
  keyId: string,
  rotationId: string | undefined,
  options: CallOptions,
): Promise<RotationSituation | null> {
  const secrets = await rotations.list(keyId, options).catch(() => null);
  if (secrets === null) return null;
  return {
    state: secrets.find(({ id }) => id === rotationId)?.state ?? "ended",
    hasOthers: secrets.some(({ id, state }) => id !== rotationId && state === "pending"),
  };
}

/** Returns whether an error says that a rotation is no longer pending. */
export function isGone(error: unknown): boolean {
  return isApiError(error, "NOT_FOUND") || isApiError(error, "KEY_REVOKED");
}
