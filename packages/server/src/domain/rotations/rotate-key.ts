import { AppError, invalidField } from "../../errors.ts";
import { type GrantedKeyId, may, type RepeatableCall } from "../access.ts";
import { recordCall } from "../audit/record-audit.ts";
import type { Dependencies } from "../dependencies.ts";
import { type OnceResult, runOnce } from "../keys/idempotency.ts";
import { lockActiveKey, readKey } from "../keys/lock-active-key.ts";
import { type KeyWithSecret, mintSecret } from "../keys/mint-secret.ts";
import { addSeconds } from "../timestamp.ts";
import { findHolder, isAhead, readLeaseClock, refuseForHolder } from "./rotation-lease.ts";
import { computeRetirement, listPending, refuseTooManyRetiring } from "./secret-lifetime.ts";

const pendingMax = 3;
const defaultLifeSeconds = 24 * 60 * 60;

/** Options of a staged rotation. */
interface StagedRotation {
  readonly expiresInSeconds?: number;
  readonly takeOver?: boolean;
}

/**
 * Rotates a key. By default, creates a secret and revokes all old ones, or lets them retire for `graceSeconds`. Pending
 * rotations end too. With `mode: staged`, starts a staged rotation instead.
 * @throws {AppError} VALIDATION_FAILED for a field of the other mode. NOT_FOUND, KEY_REVOKED, TOO_MANY_ROTATIONS, and the
 * errors of `may`, `startRotation` and `runOnce`.
 */
export async function rotateKey(
  deps: Dependencies,
  call: RepeatableCall,
  keyId: string,
  request: { readonly mode?: "immediate" | "staged"; readonly graceSeconds?: number } & StagedRotation,
): Promise<OnceResult<KeyWithSecret>> {
  may(call.actor, "rotateKey", keyId);
  const { mode = "immediate", graceSeconds, ...staged } = request;
  if (call.actor.kind !== "user" && (mode !== "staged" || staged.takeOver !== undefined)) {
    throw new AppError("SCOPE_DENIED", { message: "A pipeline can only start a staged rotation, without takeOver" });
  }
  if (mode === "staged") {
    if (graceSeconds === undefined) return startRotation(deps, call, keyId, staged);
    const message = "is not allowed when you start a staged rotation. Set it when you finish the rotation";
    throw invalidField("/graceSeconds", message);
  }
  const [misplaced] = Object.keys(staged);
  if (misplaced !== undefined) throw invalidField(`/${misplaced}`, "is allowed only with mode: staged");
  const body = { mode, ...(graceSeconds === undefined ? {} : { graceSeconds }) };
  return runOnce(deps, call, { name: "rotateKey", keyId, body }, async (tx) => {
    const { keys, secrets } = tx.store;
    const { id } = await lockActiveKey(tx, call, keyId);
    const now = deps.now();
    const retiresOn = computeRetirement(now, graceSeconds);
    if (retiresOn === null) await secrets.endOthers(id, null);
    else {
      refuseTooManyRetiring(await secrets.list(id), now.toISOString());
      await secrets.retireOthers(id, null, retiresOn, now.toISOString());
    }
    await keys.updateKey(id, { rotatedOn: now.toISOString() });
    await keys.setLease(id, null);
    const minted = await mintSecret(tx, call.actor, { keyId: id, state: "current", expiresOn: null });
    const key = await readKey(tx, call, keyId);
    const details = retiresOn === null ? {} : { oldSecretRetiresOn: retiresOn };
    await recordCall(tx, call, { action: "key.rotated", key, details });
    return { key, ...minted };
  });
}

/**
 * Starts a staged rotation: the new and the current secret both work until the rotation is finished or aborted
 * (contract, section 4). It takes the key's lease and does not affect other pending secrets, which may have been
 * delivered.
 * @throws {AppError} NOT_FOUND, KEY_REVOKED, ROTATION_IN_PROGRESS unless `takeOver`, TOO_MANY_ROTATIONS, and the errors
 * of `runOnce`.
 */
async function startRotation(
  deps: Dependencies,
  call: RepeatableCall,
  keyId: GrantedKeyId,
  input: StagedRotation,
): Promise<OnceResult<KeyWithSecret>> {
  const operation = { name: "rotateKey", keyId, body: { mode: "staged", ...input } };
  return runOnce(deps, call, operation, async (tx) => {
    const before = await lockActiveKey(tx, call, keyId);
    const clock = readLeaseClock(deps);
    const { now, leaseSeconds } = clock;
    const holder = findHolder(before, await tx.store.secrets.list(keyId), clock);
    if (holder !== null && isAhead(holder.lease.expiresOn, clock) && input.takeOver !== true) {
      throw refuseForHolder(holder.lease, holder.rotation, clock);
    }
    if (listPending(before, now.toISOString()).length >= pendingMax) throw new AppError("TOO_MANY_ROTATIONS");
    const expiresOn = addSeconds(now, input.expiresInSeconds ?? defaultLifeSeconds);
    const minted = await mintSecret(tx, call.actor, { keyId: before.id, state: "pending", expiresOn });
    const lease = { holder: minted.secretId, expiresOn: addSeconds(now, leaseSeconds), sharedUntil: null };
    await tx.store.keys.setLease(before.id, lease);
    const key = await readKey(tx, call, keyId);
    await recordCall(tx, call, {
      action: "key.rotation_started",
      key,
      details: { rotationId: minted.secretId, expiresOn, ...(holder === null ? {} : { overtook: holder.rotation.id }) },
    });
    return { key, ...minted };
  });
}
