import type { LiveSecret } from "@briksync/sdk";
import type { Context } from "../context.ts";
import { formatDuration } from "../text/duration.ts";
import { sanitizeText } from "../text/sanitize.ts";
import { shortenTime } from "./describe-holder.ts";
import { wordLastUse } from "./describe-last-use.ts";
import { describeOrigin } from "./describe-secrets.ts";

/** A secret besides the old one that a rotation ended, or whose grace it cut short, as `-o json` shows it. */
export interface EndedSecret {
  readonly id: string;
  /** What it was before. */
  readonly state: LiveSecret["state"];
  /** Until when it would have worked without this rotation; null where it had no end. */
  readonly wouldHaveEndedOn: string | null;
  readonly lastUsedAt: string | null;
  readonly lastUsedIp: string | null;
}

/**
 * Of the secrets of a key those that a rotation ends, or whose grace it cuts short: all but the new one and those that retire earlier anyway.
 * `keptId` is the new one, null where it is not made yet; once it is the current one a finish touches only what is retiring.
 */
export function findEnded(
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

/** Of the secrets that end those that are not the one in use: what an earlier rotation had promised, or somebody may have installed. */
export function omitCurrent(ended: readonly LiveSecret[]): readonly LiveSecret[] {
  return ended.filter(({ state }) => state !== "current");
}

/** What ends besides the one in use, for programs. */
export function toEndedSecrets(ended: readonly LiveSecret[]): readonly EndedSecret[] {
  return omitCurrent(ended).map((secret) => {
    const { id, state, lastUsedAt, lastUsedIp } = secret;
    return { id, state, wouldHaveEndedOn: readEnd(secret), lastUsedAt, lastUsedIp };
  });
}

/** One line per secret that ends, for people: `retiring  made 2 days ago, last used 3 minutes ago, was to work until 2026-02-01T10:30:00Z`. */
export function describeEnded(secrets: readonly LiveSecret[], now: Date): readonly string[] {
  const width = Math.max(0, ...secrets.map(({ state }) => state.length));
  return secrets.map((secret) => {
    const traits = [describeOrigin(secret, now), wordLastUse(secret, now), wordEnd(secret)];
    return sanitizeText(`${secret.state.padEnd(width)}  ${traits.filter((trait) => trait !== null).join(", ")}`);
  });
}

/** Tells what a rotation ended besides the secret that was in use, which is told anyway. */
export function tellEnded({ io, now }: Context, ended: readonly LiveSecret[], graceSeconds: number): void {
  const others = omitCurrent(ended);
  if (others.length === 0) return;
  const [what, verb] = others.length === 1 ? ["Another secret", "works"] : [`${others.length} other secrets`, "work"];
  const end = graceSeconds > 0 ? `${verb} for only another ${formatDuration(graceSeconds)}` : "stopped working";
  const lines = describeEnded(others, now()).map((line) => `\n  ${line}`);
  io.writeStatus(`${io.statusColors.yellow("!")} ${what} also ${end}:${lines.join("")}`);
}

function wordEnd(secret: LiveSecret): string | null {
  const end = readEnd(secret);
  if (end === null) return null;
  const time = shortenTime(end);
  return secret.state === "pending" ? `would have expired at ${time} if unused` : `would have expired at ${time}`;
}

// A pending secret that was used does not end by itself, whatever its deadline was.
function readEnd({ state, expiresOn, firstUsedOn }: LiveSecret): string | null {
  return state === "pending" && firstUsedOn !== null ? null : expiresOn;
}
