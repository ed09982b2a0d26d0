import type { KeyRecord } from "../../store/records.ts";
import { type Call, may } from "../access.ts";
import { recordCall } from "../audit/record-audit.ts";
import type { Dependencies } from "../dependencies.ts";
import { requireName } from "./create-key.ts";
import { lockActiveKey } from "./lock-active-key.ts";

/**
 * Renames a key. A call with its present name changes nothing.
 * @throws {AppError} VALIDATION_FAILED, NOT_FOUND, KEY_REVOKED.
 */
export async function renameKey(deps: Dependencies, call: Call, keyId: string, newName: string): Promise<KeyRecord> {
  may(call.actor, "renameKey", keyId);
  const name = requireName(newName);
  return deps.transact(async (tx) => {
    const before = await lockActiveKey(tx, call, keyId);
    if (name === before.name) return before;
    await tx.store.keys.updateKey(before.id, { name });
    await recordCall(tx, call, {
      action: "key.renamed",
      key: { id: keyId, name },
      details: { from: before.name, to: name },
    });
    return { ...before, name };
  });
}
