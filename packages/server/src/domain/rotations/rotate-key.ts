import { AppError, invalidField } from "../../errors.ts";
import { may, nameActor, type RepeatableCall } from "../access.ts";
import { recordCall } from "../audit/record-audit.ts";
import type { Dependencies } from "../dependencies.ts";
import { type OnceResult, runOnce } from "../keys/idempotency.ts";
import { readKey } from "../keys/lock-active-key.ts";
import { type KeyWithSecret, mintSecret } from "../keys/mint-secret.ts";
import { computeRetirement, refuseTooManyRetiring } from "./secret-lifetime.ts";
import { type StagedRotation, startRotation } from "./start-rotation.ts";

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
  return runOnce(deps, call, { name: "rotateKey", keyId, body }, async (repositories) => {
    const { keys, secrets } = repositories;
    const now = deps.now();
    if (!(await keys.markRotated(call.actor.companyId, keyId, now.toISOString()))) {
      await readKey(repositories, call, keyId);
      throw new AppError("KEY_REVOKED");
    }
    const retiresOn = computeRetirement(now, graceSeconds);
    if (retiresOn === null) await secrets.endOthers(keyId, null);
    else {
      refuseTooManyRetiring(await secrets.list(keyId), now.toISOString());
      await secrets.retireOthers(keyId, null, retiresOn, now.toISOString());
    }
    await keys.setLease(keyId, null);
    const minted = await mintSecret(deps, repositories, {
      keyId,
      state: "current",
      expiresOn: null,
      createdBy: nameActor(call.actor),
      pipelineId: null,
    });
    const key = await readKey(repositories, call, keyId);
    const details = retiresOn === null ? {} : { oldSecretRetiresOn: retiresOn };
    await recordCall(deps, repositories, call, { action: "key.rotated", key, details });
    return { key, ...minted };
  });
}
