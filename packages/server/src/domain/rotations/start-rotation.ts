import { AppError } from "../../errors.ts";
import { nameActor, type RepeatableCall } from "../access.ts";
import { recordCall } from "../audit/record-audit.ts";
import type { Dependencies } from "../dependencies.ts";
import { type OnceResult, runOnce } from "../keys/idempotency.ts";
import { lockActiveKey } from "../keys/lock-active-key.ts";
import { type KeyWithSecret, mintSecret } from "../keys/mint-secret.ts";
import { addSeconds } from "../timestamp.ts";
import { findHolder, isRunning, readLeaseClock, refuseForHolder } from "./rotation-lease.ts";
import { listPending } from "./secret-lifetime.ts";

const pendingMax = 3;
const defaultLifeSeconds = 24 * 60 * 60;

/** Options of a staged rotation. */
export interface StagedRotation {
  readonly expiresInSeconds?: number;
  readonly takeOver?: boolean;
}

/**
 * Starts a staged rotation: the new and the current secret both work until the rotation is finished or aborted
 * (contract, section 4). It takes the key's lease and does not affect other pending secrets, which may have been
 * delivered.
 * @throws {AppError} NOT_FOUND, KEY_REVOKED, ROTATION_IN_PROGRESS unless `takeOver`, TOO_MANY_ROTATIONS, and the errors
 * of `runOnce`.
 */
export async function startRotation(
  deps: Dependencies,
  call: RepeatableCall,
  keyId: string,
  input: StagedRotation,
): Promise<OnceResult<KeyWithSecret>> {
  const operation = { name: "rotateKey", keyId, body: { mode: "staged", ...input } };
  return runOnce(deps, call, operation, async (repositories) => {
    const before = await lockActiveKey(repositories, call, keyId);
    const clock = readLeaseClock(deps);
    const { now, leaseSeconds } = clock;
    const holder = findHolder(before, await repositories.secrets.list(keyId), clock);
    if (holder !== null && isRunning(holder.lease, clock) && input.takeOver !== true) {
      throw refuseForHolder(holder.lease, holder.rotation, clock);
    }
    if (listPending(before, now.toISOString()).length >= pendingMax) throw new AppError("TOO_MANY_ROTATIONS");
    const expiresOn = addSeconds(now, input.expiresInSeconds ?? defaultLifeSeconds);
    const minted = await mintSecret(deps, repositories, {
      keyId,
      state: "pending",
      expiresOn,
      createdBy: nameActor(call.actor),
      pipelineId: call.actor.kind === "user" ? null : call.actor.id,
    });
    const lease = { holder: minted.secretId, expiresOn: addSeconds(now, leaseSeconds), sharedUntil: null };
    await repositories.keys.setLease(keyId, lease);
    const key = await lockActiveKey(repositories, call, keyId);
    await recordCall(deps, repositories, call, {
      action: "key.rotation_started",
      key,
      details: { rotationId: minted.secretId, expiresOn, ...(holder === null ? {} : { overtook: holder.rotation.id }) },
    });
    return { key, ...minted };
  });
}
