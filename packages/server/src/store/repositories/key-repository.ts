import type { Kysely, Selectable } from "kysely";
import type { AllowedIpRecord, KeyRecord, LeaseRecord } from "../records.ts";
import type { KeyRepository } from "../store.ts";
import type { Tables } from "../tables.ts";
import { readLiveSecrets } from "./live-secrets.ts";
import { readLastUsed } from "./secret-uses.ts";
import { listStaleKeys } from "./stale-keys.ts";

type KeyRow = Selectable<Tables["api_keys"]>;

function toAllowedIpRecord(row: Selectable<Tables["ip_allowlist"]>): AllowedIpRecord {
  return { id: row.id, cidr: row.cidr, note: row.note, createdOn: row.created_on, expiresAt: row.expires_at };
}

function toLease(row: KeyRow): LeaseRecord | null {
  const { lease_holder: holder, lease_expires_on: expiresOn, lease_shared_until: sharedUntil } = row;
  return holder === null || expiresOn === null ? null : { holder, expiresOn, sharedUntil };
}

async function readAllowlists(db: Kysely<Tables>, keyIds: readonly string[]): Promise<Map<string, AllowedIpRecord[]>> {
  const lists = new Map<string, AllowedIpRecord[]>();
  if (keyIds.length === 0) return lists;
  const rows = await db
    .selectFrom("ip_allowlist")
    .selectAll()
    .where("key_id", "in", keyIds)
    .orderBy("created_on")
    .orderBy("cidr")
    .execute();
  for (const row of rows) {
    const list = lists.get(row.key_id) ?? [];
    list.push(toAllowedIpRecord(row));
    lists.set(row.key_id, list);
  }
  return lists;
}

/** Returns the keys of these rows with their related data. */
async function completeKeys(db: Kysely<Tables>, rows: readonly KeyRow[]): Promise<KeyRecord[]> {
  const keyIds = rows.map((row) => row.id);
  const lists = await readAllowlists(db, keyIds);
  const uses = await readLastUsed(db, keyIds);
  const pending = await readLiveSecrets(db, keyIds, uses, ["pending"]);
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    clientId: row.client_id,
    status: row.status,
    createdOn: row.created_on,
    rotatedOn: row.rotated_on,
    revokedOn: row.revoked_on,
    ...uses.ofKey(row.id),
    ipAllowlist: lists.get(row.id) ?? [],
    pending: pending.filter(({ keyId }) => keyId === row.id),
    lease: toLease(row),
  }));
}

/** Returns the keys with up to `entriesMax` allowlist entries together, but at least one key. */
async function cutPage(db: Kysely<Tables>, rows: readonly KeyRow[], entriesMax: number): Promise<readonly KeyRow[]> {
  if (rows.length === 0) return rows;
  const counts = await db
    .selectFrom("ip_allowlist")
    .select((eb) => ["key_id", eb.fn.countAll<number>().as("entries")])
    .where(
      "key_id",
      "in",
      rows.map((row) => row.id),
    )
    .groupBy("key_id")
    .execute();
  const entriesByKey = new Map(counts.map((count) => [count.key_id, Number(count.entries)]));
  let entries = 0;
  const end = rows.findIndex((row) => {
    entries += entriesByKey.get(row.id) ?? 0;
    return entries > entriesMax;
  });
  return end === -1 ? rows : rows.slice(0, Math.max(1, end));
}

/** Keys, secrets and allowlists over Kysely. */
export function createKeyRepository(db: Kysely<Tables>): KeyRepository {
  const updateActive = async (
    companyId: string,
    keyId: string,
    values: Partial<Pick<KeyRow, "name" | "status" | "rotated_on" | "revoked_on">>,
  ): Promise<boolean> => {
    const result = await db
      .updateTable("api_keys")
      .set(values)
      .where("id", "=", keyId)
      .where("company_id", "=", companyId)
      .where("status", "=", "active")
      .executeTakeFirst();
    return result.numUpdatedRows === 1n;
  };

  return {
    find: async (companyId, keyId) => {
      const row = await db
        .selectFrom("api_keys")
        .selectAll()
        .where("id", "=", keyId)
        .where("company_id", "=", companyId)
        .executeTakeFirst();
      const [key = null] = await completeKeys(db, row === undefined ? [] : [row]);
      return key;
    },
    listStep: async (companyId, { status, after, limit, entriesMax }) => {
      let query = db.selectFrom("api_keys").selectAll().where("company_id", "=", companyId);
      if (status !== undefined) query = query.where("status", "=", status);
      // Compare as a pair, which can use an index. Two conditions with "or" would read all earlier keys.
      if (after !== undefined) {
        query = query.where((eb) => eb(eb.refTuple("created_on", "id"), ">", eb.tuple(after.createdOn, after.id)));
      }
      const rows = await query
        .orderBy("created_on")
        .orderBy("id")
        .limit(limit + 1)
        .execute();
      const page = await cutPage(db, rows.slice(0, limit), entriesMax);
      const keys = await completeKeys(db, page);
      return { keys, hasMore: rows.length > page.length };
    },
    insertKey: async (key) => {
      await db
        .insertInto("api_keys")
        .values({
          id: key.id,
          company_id: key.companyId,
          name: key.name,
          client_id: key.clientId,
          status: "active",
          created_on: key.createdOn,
          rotated_on: null,
          revoked_on: null,
          rate_per_minute: null,
          rate_burst: null,
          lease_holder: null,
          lease_expires_on: null,
          lease_shared_until: null,
        })
        .execute();
    },
    renameKey: (companyId, keyId, name) => updateActive(companyId, keyId, { name }),
    markRotated: (companyId, keyId, rotatedOn) => updateActive(companyId, keyId, { rotated_on: rotatedOn }),
    markRevoked: (companyId, keyId, revokedOn) =>
      updateActive(companyId, keyId, { status: "revoked", revoked_on: revokedOn }),
    lockKey: async (companyId, keyId) => {
      const result = await db
        .updateTable("api_keys")
        .set((eb) => ({ name: eb.ref("name") }))
        .where("id", "=", keyId)
        .where("company_id", "=", companyId)
        .executeTakeFirst();
      return result.numUpdatedRows === 1n;
    },
    setLease: async (keyId, lease) => {
      await db
        .updateTable("api_keys")
        .set({
          lease_holder: lease?.holder ?? null,
          lease_expires_on: lease?.expiresOn ?? null,
          lease_shared_until: lease?.sharedUntil ?? null,
        })
        .where("id", "=", keyId)
        .execute();
    },
    insertAllowedIp: async (keyId, entry) => {
      await db
        .insertInto("ip_allowlist")
        .values({
          id: entry.id,
          key_id: keyId,
          cidr: entry.cidr,
          note: entry.note,
          created_on: entry.createdOn,
          expires_at: entry.expiresAt,
        })
        .execute();
    },
    updateAllowedIp: async (keyId, { id, note, expiresAt }) => {
      await db
        .updateTable("ip_allowlist")
        .set({ note, expires_at: expiresAt })
        .where("id", "=", id)
        .where("key_id", "=", keyId)
        .execute();
    },
    deleteAllowedIp: async (keyId, entryId) => {
      const row = await db
        .deleteFrom("ip_allowlist")
        .where("id", "=", entryId)
        .where("key_id", "=", keyId)
        .returningAll()
        .executeTakeFirst();
      return row === undefined ? null : toAllowedIpRecord(row);
    },
    findByClientId: async (clientId) => {
      const row = await db
        .selectFrom("api_keys")
        .select(["id", "company_id", "name", "client_id", "rate_per_minute", "rate_burst"])
        .where("client_id", "=", clientId)
        .executeTakeFirst();
      if (row === undefined) return null;
      const { id, company_id: companyId, name, client_id, rate_per_minute: ratePerMinute, rate_burst: rateBurst } = row;
      return { id, companyId, name, clientId: client_id, ratePerMinute, rateBurst };
    },
    listClientIds: async () => {
      const rows = await db.selectFrom("api_keys").select("client_id").where("status", "=", "active").execute();
      return rows.map((row) => row.client_id);
    },
    setLimit: async (keyId, limit) => {
      await db
        .updateTable("api_keys")
        .set({ rate_per_minute: limit?.perMinute ?? null, rate_burst: limit?.burst ?? null })
        .where("id", "=", keyId)
        .execute();
    },
    listStale: (unusedSince, oldSince, after) => listStaleKeys(db, unusedSince, oldSince, after),
  };
}
