import type { KeyRecord } from "../../store/records.ts";
import { type Call, may } from "../access.ts";
import { recordCall } from "../audit/record-audit.ts";
import type { Dependencies } from "../dependencies.ts";
import { lockKey } from "./lock-active-key.ts";

/**
 * Revokes a key permanently. After it resolves, no secret of the key is accepted. Safe to repeat.
 * @throws {AppError} NOT_FOUND.
 */
export async function revokeKey(deps: Dependencies, call: Call, keyId: string): Promise<KeyRecord> {
  may(call.actor, "revokeKey", keyId);
  return deps.transact(async (tx) => {
    const { keys, secrets } = tx.store;
    const key = await lockKey(tx, call, keyId);
    if (key.status === "revoked") return key;
    const changes = { status: "revoked", revokedOn: deps.now().toISOString() } as const;
    await keys.updateKey(key.id, changes);
    await secrets.endOthers(key.id, null);
    await keys.setLease(key.id, null);
    await recordCall(tx, call, { action: "key.revoked", key });
    return { ...key, ...changes, pending: [], lease: null };
  });
}
