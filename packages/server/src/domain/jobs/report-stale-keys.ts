import type { StaleKeyRecord, StaleKeyStep } from "../../store/records.ts";
import type { Dependencies } from "../dependencies.ts";
import { addSeconds } from "../timestamp.ts";

/** A key in the report. */
type StaleKey = Omit<StaleKeyRecord, "companyId" | "companyName">;

/** Stale keys by company. A key can be in both lists. */
export interface StaleKeysReport {
  readonly companies: Array<{
    readonly companyId: string;
    readonly companyName: string;
    readonly unused: StaleKey[];
    readonly old: StaleKey[];
  }>;
  /** False if not all stale keys fit into the report. */
  readonly isComplete: boolean;
}

const keysMax = 2_000;
const daysDefault = 90;
const daySeconds = 86_400;

function compareTexts(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}

/**
 * Returns active keys that were unused for a number of days (or never used since they were created), and keys with an
 * older secret. Last-used times of other nodes can be 5 seconds behind. Reads all keys in small steps until the report
 * is full.
 */
export async function reportStaleKeys(
  deps: Dependencies,
  { unusedForDays = daysDefault, olderThanDays = daysDefault }: { unusedForDays?: number; olderThanDays?: number },
): Promise<StaleKeysReport> {
  await deps.usage.flushBriefly();
  const unusedSince = addSeconds(deps.now(), -unusedForDays * daySeconds);
  const oldSince = addSeconds(deps.now(), -olderThanDays * daySeconds);
  const found: StaleKeyRecord[] = [];
  let after: string | null = null;
  do {
    if (after !== null) await deps.turns.next();
    const step: StaleKeyStep = await deps.store.keys.listStale(unusedSince, oldSince, after);
    found.push(...step.keys);
    after = step.continueAfter;
  } while (after !== null && found.length <= keysMax);
  const companies = new Map<string, { companyId: string; companyName: string; unused: StaleKey[]; old: StaleKey[] }>();
  const byAge = found.slice(0, keysMax).sort((one, other) => compareTexts(one.createdOn, other.createdOn));
  for (const { companyId, companyName, ...key } of byAge) {
    const company = companies.get(companyId) ?? { companyId, companyName, unused: [], old: [] };
    companies.set(companyId, company);
    if ((key.lastUsedAt ?? key.createdOn) < unusedSince) company.unused.push(key);
    if ((key.rotatedOn ?? key.createdOn) < oldSince) company.old.push(key);
  }
  const byName = [...companies.values()].sort((one, other) => compareTexts(one.companyName, other.companyName));
  return { companies: byName, isComplete: found.length <= keysMax };
}
