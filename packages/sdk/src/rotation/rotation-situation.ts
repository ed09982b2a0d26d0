import { isApiError } from "../errors/guards.ts";
import type { CallOptions } from "../models/call-options.ts";
import type { Rotations } from "../resources/rotations.ts";

/** What has become of a rotation, as the key's live secrets show it. */
export interface RotationSituation {
  /** The state of its secret; `ended` when it works no more. */
  readonly state: string;
  /** Whether another rotation is pending. */
  readonly hasOthers: boolean;
}

/** Looks up what has become of a rotation; null when that cannot be found out now. */
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

/** Whether a refusal says that a rotation is not pending any more. */
export function isGone(error: unknown): boolean {
  return isApiError(error, "NOT_FOUND") || isApiError(error, "KEY_REVOKED");
}
