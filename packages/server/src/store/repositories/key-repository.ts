import type { Kysely, Selectable } from "kysely";
import type { KeyRepository } from "../ports/keys.ts";
import type { AllowedIpRecord, KeyRecord, LeaseRecord } from "../records.ts";
import type { Tables } from "../tables.ts";
import { readLastUsed, readLiveSecrets } from "./live-secrets.ts";
import { listStaleKeys } from "./stale-keys.ts";
import { changesRow, execute, findFirst, findRecord } from "./statements.ts";

type KeyRow = Selectable<Tables["apiKeys"]>;

function toAllowedIpRecord({ keyId: _, ...entry }: Selectable<Tables["ipAllowlist"]>): AllowedIpRecord {
  return entry;
}

function toLease(row: KeyRow): LeaseRecord | null {
  const { leaseHolder: holder, leaseExpiresOn: expiresOn, leaseSharedUntil: sharedUntil } = row;
  return holder === null || expiresOn === null ? null : { holder, expiresOn, sharedUntil };
}

async function readAllowlists(db: Kysely<Tables>, keyIds: readonly string[]): Promise<Map<string, AllowedIpRecord[]>> {
  const lists = new Map<string, AllowedIpRecord[]>();
  if (keyIds.length === 0) return lists;
  const rows = await db
    .selectFrom("ipAllowlist")
    .selectAll()
    .where("keyId", "in", keyIds)
    .orderBy("createdOn")
    .orderBy("cidr")
    .execute();
  for (const row of rows) {
    const list = lists.get(row.keyId) ?? [];
    list.push(toAllowedIpRecord(row));
    lists.set(row.keyId, list);
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
    clientId: row.clientId,
    status: row.status,
    createdOn: row.createdOn,
    rotatedOn: row.rotatedOn,
    revokedOn: row.revokedOn,
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

/** Keys, secrets and allowlists over Kysely. */
export function createKeyRepository(db: Kysely<Tables>): KeyRepository {
  const updateActive = (
    companyId: string,
    keyId: string,
    values: Partial<Pick<KeyRow, "name" | "status" | "rotatedOn" | "revokedOn">>,
  ): Promise<boolean> =>
    changesRow(
      db
        .updateTable("apiKeys")
        .set(values)
        .where("id", "=", keyId)
        .where("companyId", "=", companyId)
        .where("status", "=", "active"),
    );

  return {
    find: async (companyId, keyId) => {
      const row = await db
        .selectFrom("apiKeys")
        .selectAll()
        .where("id", "=", keyId)
        .where("companyId", "=", companyId)
        .executeTakeFirst();
      const [key = null] = await completeKeys(db, row === undefined ? [] : [row]);
      return key;
    },
    listStep: async (companyId, { status, after, limit, entriesMax }) => {
      let query = db.selectFrom("apiKeys").selectAll().where("companyId", "=", companyId);
      if (status !== undefined) query = query.where("status", "=", status);
      // Compare as a pair, which can use an index. Two conditions with "or" would read all earlier keys.
      if (after !== undefined) {
        query = query.where((eb) => eb(eb.refTuple("createdOn", "id"), ">", eb.tuple(after.createdOn, after.id)));
      }
      const rows = await query
        .orderBy("createdOn")
        .orderBy("id")
        .limit(limit + 1)
        .execute();
      const page = await cutPage(db, rows.slice(0, limit), entriesMax);
      const keys = await completeKeys(db, page);
      return { keys, hasMore: rows.length > page.length };
    },
    listStates: async (companyId, keyIds) => {
      if (keyIds.length === 0) return new Map();
      const rows = await db
        .selectFrom("apiKeys")
        .select(["id", "status"])
        .where("companyId", "=", companyId)
        .where("id", "in", keyIds)
        .execute();
      return new Map(rows.map(({ id, status }) => [id, status]));
    },
    listActiveIds: async (companyId, limit) => {
      const rows = await db
        .selectFrom("apiKeys")
        .select("id")
        .where("companyId", "=", companyId)
        .where("status", "=", "active")
        .limit(limit)
        .execute();
      return rows.map(({ id }) => id);
    },
    insertKey: ({ id, companyId, name, clientId, createdOn }) =>
      execute(
        db.insertInto("apiKeys").values({
          id,
          companyId,
          name,
          clientId,
          createdOn,
          status: "active",
          rotatedOn: null,
          revokedOn: null,
          ratePerMinute: null,
          rateBurst: null,
          leaseHolder: null,
          leaseExpiresOn: null,
          leaseSharedUntil: null,
        }),
      ),
    renameKey: (companyId, keyId, name) => updateActive(companyId, keyId, { name }),
    markRotated: (companyId, keyId, rotatedOn) => updateActive(companyId, keyId, { rotatedOn }),
    markRevoked: (companyId, keyId, revokedOn) => updateActive(companyId, keyId, { status: "revoked", revokedOn }),
    lockKey: (companyId, keyId) =>
      changesRow(
        db
          .updateTable("apiKeys")
          .set((eb) => ({ name: eb.ref("name") }))
          .where("id", "=", keyId)
          .where("companyId", "=", companyId),
      ),
    setLease: (keyId, lease) =>
      execute(
        db
          .updateTable("apiKeys")
          .set({
            leaseHolder: lease?.holder ?? null,
            leaseExpiresOn: lease?.expiresOn ?? null,
            leaseSharedUntil: lease?.sharedUntil ?? null,
          })
          .where("id", "=", keyId),
      ),
    insertAllowedIp: (keyId, entry) => execute(db.insertInto("ipAllowlist").values({ ...entry, keyId })),
    updateAllowedIp: (keyId, { id, note, expiresAt }) =>
      execute(db.updateTable("ipAllowlist").set({ note, expiresAt }).where("id", "=", id).where("keyId", "=", keyId)),
    deleteAllowedIp: (keyId, entryId) =>
      findRecord(
        db.deleteFrom("ipAllowlist").where("id", "=", entryId).where("keyId", "=", keyId).returningAll(),
        toAllowedIpRecord,
      ),
    findByClientId: (clientId) =>
      findFirst(
        db
          .selectFrom("apiKeys")
          .select(["id", "companyId", "name", "clientId", "ratePerMinute", "rateBurst"])
          .where("clientId", "=", clientId),
      ),
    listClientIds: async () => {
      const rows = await db.selectFrom("apiKeys").select("clientId").where("status", "=", "active").execute();
      return rows.map((row) => row.clientId);
    },
    setLimit: (keyId, limit) =>
      execute(
        db
          .updateTable("apiKeys")
          .set({ ratePerMinute: limit?.perMinute ?? null, rateBurst: limit?.burst ?? null })
          .where("id", "=", keyId),
      ),
    listStale: (unusedSince, oldSince, after) => listStaleKeys(db, unusedSince, oldSince, after),
  };
}
