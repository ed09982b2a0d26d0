import { AppError, notFound } from "../../errors.ts";
import type { KeyRecord } from "../../store/records.ts";
import type { Repositories } from "../../store/store.ts";

/**
 * Takes an active key for the rest of the transaction: what is read of it from here on stays true until the commit.
 * @throws {AppError} NOT_FOUND, KEY_REVOKED.
 */
export async function takeActiveKey(repositories: Repositories, companyId: string, keyId: string): Promise<KeyRecord> {
  if (!(await repositories.keys.lockKey(companyId, keyId))) throw notFound();
  const key = await repositories.keys.find(companyId, keyId);
  if (key === null) throw notFound();
  if (key.status === "revoked") throw new AppError("KEY_REVOKED");
  return key;
}
