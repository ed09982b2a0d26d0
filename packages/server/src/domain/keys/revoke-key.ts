import type { KeyRecord } from "../../store/records.ts";
import { type Call, may } from "../access.ts";
import { recordCall } from "../audit/record-audit.ts";
import type { Dependencies } from "../dependencies.ts";
import { readKey } from "./lock-active-key.ts";

/**
 * Revokes a key permanently. After it resolves, no secret of the key is accepted. Safe to repeat.
 * @throws {AppError} NOT_FOUND.
 */
export async function revokeKey(deps: Dependencies, call: Call, keyId: string): Promise<KeyRecord> {
  may(call.actor, "revokeKey", keyId);
  return deps.transact(async (tx) => {
    const { keys, secrets } = tx.store;
    const isRevokedNow = await keys.markRevoked(call.actor.companyId, keyId, deps.now().toISOString());
    const key = await readKey(tx, call, keyId);
    if (isRevokedNow) {
      await secrets.endOthers(keyId, null);
      await keys.setLease(keyId, null);
      await recordCall(tx, call, { action: "key.revoked", key });
    }
    return key;
  });
}
