import { AppError } from "../../errors.ts";
import type { Actor, Origin } from "../access.ts";
import { recordAudit } from "../audit/record-audit.ts";
import type { Dependencies } from "../dependencies.ts";
import { type OnceResult, runOnce } from "../keys/idempotency.ts";
import { lockActiveKey } from "../keys/lock-active-key.ts";
import { mintSecret } from "../keys/mint-secret.ts";
import { addSeconds } from "../timestamp.ts";
import { findHolder, isRunning, refuseForHolder } from "./rotation-lease.ts";
import { listPending } from "./secret-lifetime.ts";

const pendingMax = 3;
const defaultLifeSeconds = 24 * 60 * 60;

/**
 * Starts a staged rotation: the new and the current secret both work until the rotation is finished or aborted
 * (contract, section 4). It takes the key's lease and does not affect other pending secrets, which may have been
 * delivered.
 * @throws {AppError} NOT_FOUND, KEY_REVOKED, ROTATION_IN_PROGRESS unless `takeOver`, TOO_MANY_ROTATIONS, and the errors
 * of `runOnce`.
 */
export async function startRotation(
  deps: Dependencies,
  actor: Actor,
  keyId: string,
  input: { readonly expiresInSeconds?: number; readonly takeOver?: boolean },
  idempotencyKey: string | null,
  origin: Origin,
): Promise<OnceResult> {
  const call = { idempotencyKey, operation: "rotateKey", keyId, body: { mode: "staged", ...input } };
  return runOnce(deps, actor, call, async (repositories) => {
    const before = await lockActiveKey(repositories, actor.companyId, keyId);
    const now = deps.now();
    const { rotationLeaseSeconds } = deps.settings;
    const holder = findHolder(before, await repositories.secrets.list(keyId), now, rotationLeaseSeconds);
    if (holder !== null && isRunning(holder.lease, now, rotationLeaseSeconds) && input.takeOver !== true) {
      throw refuseForHolder(holder.lease, holder.rotation, now, rotationLeaseSeconds);
    }
    if (listPending(before, now.toISOString()).length >= pendingMax) throw new AppError("TOO_MANY_ROTATIONS");
    const expiresOn = addSeconds(now, input.expiresInSeconds ?? defaultLifeSeconds);
    const minted = await mintSecret(deps, repositories, { keyId, state: "pending", expiresOn, createdBy: actor.email });
    const leaseExpiresOn = addSeconds(now, rotationLeaseSeconds);
    await repositories.keys.setLease(keyId, {
      holder: minted.secretId,
      expiresOn: leaseExpiresOn,
      sharedUntil: null,
    });
    const key = await lockActiveKey(repositories, actor.companyId, keyId);
    await recordAudit(deps, repositories, {
      action: "key.rotation_started",
      companyId: actor.companyId,
      actor,
      origin,
      key,
      details: { rotationId: minted.secretId, expiresOn, ...(holder === null ? {} : { overtook: holder.rotation.id }) },
    });
    return { key, ...minted };
  });
}
