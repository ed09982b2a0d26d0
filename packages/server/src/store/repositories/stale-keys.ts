import type { Kysely } from "kysely";
import type { StaleKeyStep } from "../records.ts";
import type { Tables } from "../tables.ts";
import { readLastUsed } from "./live-secrets.ts";

/** Number of keys per step. In SQLite, the whole process waits for a step. */
export const staleStepKeys = 100;

/**
 * Reads one step of keys by ID and returns those that are unused or have an old secret. See `KeyRepository.listStale`.
 */
export async function listStaleKeys(
  db: Kysely<Tables>,
  unusedSince: string,
  oldSince: string,
  afterKeyId: string | null,
): Promise<StaleKeyStep> {
  const rows = await db
    .selectFrom("apiKeys as k")
    .innerJoin("companies as c", "c.id", "k.companyId")
    .select([
      "c.id as companyId",
      "c.name as companyName",
      "k.id as keyId",
      "k.name",
      "k.clientId",
      "k.createdOn",
      "k.rotatedOn",
      "k.status",
    ])
    .where("k.id", ">", afterKeyId ?? "")
    .orderBy("k.id")
    .limit(staleStepKeys)
    .execute();
  const active = rows.filter(({ status }) => status === "active");
  const uses = await readLastUsed(
    db,
    active.map(({ keyId }) => keyId),
  );
  const keys = active
    .map(({ status: _, ...key }) => ({ ...key, lastUsedAt: uses.ofKey(key.keyId).lastUsedAt }))
    .filter((key) => {
      return (key.lastUsedAt ?? key.createdOn) < unusedSince || (key.rotatedOn ?? key.createdOn) < oldSince;
    });
  return { keys, continueAfter: rows.length < staleStepKeys ? null : (rows.at(-1)?.keyId ?? null) };
}
