import type { Kysely } from "kysely";
import type { Tables } from "../tables.ts";

/** When and from where something was last used. */
export interface LastUse {
  readonly lastUsedAt: string | null;
  readonly lastUsedIp: string | null;
}

/** The last uses of some keys and of every secret they ever had. */
export interface LastUsed {
  ofKey(keyId: string): LastUse;
  ofSecret(secretId: string): LastUse;
}

const never: LastUse = { lastUsedAt: null, lastUsedIp: null };

/** Reads the last uses of these keys. A key's is the newest over all its secrets, ended ones included. */
export async function readLastUsed(db: Kysely<Tables>, keyIds: readonly string[]): Promise<LastUsed> {
  const bySecret = new Map<string, LastUse>();
  const byKey = new Map<string, LastUse>();
  if (keyIds.length > 0) {
    const rows = await db.selectFrom("secret_uses").selectAll().where("key_id", "in", keyIds).execute();
    for (const row of rows) {
      const use = { lastUsedAt: row.used_on, lastUsedIp: row.ip };
      bySecret.set(row.secret_id, use);
      if ((byKey.get(row.key_id)?.lastUsedAt ?? "") < row.used_on) byKey.set(row.key_id, use);
    }
  }
  return { ofKey: (keyId) => byKey.get(keyId) ?? never, ofSecret: (secretId) => bySecret.get(secretId) ?? never };
}
