import type { ApiKey } from "@briksync/sdk";
import { formatRelativeTime } from "../text/relative-time.ts";

/** Returns `3 minutes ago from 203.0.113.7`, or `never`. */
export function describeLastUse(key: Pick<ApiKey, "lastUsedAt" | "lastUsedIp">, now: Date): string {
  const from = key.lastUsedAt && key.lastUsedIp ? ` from ${key.lastUsedIp}` : "";
  return `${formatRelativeTime(key.lastUsedAt, now)}${from}`;
}

/** Returns the same for a sentence: `last used 3 minutes ago from 203.0.113.7`, or `never used`. */
export function wordLastUse(key: Pick<ApiKey, "lastUsedAt" | "lastUsedIp">, now: Date): string {
  return key.lastUsedAt ? `last used ${describeLastUse(key, now)}` : "never used";
}
