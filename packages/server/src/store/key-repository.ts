import type { Kysely, Selectable } from "kysely";
import type { AllowedIpRecord, KeyRecord, KeyRepository } from "./store.ts";
import type { Tables } from "./tables.ts";

type KeyRow = Selectable<Tables["api_keys"]>;

function toAllowedIpRecord(row: Selectable<Tables["ip_allowlist"]>): AllowedIpRecord {
  return { id: row.id, cidr: row.cidr, note: row.note, createdOn: row.created_on, expiresAt: row.expires_at };
}

function toKeyRecord(row: KeyRow, ipAllowlist: readonly AllowedIpRecord[]): KeyRecord {
  return {
    id: row.id,
    name: row.name,
    clientId: row.client_id,
    status: row.status,
    createdOn: row.created_on,
    rotatedOn: row.rotated_on,
    revokedOn: row.revoked_on,
    lastUsedAt: row.last_used_on,
    lastUsedIp: row.last_used_ip,
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
      return toKeyRecord(row, lists.get(keyId) ?? []);
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
      const rows = await query.orderBy("created_on").orderBy("id").limit(limit).execute();
      const lists = await readAllowlists(
        db,
        rows.map((row) => row.id),
      );
      return rows.map((row) => toKeyRecord(row, lists.get(row.id) ?? []));
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
          last_used_on: null,
          last_used_ip: null,
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
          last_used_on: null,
          last_used_ip: null,
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
