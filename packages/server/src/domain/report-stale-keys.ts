import type { StaleKeyRecord } from "../store/records.ts";
import type { Dependencies } from "./dependencies.ts";
import { addSeconds } from "./timestamp.ts";

/** A key in the report. */
export type StaleKey = Omit<StaleKeyRecord, "companyId" | "companyName">;

/** Keys that lie around, of each company that has any; a key may be in both lists. */
export interface StaleKeysReport {
  readonly companies: Array<{
    readonly companyId: string;
    readonly companyName: string;
    readonly unused: StaleKey[];
    readonly old: StaleKey[];
  }>;
  /** False when there were more keys than one report holds. */
  readonly isComplete: boolean;
}

const keysMax = 2_000;
const daysDefault = 90;
const daySeconds = 86_400;

/**
 * Reports active keys that were not used for so many days (or never, since they were made so long ago), and those whose secret
 * is older than that. Last uses of other nodes may be 5 seconds late.
 */
export async function reportStaleKeys(
  deps: Dependencies,
  { unusedForDays = daysDefault, olderThanDays = daysDefault }: { unusedForDays?: number; olderThanDays?: number },
): Promise<StaleKeysReport> {
  await deps.usage.flushBriefly();
  const unusedSince = addSeconds(deps.now(), -unusedForDays * daySeconds);
  const oldSince = addSeconds(deps.now(), -olderThanDays * daySeconds);
  const rows = await deps.store.keys.listStale(unusedSince, oldSince, keysMax + 1);
  const companies = new Map<string, { companyId: string; companyName: string; unused: StaleKey[]; old: StaleKey[] }>();
  for (const { companyId, companyName, ...key } of rows.slice(0, keysMax)) {
    const company = companies.get(companyId) ?? { companyId, companyName, unused: [], old: [] };
    companies.set(companyId, company);
    if ((key.lastUsedAt ?? key.createdOn) < unusedSince) company.unused.push(key);
    if ((key.rotatedOn ?? key.createdOn) < oldSince) company.old.push(key);
  }
  return { companies: [...companies.values()], isComplete: rows.length <= keysMax };
}
