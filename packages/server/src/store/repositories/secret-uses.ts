import type { Kysely } from "kysely";
import type { LastUse } from "../records.ts";
import type { Tables } from "../tables.ts";

/** The last uses of keys and of all their secrets. */
export interface LastUsed {
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
