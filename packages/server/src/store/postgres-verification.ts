import type { PostgresPipeline } from "./postgres-pipeline.ts";
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

/** Named, so that each connection plans it once. */
const statement = {
  name: "find_live_secret",
  rowMode: "array",
  text: `
    select s.id, s.state, k.id, k.name, k.client_id, c.id, c.name, c.plan, k.rate_per_minute, k.rate_burst,
      (select string_agg(case when expires_at is null then cidr else cidr || ' ' || expires_at end, chr(10))
         from ip_allowlist where key_id = k.id),
      s.expires_on, s.first_used_on
    from key_secrets s
    join api_keys k on k.id = s.key_id
    join companies c on c.id = k.company_id
    where s.digest = $1 and k.status = 'active'`,
} as const;

/** The one statement of the verify path: one snapshot, taken after the call came in. */
export function createPostgresVerification(pipeline: PostgresPipeline): (digest: Buffer) => Promise<LiveSecret | null> {
  return async (digest) => {
    const [found] = await pipeline.ask({ ...statement, values: [digest] });
    if (found === undefined) return null;
    const row = found as Row;
    return {
      digest,
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
