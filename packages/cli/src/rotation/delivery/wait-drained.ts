import { setTimeout as sleep } from "node:timers/promises";
import type { ApiKey, BrikSync, LiveSecret } from "@briksync/sdk";
import type { Context } from "../../context.ts";
import { wordLastUse } from "../../secrets/describe-last-use.ts";
import { formatDuration } from "../../text/duration.ts";
import { sanitizeText } from "../../text/sanitize.ts";

/** A use is known to the server this much later, at most. */
const lateMs = 6000;

/** How often it is said that somebody still uses the old secret. */
const tellEveryMs = 60_000;

/** How the time passes while it is waited. */
export interface DrainWatch {
  readonly signal: AbortSignal;
  /** The time by the server's clock, for comparisons with its times. Asked before every look. */
  readonly readServerTime: () => Date | Promise<Date>;
  /** The longest time between two looks; a minute by default. */
  readonly pollMsMax?: number;
}

/**
 * Returns once none of the secrets that finishing `rotationId` would end was used for `quietSeconds`, by the server's own times. Has no end of
 * its own: as long as they are used, it waits.
 */
export async function waitUntilDrained(
  context: Context,
  client: Pick<BrikSync, "keys">,
  key: Pick<ApiKey, "id">,
  rotationId: string,
  quietSeconds: number,
  { signal, readServerTime, pollMsMax = tellEveryMs }: DrainWatch,
): Promise<void> {
  const { io } = context;
  const isTable = (await context.output()) === "table";
  let told: string | undefined;
  for (;;) {
    const secrets = await client.keys.rotations.list(key.id, { signal });
    const serverTime = await readServerTime();
    const waitMs = computeDrainMs(secrets, rotationId, quietSeconds, serverTime.getTime());
    if (waitMs <= 0) return;
    const lastUse = findLastUse(secrets, rotationId);
    const use = lastUse === null ? "" : `, ${sanitizeText(wordLastUse(lastUse, serverTime))}`;
    const label = `Waiting until the old secret has been unused for ${formatDuration(quietSeconds)}${use}`;
    if (isTable && label !== told) io.writeStatus(label);
    told = label;
    const stopWaiting = io.startWaiting(label);
    try {
      await sleep(Math.min(waitMs, pollMsMax), undefined, { signal });
    } finally {
      stopWaiting();
    }
  }
}

/**
 * How much longer the secrets that a finish of `rotationId` would end have to stay unused to have been so for `quietSeconds`; 0 where they have.
 * `serverTimeMs` is the server's time, as theirs is. One that was never used is not waited for.
 */
export function computeDrainMs(
  secrets: readonly LiveSecret[],
  rotationId: string,
  quietSeconds: number,
  serverTimeMs: number,
): number {
  const lastUse = findLastUse(secrets, rotationId);
  if (lastUse === null) return 0;
  return Math.max(0, Date.parse(lastUse.lastUsedAt ?? "") + quietSeconds * 1000 + lateMs - serverTimeMs);
}

/** Of the secrets that a finish of `rotationId` would end, the one that was used last; null where none ever was. */
export function findLastUse(secrets: readonly LiveSecret[], rotationId: string): LiveSecret | null {
  const used = secrets.filter(({ id, lastUsedAt }) => id !== rotationId && lastUsedAt !== null);
  return used.sort((a, b) => Date.parse(b.lastUsedAt ?? "") - Date.parse(a.lastUsedAt ?? ""))[0] ?? null;
}
