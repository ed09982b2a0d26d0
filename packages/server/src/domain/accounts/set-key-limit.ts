import { invalidField } from "../../errors.ts";
import type { KeyLimitRecord } from "../../store/records.ts";
import type { Dependencies } from "../dependencies.ts";
import { findKeyByClientId } from "./find-account.ts";
import { recordCommand } from "./record-command.ts";

/** The rate limit of a key. */
export interface KeyLimit {
  readonly perMinute: number;
  readonly burst: number;
}

const limitMax = 1_000_000_000;

function requireLimit(path: string, value: number): void {
  if (Number.isSafeInteger(value) && value >= 1 && value <= limitMax) return;
  const advice = value === 0 ? " To stop a key, revoke it." : "";
  throw invalidField(path, `must be a whole number from 1 to ${limitMax}.${advice}`);
}

/**
 * Sets the rate limit of a key. Null resets it to the server's default. It applies from the next request.
 * @throws {AppError} NOT_FOUND. VALIDATION_FAILED if the limit is less than 1.
 */
export async function setKeyLimit(
  deps: Dependencies,
  clientId: string,
  limit: KeyLimit | null,
): Promise<KeyLimitRecord> {
  if (limit !== null) {
    requireLimit("/perMinute", limit.perMinute);
    requireLimit("/burst", limit.burst);
  }
  const after = await deps.transact(async (tx) => {
    const { id, companyId } = await findKeyByClientId(tx.store, clientId);
    const keyId = await tx.store.keys.lockKey(companyId, id);
    const before = await findKeyByClientId(tx.store, clientId);
    const changes = { ratePerMinute: limit?.perMinute ?? null, rateBurst: limit?.burst ?? null };
    const after = { ...before, ...changes };
    const isSame = after.ratePerMinute === before.ratePerMinute && after.rateBurst === before.rateBurst;
    if (keyId === null || isSame) return before;
    await tx.store.keys.updateKey(keyId, changes);
    await recordCommand(tx, companyId, {
      action: "key.limit_set",
      key: { id, name: before.name },
      details: { perMinute: after.ratePerMinute, burst: after.rateBurst },
    });
    return after;
  });
  // The shared state of nodes refers to the old limit, so remove it.
  await deps.store.tokenLedger?.forget(after.id);
  return after;
}
