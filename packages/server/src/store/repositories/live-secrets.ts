import type { Kysely, Selectable } from "kysely";
import type { LastUse, SecretRecord } from "../records.ts";
import type { SecretState, Tables } from "../tables.ts";

/** The last uses of keys and of all their secrets. */
interface LastUsed {
  ofKey(keyId: string): LastUse;
  ofSecret(secretId: string): LastUse;
}

const never: LastUse = { lastUsedAt: null, lastUsedIp: null };

/**
 * Returns the last uses of these keys. The last use of a key is the newest one of all its secrets, including ended
 * ones.
 */
export async function readLastUsed(db: Kysely<Tables>, keyIds: readonly string[]): Promise<LastUsed> {
  const bySecret = new Map<string, LastUse>();
  const byKey = new Map<string, LastUse>();
  if (keyIds.length > 0) {
    const rows = await db.selectFrom("secretUses").selectAll().where("keyId", "in", keyIds).execute();
    for (const row of rows) {
      const use = { lastUsedAt: row.usedOn, lastUsedIp: row.ip };
      bySecret.set(row.secretId, use);
      if ((byKey.get(row.keyId)?.lastUsedAt ?? "") < row.usedOn) byKey.set(row.keyId, use);
    }
  }
  return { ofKey: (keyId) => byKey.get(keyId) ?? never, ofSecret: (secretId) => bySecret.get(secretId) ?? never };
}

/** Display order: the current secret, then pending ones, then retiring ones. */
const order: readonly SecretState[] = ["current", "pending", "retiring"];

/** Returns the record of a row, with its last use and without its digest. */
export function toSecretRecord(
  { digest: _, pepperVersion: __, ...secret }: Selectable<Tables["keySecrets"]>,
  uses: LastUsed,
): SecretRecord {
  return { ...secret, ...uses.ofSecret(secret.id) };
}

/**
 * Returns the working secrets of these keys in these states: current, then pending from oldest to newest, then
 * retiring.
 */
export async function readLiveSecrets(
  db: Kysely<Tables>,
  keyIds: readonly string[],
  uses: LastUsed,
  states: readonly SecretState[] = order,
): Promise<SecretRecord[]> {
  if (keyIds.length === 0) return [];
  const rows = await db
    .selectFrom("keySecrets")
    .selectAll()
    .where("keyId", "in", keyIds)
    .where("state", "in", states)
    .orderBy("createdOn")
    .orderBy("id")
    .execute();
  return rows
    .map((row) => toSecretRecord(row, uses))
    .toSorted((one, other) => order.indexOf(one.state) - order.indexOf(other.state));
}
