import type Database from "better-sqlite3";
import type { LiveSecret } from "./records.ts";

type Row = [
  secretId: string,
  state: LiveSecret["state"],
  keyId: string,
  keyName: string,
  clientId: string,
  companyId: string,
  companyName: string,
  plan: LiveSecret["plan"],
  ratePerMinute: number | null,
  rateBurst: number | null,
  allowlist: string | null,
  expiresOn: string | null,
  firstUsedOn: string | null,
];

/**
 * The one statement of the verify path, prepared once and read as arrays: a query builder in
 * between costs more than the look-up itself (`bench/README.md`).
 *
 * `+?` instead of `?`: with STAT4, which better-sqlite3 compiles in, SQLite plans a join anew whenever a bare parameter
 * is bound to another value, which costs ten times the look-up. An expression is planned once.
 */
export function prepareSqliteVerification(connection: Database.Database): (digest: Buffer) => LiveSecret | null {
  const statement = connection
    .prepare<[Buffer], Row>(
      `select s.id, s.state, k.id, k.name, k.client_id, c.id, c.name, c.plan, k.rate_per_minute, k.rate_burst,
         (select group_concat(case when expires_at is null then cidr else cidr || ' ' || expires_at end, char(10))
            from ip_allowlist where key_id = k.id),
         s.expires_on, s.first_used_on
       from key_secrets s
       join api_keys k on k.id = s.key_id
       join companies c on c.id = k.company_id
       where s.digest = +? and k.status = 'active'`,
    )
    .raw(true);
  return (digest) => {
    const row = statement.get(digest);
    if (row === undefined) return null;
    return {
      secretId: row[0],
      state: row[1],
      keyId: row[2],
      keyName: row[3],
      clientId: row[4],
      companyId: row[5],
      companyName: row[6],
      plan: row[7],
      ratePerMinute: row[8],
      rateBurst: row[9],
      allowlist: row[10],
      expiresOn: row[11],
      firstUsedOn: row[12],
    };
  };
}
