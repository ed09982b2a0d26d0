import type { ApiKey, BrikSync, LiveSecret } from "@briksync/sdk";
import type { Context } from "../context.ts";

/** The longest grace that a server gives, and as much again for clocks that differ. */
const retiringMsMax = 14 * 86_400_000;

/**
 * The secrets of a key that work, where there can be more than one: only a rotation makes a second, so most keys need no second question. None
 * where they cannot be had, since they are never what was asked for.
 */
export async function findOtherSecrets(
  context: Context,
  client: Pick<BrikSync, "keys">,
  { id, rotation, rotatedOn }: ApiKey,
): Promise<readonly LiveSecret[]> {
  const isRecent = Boolean(rotatedOn) && context.now().getTime() - Date.parse(rotatedOn ?? "") < retiringMsMax;
  if (!rotation?.length && !isRecent) return [];
  return client.keys.rotations.list(id, { signal: context.signal }).catch(() => []);
}
