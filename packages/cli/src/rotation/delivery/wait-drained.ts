import { setTimeout as sleep } from "node:timers/promises";
import type { ApiKey, LiveSecret } from "@briksync/sdk";
import type { Context } from "../../context.ts";
import { formatLastUse } from "../../secrets/describe-secrets.ts";
import { sanitizeText } from "../../text/sanitize.ts";
import { formatDuration } from "../../text/time.ts";

/** The maximum delay with which the server reports that a secret was used. */
const lateMs = 6000;

/** Interval between messages about the use of the old secret. */
const reportIntervalMs = 60_000;

/** How time is measured during the wait. */
export interface DrainWatch {
  readonly signal: AbortSignal;
  /** Returns the server's time. Called before each poll. */
  readonly readServerTime: () => Date | Promise<Date>;
  /** The maximum time between two polls. Default: one minute. */
  readonly pollMsMax?: number;
}

/**
 * Waits until the secrets that finishing `rotationId` would end have been unused for `quietSeconds`, by the server's
 * time. It has no time limit.
 */
export async function waitUntilDrained(
  context: Context,
  key: Pick<ApiKey, "id">,
  rotationId: string,
  quietSeconds: number,
  { signal, readServerTime, pollMsMax = reportIntervalMs }: DrainWatch,
): Promise<void> {
  const { io } = context;
  const { keys } = await context.client();
  const isTable = (await context.output()) === "table";
  let reported: string | undefined;
  for (;;) {
    const secrets = await keys.rotations.list(key.id, { signal });
    const serverTime = await readServerTime();
    const waitMs = computeDrainMs(secrets, rotationId, quietSeconds, serverTime.getTime());
    if (waitMs <= 0) return;
    const lastUse = findLastUse(secrets, rotationId);
    const use = lastUse === null ? "" : `, ${sanitizeText(formatLastUse(lastUse, serverTime))}`;
    const label = `Waiting until the old secret has been unused for ${formatDuration(quietSeconds)}${use}`;
    if (isTable && label !== reported) io.writeStatus(label);
    reported = label;
    using _waiting = io.startWaiting(label);
    await sleep(Math.min(waitMs, pollMsMax), undefined, { signal });
  }
}

/**
 * Returns the number of milliseconds until the old secrets have been unused for `quietSeconds`, or 0. The old secrets
 * are those that finishing `rotationId` would end. `serverTimeMs` is the server's time. Secrets that were never used
 * are ignored.
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

/**
 * Returns the most recently used of the secrets that finishing `rotationId` would end. Returns null if none was used.
 */
export function findLastUse(secrets: readonly LiveSecret[], rotationId: string): LiveSecret | null {
  const used = secrets.filter(({ id, lastUsedAt }) => id !== rotationId && lastUsedAt !== null);
  return used.sort((a, b) => Date.parse(b.lastUsedAt ?? "") - Date.parse(a.lastUsedAt ?? ""))[0] ?? null;
}
