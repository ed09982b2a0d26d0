import type { LiveSecret } from "@briksync/sdk/browser";

const recentMs = 3_600_000;

/** Reasons not to finish a rotation now. */
export interface DrainState {
  /** Whether no client has used the new secret. */
  readonly isNewUnused: boolean;
  /** Other secrets that a client used in the last hour. They stop working when the rotation is finished. */
  readonly inUse: readonly LiveSecret[];
}

/** Returns the reasons not to finish a rotation now. `secrets` are all working secrets of the key. */
export function readDrainState(rotation: LiveSecret, secrets: readonly LiveSecret[], nowMs: number): DrainState {
  return {
    isNewUnused: rotation.firstUsedOn === null,
    inUse: secrets.filter(
      ({ id, lastUsedAt }) => id !== rotation.id && lastUsedAt !== null && nowMs - Date.parse(lastUsedAt) < recentMs,
    ),
  };
}
