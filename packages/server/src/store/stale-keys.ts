import type { Kysely } from "kysely";
import type { StaleKeyRecord } from "./records.ts";
import type { Tables } from "./tables.ts";

/** Active keys that lie unused or whose secret is old, by company and age; see `KeyRepository.listStale`. */
export async function listStaleKeys(
  db: Kysely<Tables>,
  unusedSince: string,
  oldSince: string,
  limit: number,
): Promise<StaleKeyRecord[]> {
  return db
    .selectFrom("api_keys as k")
    .innerJoin("companies as c", "c.id", "k.company_id")
    .leftJoin(
      (eb) =>
        eb
          .selectFrom("secret_uses")
          .select((uses) => ["key_id", uses.fn.max("used_on").as("used_on")])
          .groupBy("key_id")
          .as("u"),
      (join) => join.onRef("u.key_id", "=", "k.id"),
    )
    .select([
      "c.id as companyId",
      "c.name as companyName",
      "k.id as keyId",
      "k.name as name",
      "k.client_id as clientId",
      "k.created_on as createdOn",
      "k.rotated_on as rotatedOn",
      "u.used_on as lastUsedAt",
    ])
    .where("k.status", "=", "active")
    .where((eb) =>
      eb.or([
        eb(eb.fn.coalesce("u.used_on", "k.created_on"), "<", unusedSince),
        eb(eb.fn.coalesce("k.rotated_on", "k.created_on"), "<", oldSince),
      ]),
    )
    .orderBy("c.name")
    .orderBy("c.id")
    .orderBy("k.created_on")
    .orderBy("k.id")
    .limit(limit)
    .execute();
}
