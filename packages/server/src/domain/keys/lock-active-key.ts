import { AppError, notFound } from "../../errors.ts";
import type { KeyRecord } from "../../store/records.ts";
import type { Repositories } from "../../store/store.ts";

/**
 * Locks an active key for the rest of the transaction and reads it under the lock.
 * @throws {AppError} NOT_FOUND, KEY_REVOKED.
 */
export async function lockActiveKey(repositories: Repositories, companyId: string, keyId: string): Promise<KeyRecord> {
  if (!(await repositories.keys.lockKey(companyId, keyId))) throw notFound();
  const key = await repositories.keys.find(companyId, keyId);
  if (key === null) throw notFound();
  if (key.status === "revoked") throw new AppError("KEY_REVOKED");
  return key;
}

/** Returns why an update found no active key: NOT_FOUND, or KEY_REVOKED for a revoked key of the same company. */
export async function explainInactiveKey(
  repositories: Repositories,
  companyId: string,
  keyId: string,
): Promise<AppError> {
  const key = await repositories.keys.find(companyId, keyId);
  return key === null ? notFound() : new AppError("KEY_REVOKED");
}
