import type { ApiKey } from "@briksync/sdk";
import { CliError } from "../errors/cli-error.ts";

/** Which keys are looked for; every condition that is given must hold. */
export interface KeyFilter {
  /** Nobody used the key for this long, or since it was created. */
  readonly unusedForSeconds?: number | undefined;
  /** The secret was made (with the key, or by a rotation) at least this long ago. */
  readonly olderThanSeconds?: number | undefined;
  /** No allowlist: every address may use the key. */
  readonly isUnrestricted?: boolean | undefined;
}

/**
 * The keys that fulfil the filter. Throws FEATURE_UNAVAILABLE where the server does not say which addresses a key allows, since
 * leaving such keys out would look like all is well.
 */
export function filterKeys(keys: readonly ApiKey[], filter: KeyFilter, now: Date): readonly ApiKey[] {
  const { unusedForSeconds, olderThanSeconds, isUnrestricted } = filter;
  return keys.filter((key) => {
    if (unusedForSeconds !== undefined && !isBefore(key.lastUsedAt ?? key.createdOn, unusedForSeconds, now))
      return false;
    if (olderThanSeconds !== undefined && !isBefore(key.rotatedOn ?? key.createdOn, olderThanSeconds, now))
      return false;
    return isUnrestricted !== true || isOpen(key);
  });
}

function isBefore(time: string, secondsAgo: number, now: Date): boolean {
  return Date.parse(time) <= now.getTime() - secondsAgo * 1000;
}

function isOpen(key: ApiKey): boolean {
  if (key.ipAllowlist !== undefined) return key.ipAllowlist.length === 0;
  throw new CliError("FEATURE_UNAVAILABLE", "This server does not provide the IP allowlists of keys.", {
    hint: "Omit --unrestricted.",
  });
}
