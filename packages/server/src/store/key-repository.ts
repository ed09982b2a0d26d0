import type { Kysely, Selectable } from "kysely";
import type { AllowedIpRecord, KeyRecord } from "./records.ts";
import type { KeyRepository } from "./store.ts";
import type { Tables } from "./tables.ts";

/** Long lists make long answers, which one process builds while everybody else waits. */
const pageEntriesMax = 2000;

type KeyRow = Selectable<Tables["api_keys"]>;
type UseRow = Selectable<Tables["secret_uses"]>;

function toAllowedIpRecord(row: Selectable<Tables["ip_allowlist"]>): AllowedIpRecord {
  return { id: row.id, cidr: row.cidr, note: row.note, createdOn: row.created_on, expiresAt: row.expires_at };
}

function toKeyRecord(row: KeyRow, ipAllowlist: readonly AllowedIpRecord[], use: UseRow | undefined): KeyRecord {
  return {
    id: row.id,
    name: row.name,
    clientId: row.client_id,
    status: row.status,
    createdOn: row.created_on,
    rotatedOn: row.rotated_on,
    revokedOn: row.revoked_on,
    lastUsedAt: use?.used_on ?? null,
    lastUsedIp: use?.ip ?? null,
    ipAllowlist,
  };
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

/** The newest use of each key, over all the secrets it had. */
async function readLastUses(db: Kysely<Tables>, keyIds: readonly string[]): Promise<Map<string, UseRow>> {
  const newest = new Map<string, UseRow>();
  if (keyIds.length === 0) return newest;
  const rows = await db.selectFrom("secret_uses").selectAll().where("key_id", "in", keyIds).execute();
  for (const row of rows) {
    const known = newest.get(row.key_id);
    if (known === undefined || known.used_on < row.used_on) newest.set(row.key_id, row);
  }
  return newest;
}

/** As many keys as have `pageEntriesMax` allowlist entries together, but at least one. */
async function cutPage(db: Kysely<Tables>, rows: readonly KeyRow[]): Promise<readonly KeyRow[]> {
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
    return entries > pageEntriesMax;
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
      if (row === undefined) return null;
      const lists = await readAllowlists(db, [keyId]);
      const uses = await readLastUses(db, [keyId]);
      return toKeyRecord(row, lists.get(keyId) ?? [], uses.get(keyId));
    },
    list: async (companyId, { status, after, limit }) => {
      let query = db.selectFrom("api_keys").selectAll().where("company_id", "=", companyId);
      if (status !== undefined) query = query.where("status", "=", status);
      if (after !== undefined) {
        query = query.where((eb) =>
          eb.or([
            eb("created_on", ">", after.createdOn),
            eb.and([eb("created_on", "=", after.createdOn), eb("id", ">", after.id)]),
          ]),
        );
      }
      const rows = await query
        .orderBy("created_on")
        .orderBy("id")
        .limit(limit + 1)
        .execute();
      const page = await cutPage(db, rows.slice(0, limit));
      const keyIds = page.map((row) => row.id);
      const lists = await readAllowlists(db, keyIds);
      const uses = await readLastUses(db, keyIds);
      const keys = page.map((row) => toKeyRecord(row, lists.get(row.id) ?? [], uses.get(row.id)));
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
        })
        .execute();
    },
    insertSecret: async (secret) => {
      await db
        .insertInto("key_secrets")
        .values({
          digest: secret.digest,
          id: secret.id,
          key_id: secret.keyId,
          state: secret.state,
          pepper_version: secret.pepperVersion,
          created_on: secret.createdOn,
        })
        .execute();
    },
    countSecretsByPepper: async () => {
      const rows = await db
        .selectFrom("key_secrets")
        .select((eb) => ["pepper_version", eb.fn.countAll<number>().as("secrets")])
        .groupBy("pepper_version")
        .execute();
      return rows.map((row) => ({ pepperVersion: row.pepper_version, secrets: Number(row.secrets) }));
    },
    deleteSecrets: async (keyId) => {
      await db.deleteFrom("key_secrets").where("key_id", "=", keyId).execute();
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
  };
}
