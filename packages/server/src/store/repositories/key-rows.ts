import type { Kysely, Selectable } from "kysely";
import type { AllowedIpRecord, KeyRecord, LeaseRecord, StaleKeyStep } from "../records.ts";
import type { Tables } from "../tables.ts";
import { readLastUsed, readLiveSecrets } from "./secret-repository.ts";
import { groupRows } from "./statements.ts";

/** A row of a key. */
export type KeyRow = Selectable<Tables["apiKeys"]>;

/** Returns the record of a row. */
export function toAllowedIpRecord({ keyId: _, ...entry }: Selectable<Tables["ipAllowlist"]>): AllowedIpRecord {
  return entry;
}

function toLease(row: KeyRow): LeaseRecord | null {
  const { leaseHolder: holder, leaseExpiresOn: expiresOn, leaseSharedUntil: sharedUntil } = row;
  return holder === null || expiresOn === null ? null : { holder, expiresOn, sharedUntil };
}

/** Returns the keys of these rows with their related data. */
export async function completeKeys(db: Kysely<Tables>, rows: readonly KeyRow[]): Promise<KeyRecord[]> {
  const keyIds = rows.map((row) => row.id);
  if (keyIds.length === 0) return [];
  const entries = await db
    .selectFrom("ipAllowlist")
    .selectAll()
    .where("keyId", "in", keyIds)
    .orderBy("createdOn")
    .orderBy("cidr")
    .execute();
  const entriesOf = groupRows(entries, ({ keyId }) => keyId);
  const uses = await readLastUsed(db, keyIds);
  const pending = await readLiveSecrets(db, keyIds, uses, ["pending"]);
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    clientId: row.clientId,
    status: row.status,
    createdOn: row.createdOn,
    rotatedOn: row.rotatedOn,
    revokedOn: row.revokedOn,
    ...uses.ofKey(row.id),
    ipAllowlist: entriesOf(row.id).map(toAllowedIpRecord),
    pending: pending.filter(({ keyId }) => keyId === row.id),
    lease: toLease(row),
  }));
}

/** Returns the keys with up to `entriesMax` allowlist entries together, but at least one key. */
async function cutPage(db: Kysely<Tables>, rows: readonly KeyRow[], entriesMax: number): Promise<readonly KeyRow[]> {
  if (rows.length === 0) return rows;
  const counts = await db
    .selectFrom("ipAllowlist")
    .select((eb) => ["keyId", eb.fn.countAll<number>().as("entries")])
    .where(
      "keyId",
      "in",
      rows.map((row) => row.id),
    )
    .groupBy("keyId")
    .execute();
  const entriesByKey = new Map(counts.map((count) => [count.keyId, Number(count.entries)]));
  let entries = 0;
  const end = rows.findIndex((row) => {
    entries += entriesByKey.get(row.id) ?? 0;
    return entries > entriesMax;
  });
  return end === -1 ? rows : rows.slice(0, Math.max(1, end));
}

/** Returns the keys of a page, and whether there are more. If there are more, `rows` has one row more than the page. */
export async function completePage(
  db: Kysely<Tables>,
  rows: readonly KeyRow[],
  { limit, entriesMax }: { readonly limit: number; readonly entriesMax: number },
): Promise<{ readonly keys: readonly KeyRecord[]; readonly hasMore: boolean }> {
  const page = await cutPage(db, rows.slice(0, limit), entriesMax);
  const keys = await completeKeys(db, page);
  return { keys, hasMore: rows.length > page.length };
}

/** Number of keys per step. In SQLite, the whole process waits for a step. */
export const staleStepKeys = 100;

/**
 * Reads one step of keys by ID and returns those that are unused or have an old secret. See `KeyRepository.listStale`.
 */
export async function listStaleKeys(
  db: Kysely<Tables>,
  unusedSince: string,
  oldSince: string,
  afterKeyId: string | null,
): Promise<StaleKeyStep> {
  const rows = await db
    .selectFrom("apiKeys as k")
    .innerJoin("companies as c", "c.id", "k.companyId")
    .select([
      "c.id as companyId",
      "c.name as companyName",
      "k.id as keyId",
      "k.name",
      "k.clientId",
      "k.createdOn",
      "k.rotatedOn",
      "k.status",
    ])
    .where("k.id", ">", afterKeyId ?? "")
    .orderBy("k.id")
    .limit(staleStepKeys)
    .execute();
  const active = rows.filter(({ status }) => status === "active");
  const uses = await readLastUsed(
    db,
    active.map(({ keyId }) => keyId),
  );
  const keys = active
    .map(({ status: _, ...key }) => ({ ...key, lastUsedAt: uses.ofKey(key.keyId).lastUsedAt }))
    .filter((key) => {
      return (key.lastUsedAt ?? key.createdOn) < unusedSince || (key.rotatedOn ?? key.createdOn) < oldSince;
    });
  return { keys, continueAfter: rows.length < staleStepKeys ? null : (rows.at(-1)?.keyId ?? null) };
}
