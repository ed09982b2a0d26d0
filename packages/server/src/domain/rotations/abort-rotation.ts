import { AppError, notFound } from "../../errors.ts";
import { type Call, may } from "../access.ts";
import { recordCall } from "../audit/record-audit.ts";
import type { Dependencies } from "../dependencies.ts";
import { lockActiveKey } from "../keys/lock-active-key.ts";
import { requireOwnRotation } from "./rotation-lease.ts";

/**
 * Aborts a rotation: ends its pending secret and releases the lease. A secret that was used or may have been delivered
 * requires `force`.
 * @throws {AppError} NOT_FOUND if the rotation is finished or does not exist. KEY_REVOKED, ROTATION_IN_USE.
 */
export async function abortRotation(
  deps: Dependencies,
  call: Call,
  keyId: string,
  rotationId: string,
  { force = false }: { readonly force?: boolean },
): Promise<void> {
  may(call.actor, "abortRotation", keyId);
  await deps.transact(async (tx) => {
    const { keys, secrets } = tx.store;
    const key = await lockActiveKey(tx, call, keyId);
    const rotation = key.pending.find(({ id }) => id === rotationId);
    if (rotation === undefined) throw notFound();
    requireOwnRotation(call.actor, rotation);
    if (!(await secrets.endPending(key.id, rotationId, force))) throw new AppError("ROTATION_IN_USE");
    if (key.lease?.holder === rotationId) await keys.setLease(key.id, null);
    await recordCall(tx, call, {
      action: "key.rotation_aborted",
      key,
      details: { rotationId, force },
    });
  });
}
