import { type Kysely, sql } from "kysely";
import type { KeyRepository } from "../ports/keys.ts";
import type { KeySelection, LockedKeyId } from "../records.ts";
import type { Tables } from "../tables.ts";
import { completeKeys, completePage, type KeyRow, listStaleKeys, toAllowedIpRecord } from "./key-rows.ts";
import { changesRow, execute, findFirst, findRecord, remove, select, update } from "./statements.ts";

/** A row of a key with its name in the form in which names are compared. */
interface NamedKeyRow extends KeyRow {
  readonly foldedName: string;
}

/** A character that no name contains, and that comes after all others in the order of both engines. */
const lastCharacter = "\u{10ffff}";

/** Returns the next keys of a status whose names start with a prefix, ordered by name and ID. */
async function readNamedRows(
  db: Kysely<Tables>,
  companyId: string,
  { status, prefix, after }: KeySelection & { readonly status: KeyRow["status"]; readonly prefix: string },
  rowsMax: number,
): Promise<NamedKeyRow[]> {
  const name = sql<string>`lower(${sql.ref("name")})`;
  const query = db
    .selectFrom("apiKeys")
    .selectAll()
    .select(name.as("foldedName"))
    .where("companyId", "=", companyId)
    .where("status", "=", status);
  // Use two reads instead of the comparison of a pair. SQLite narrows an index on an expression only by one value, and
  // many keys can have the same name.
  const same =
    after === undefined
      ? []
      : await query.where(name, "=", after.rank).where("id", ">", after.id).orderBy("id").limit(rowsMax).execute();
  if (same.length === rowsMax) return same;
  const next = after === undefined ? query.where(name, ">=", prefix) : query.where(name, ">", after.rank);
  const later = await next
    .where(name, "<", `${prefix}${lastCharacter}`)
    .orderBy(name)
    .orderBy("id")
    .limit(rowsMax - same.length)
    .execute();
  return [...same, ...later];
}

/** Compares rows by name and ID, in the order of both engines: by the bytes of UTF-8. */
function compareNames(one: NamedKeyRow, other: NamedKeyRow): number {
  const byName = Buffer.compare(Buffer.from(one.foldedName), Buffer.from(other.foldedName));
  return byName || Buffer.compare(Buffer.from(one.id), Buffer.from(other.id));
}

/** Returns the next rows of a selection. */
async function readRows(
  db: Kysely<Tables>,
  companyId: string,
  { status, prefix, after }: KeySelection,
  rowsMax: number,
): Promise<readonly KeyRow[]> {
  if (prefix !== undefined) {
    // Use one read for each status, so that both have an index in the order of the names.
    const rows: NamedKeyRow[] = [];
    for (const each of status === undefined ? (["active", "revoked"] as const) : [status]) {
      rows.push(...(await readNamedRows(db, companyId, { status: each, prefix, after }, rowsMax)));
    }
    return status === undefined ? rows.sort(compareNames).slice(0, rowsMax) : rows;
  }
  let query = select(db, "apiKeys", { companyId });
  if (status !== undefined) query = query.where("status", "=", status);
  // Compare as a pair, which can use an index. Two conditions with "or" would read all earlier keys.
  if (after !== undefined) {
    query = query.where((eb) => eb(eb.refTuple("createdOn", "id"), ">", eb.tuple(after.rank, after.id)));
  }
  return query.orderBy("createdOn").orderBy("id").limit(rowsMax).execute();
}

/** Keys, secrets and allowlists over Kysely. */
export function createKeyRepository(db: Kysely<Tables>): KeyRepository {
  return {
    find: async (companyId, keyId) => {
      const row = await select(db, "apiKeys", { id: keyId, companyId }).executeTakeFirst();
      const [key = null] = await completeKeys(db, row === undefined ? [] : [row]);
      return key;
    },
    listStep: async (companyId, selection, max) => {
      const rows = await readRows(db, companyId, selection, max.limit + 1);
      return completePage(db, rows, max);
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
    lockKey: async (companyId, keyId) => {
      const isLocked = await changesRow(
        db
          .updateTable("apiKeys")
          .set((eb) => ({ name: eb.ref("name") }))
          .where("id", "=", keyId)
          .where("companyId", "=", companyId),
      );
      return isLocked ? (keyId as LockedKeyId) : null;
    },
    insertKey: async ({ id, companyId, name, clientId, createdOn }) => {
      await execute(
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
      );
      return id as LockedKeyId;
    },
    updateKey: (keyId, changes) => execute(update(db, "apiKeys", { id: keyId }, changes)),
    setLease: (keyId, lease) =>
      execute(
        update(
          db,
          "apiKeys",
          { id: keyId },
          {
            leaseHolder: lease?.holder ?? null,
            leaseExpiresOn: lease?.expiresOn ?? null,
            leaseSharedUntil: lease?.sharedUntil ?? null,
          },
        ),
      ),
    insertAllowedIp: (keyId, entry) => execute(db.insertInto("ipAllowlist").values({ ...entry, keyId })),
    updateAllowedIp: (keyId, { id, note, expiresAt }) =>
      execute(update(db, "ipAllowlist", { id, keyId }, { note, expiresAt })),
    deleteAllowedIp: (keyId, entryId) =>
      findRecord(remove(db, "ipAllowlist", { id: entryId, keyId }).returningAll(), toAllowedIpRecord),
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
    listStale: (unusedSince, oldSince, after) => listStaleKeys(db, unusedSince, oldSince, after),
  };
}
