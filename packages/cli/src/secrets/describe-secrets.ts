import type { ApiKey, LiveSecret, RotationHolder } from "@briksync/sdk";
import { formatRelativeTime, shortenTime } from "../text/relative-time.ts";
import { sanitizeText } from "../text/sanitize.ts";

/** Returns `3 minutes ago from 203.0.113.7`, or `never`. */
export function describeLastUse(key: Pick<ApiKey, "lastUsedAt" | "lastUsedIp">, now: Date): string {
  const from = key.lastUsedAt && key.lastUsedIp ? ` from ${key.lastUsedIp}` : "";
  return `${formatRelativeTime(key.lastUsedAt, now)}${from}`;
}

/** Returns the same for a sentence: `last used 3 minutes ago from 203.0.113.7`, or `never used`. */
export function wordLastUse(key: Pick<ApiKey, "lastUsedAt" | "lastUsedIp">, now: Date): string {
  return key.lastUsedAt ? `last used ${describeLastUse(key, now)}` : "never used";
}

/**
 * Returns one line per secret that works: `pending   created 2 minutes ago by ada@partner.com, never used, expires in
 * 23 hours unless it is used`. `wordEnd` returns the last part.
 */
export function describeSecrets(
  secrets: readonly LiveSecret[],
  now: Date,
  wordEnd: (secret: LiveSecret, now: Date) => string | null = describeEnd,
): readonly string[] {
  const width = Math.max(0, ...secrets.map(({ state }) => state.length));
  return secrets.map((secret) => {
    const traits = [describeOrigin(secret, now), wordLastUse(secret, now), wordEnd(secret, now)];
    return `${secret.state.padEnd(width)}  ${traits.filter((trait) => trait !== null).join(", ")}`;
  });
}

/**
 * Returns `expires in 23 hours unless it is used` for a pending secret, and `expires in 3 hours` for a retiring one.
 * Returns null if the secret does not expire.
 */
export function describeEnd({ state, expiresOn, firstUsedOn }: LiveSecret, now: Date): string | null {
  if (expiresOn === null || (state === "pending" && firstUsedOn !== null)) return null;
  return `expires ${formatRelativeTime(expiresOn, now)}${state === "pending" ? " unless it is used" : ""}`;
}

/** Returns `created 2 days ago by ada@partner.com`. */
function describeOrigin({ createdOn, createdBy }: LiveSecret, now: Date): string {
  return `created ${formatRelativeTime(createdOn, now)}${createdBy === null ? "" : ` by ${createdBy}`}`;
}

/**
 * Returns the rotation that holds the lease: `rotation 7d0f…, which ada@partner.com started at 2026-02-01T10:30:00Z`.
 */
export function describeHolder(holder: RotationHolder | null): string {
  if (holder === null) return "another rotation of this key";
  const { rotationId, startedOn, startedBy } = holder;
  const when = startedOn === undefined ? "" : ` at ${sanitizeText(shortenTime(startedOn))}`;
  const rotation = `rotation ${sanitizeText(rotationId)}`;
  if (startedBy !== undefined) return `${rotation}, which ${sanitizeText(startedBy)} started${when}`;
  return when === "" ? rotation : `${rotation} that started${when}`;
}

/**
 * Returns the status message while the CLI waits for {@link describeHolder}. The CLI does not know whether a run is
 * active, because a run that has ended can leave a lease behind.
 */
export function describeWaiting(holder: RotationHolder | null): string {
  const end = holder?.leaseExpiresOn;
  const lease =
    end === undefined ? "" : ` Its lease expires at ${sanitizeText(shortenTime(end))} unless it is renewed.`;
  return `Waiting for ${describeHolder(holder)}.${lease} A run that has ended can leave a lease behind.`;
}
