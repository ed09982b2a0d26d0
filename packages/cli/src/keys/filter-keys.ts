import type { ApiKey } from "@briksync/sdk";
import { CliError } from "../errors/cli-error.ts";

/** Filters for keys. A key must match all of them. */
export interface KeyFilter {
  /** The key was not used for this long, or since it was created. */
  readonly unusedForSeconds?: number | undefined;
  /** The secret is at least this old, since the creation or last rotation of the key. */
  readonly olderThanSeconds?: number | undefined;
  /** The key has no allowlist, so every address can use it. */
  readonly isUnrestricted?: boolean | undefined;
}

/**
 * Returns the keys that match the filter. Throws FEATURE_UNAVAILABLE if the server does not return allowlists, because
 * omitting such keys would hide a problem.
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
