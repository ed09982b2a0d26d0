import type { ApiKey, LiveSecret } from "@briksync/sdk";
import type { Context } from "../context.ts";

/** The maximum grace period, doubled to allow for clocks that differ. */
const retiringMsMax = 14 * 86_400_000;

/**
 * Returns the secrets of a key that work, if there can be more than one. Only a rotation creates a second secret, so
 * most keys need no request. Returns none on errors, because the secrets are additional information.
 */
export async function findOtherSecrets(
  context: Context,
  { id, rotation, rotatedOn }: ApiKey,
): Promise<readonly LiveSecret[]> {
  const isRecent = Boolean(rotatedOn) && context.now().getTime() - Date.parse(rotatedOn ?? "") < retiringMsMax;
  if (!rotation?.length && !isRecent) return [];
  return (await context.client()).keys.rotations.list(id, { signal: context.signal }).catch(() => []);
}
