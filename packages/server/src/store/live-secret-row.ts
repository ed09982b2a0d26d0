import type { LiveSecret } from "./records.ts";

/** The columns that the lookup of verify selects, in this order on both engines. */
export type LiveSecretRow = [
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

/** Returns the record of a row. */
export function toLiveSecret(row: readonly [...LiveSecretRow, ...unknown[]], digest: Buffer): LiveSecret {
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
}
