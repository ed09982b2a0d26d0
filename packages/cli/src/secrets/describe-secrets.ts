import type { ApiKey, LiveSecret, RotationHolder } from "@briksync/sdk";
import type { Context } from "../context.ts";
import { sanitizeText } from "../text/sanitize.ts";
import { formatDuration, formatRelativeTime, shortenTime } from "../text/time.ts";

/** Returns `3 minutes ago from 203.0.113.7`, or `never`. */
export function describeLastUse(key: Pick<ApiKey, "lastUsedAt" | "lastUsedIp">, now: Date): string {
  const from = key.lastUsedAt && key.lastUsedIp ? ` from ${key.lastUsedIp}` : "";
  return `${formatRelativeTime(key.lastUsedAt, now)}${from}`;
}

/** Returns the same for a sentence: `last used 3 minutes ago from 203.0.113.7`, or `never used`. */
export function formatLastUse(key: Pick<ApiKey, "lastUsedAt" | "lastUsedIp">, now: Date): string {
  return key.lastUsedAt ? `last used ${describeLastUse(key, now)}` : "never used";
}

/**
 * Returns one line per secret that works: `pending   created 2 minutes ago by ada@partner.com, never used, expires in
 * 23 hours unless it is used`. `formatEnd` returns the last part.
 */
export function describeSecrets(
  secrets: readonly LiveSecret[],
  now: Date,
  formatEnd: (secret: LiveSecret, now: Date) => string | null = describeEnd,
): readonly string[] {
  const width = Math.max(0, ...secrets.map(({ state }) => state.length));
  return secrets.map((secret) => {
    const { createdOn, createdBy } = secret;
    const origin = `created ${formatRelativeTime(createdOn, now)}${createdBy === null ? "" : ` by ${createdBy}`}`;
    const traits = [origin, formatLastUse(secret, now), formatEnd(secret, now)];
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
  return `Waiting for ${describeHolder(holder)}.${lease} A run that has ended can leave a lease behind. With --wait 0, the CLI does not wait.`;
}

/** A secret other than the old one that a rotation ended earlier than planned. Part of the JSON output. */
export interface EndedSecret {
  readonly id: string;
  /** Its state before the rotation. */
  readonly state: LiveSecret["state"];
  /** When it would have expired without this rotation. Null if it had no expiry. */
  readonly wouldHaveEndedOn: string | null;
  readonly lastUsedAt: string | null;
  readonly lastUsedIp: string | null;
}

/**
 * Returns the secrets that a rotation ends, or whose grace period it shortens: all except the new one and those that
 * retire earlier. `keptId` is the new secret, or null if it does not exist yet. If it is already the current one, a
 * finish affects only retiring secrets.
 */
export function findEndedSecrets(
  secrets: readonly LiveSecret[],
  keptId: string | null,
  graceSeconds: number,
  now: Date,
): readonly LiveSecret[] {
  const isRepeated = secrets.some(({ id, state }) => id === keptId && state === "current");
  const endMs = now.getTime() + graceSeconds * 1000;
  return secrets.filter(({ id, state, expiresOn }) => {
    if (id === keptId) return false;
    if (state !== "retiring") return !isRepeated;
    return graceSeconds === 0 || Date.parse(expiresOn ?? "") > endMs;
  });
}

/** Returns the secrets that end, except the current one. */
export function omitCurrent(ended: readonly LiveSecret[]): readonly LiveSecret[] {
  return ended.filter(({ state }) => state !== "current");
}

/** Returns the secrets that end, except the current one, for the JSON output. */
export function toEndedSecrets(ended: readonly LiveSecret[]): readonly EndedSecret[] {
  return omitCurrent(ended).map((secret) => {
    const { id, state, lastUsedAt, lastUsedIp } = secret;
    return { id, state, wouldHaveEndedOn: readEnd(secret), lastUsedAt, lastUsedIp };
  });
}

/**
 * Returns one line per secret that ends: `retiring  created 2 days ago, last used 3 minutes ago, would have expired at
 * 2026-02-01T10:30:00Z`.
 */
export function describeEndedSecrets(secrets: readonly LiveSecret[], now: Date): readonly string[] {
  return describeSecrets(secrets, now, describePlannedEnd).map(sanitizeText);
}

/** Prints the secrets that a rotation ended in addition to the current one. */
export function reportEndedSecrets({ io, now }: Context, ended: readonly LiveSecret[], graceSeconds: number): void {
  const others = omitCurrent(ended);
  if (others.length === 0) return;
  const [what, verb] = others.length === 1 ? ["Another secret", "works"] : [`${others.length} other secrets`, "work"];
  const end = graceSeconds > 0 ? `${verb} for only another ${formatDuration(graceSeconds)}` : "stopped working";
  const lines = describeEndedSecrets(others, now()).map((line) => `\n  ${line}`);
  io.writeStatus(`${io.statusColors.yellow("!")} ${what} also ${end}:${lines.join("")}`);
}

function describePlannedEnd(secret: LiveSecret): string | null {
  const end = readEnd(secret);
  if (end === null) return null;
  const time = shortenTime(end);
  return secret.state === "pending" ? `would have expired at ${time} if unused` : `would have expired at ${time}`;
}

// A pending secret that was used no longer expires.
function readEnd({ state, expiresOn, firstUsedOn }: LiveSecret): string | null {
  return state === "pending" && firstUsedOn !== null ? null : expiresOn;
}

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
