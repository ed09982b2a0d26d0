import type { Kysely, Selectable } from "kysely";
import type { SecretRecord } from "../records.ts";
import type { SecretState, Tables } from "../tables.ts";
import type { LastUsed } from "./secret-uses.ts";

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
