import { AppError, notFound } from "../../errors.ts";
import type { KeyRecord, LockedKey } from "../../store/records.ts";
import type { Call, GrantedKeyId } from "../access.ts";
import type { Transaction } from "../dependencies.ts";

/**
 * Reads a key of the caller's company.
 * @throws {AppError} NOT_FOUND.
 */
export async function readKey(tx: Transaction, { actor }: Call, keyId: GrantedKeyId): Promise<KeyRecord> {
  const key = await tx.store.keys.find(actor.companyId, keyId);
  if (key === null) throw notFound();
  return key;
}

/**
 * Locks a key for the rest of the transaction and reads it under the lock.
 * @throws {AppError} NOT_FOUND.
 */
export async function lockKey(tx: Transaction, call: Call, keyId: GrantedKeyId): Promise<LockedKey> {
  const id = await tx.store.keys.lockKey(call.actor.companyId, keyId);
  if (id === null) throw notFound();
  return { ...(await readKey(tx, call, keyId)), id };
}

/**
 * Locks an active key as {@link lockKey} does.
 * @throws {AppError} NOT_FOUND, KEY_REVOKED.
 */
export async function lockActiveKey(tx: Transaction, call: Call, keyId: GrantedKeyId): Promise<LockedKey> {
  const key = await lockKey(tx, call, keyId);
  if (key.status === "revoked") throw new AppError("KEY_REVOKED");
  return key;
}
