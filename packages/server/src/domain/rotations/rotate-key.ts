import type { Actor, Origin } from "../access.ts";
import { recordAudit } from "../audit/record-audit.ts";
import type { Dependencies } from "../dependencies.ts";
import { type OnceResult, runOnce } from "../keys/idempotency.ts";
import { explainInactiveKey } from "../keys/lock-active-key.ts";
import { mintSecret } from "../keys/mint-secret.ts";
import { computeRetirement, refuseTooManyRetiring } from "./secret-lifetime.ts";

/**
 * Rotates a key immediately, as documented: creates a secret and revokes all old ones, or lets them retire for
 * `graceSeconds`. Pending rotations end too.
 * @throws {AppError} NOT_FOUND, KEY_REVOKED, TOO_MANY_ROTATIONS, and the errors of `runOnce`.
 */
export async function rotateKey(
  deps: Dependencies,
  actor: Actor,
  keyId: string,
  input: { readonly graceSeconds?: number },
  idempotencyKey: string | null,
  origin: Origin,
): Promise<OnceResult> {
  const call = { idempotencyKey, operation: "rotateKey", keyId, body: { mode: "immediate", ...input } };
  return runOnce(deps, actor, call, async (repositories) => {
    const { keys, secrets } = repositories;
    const now = deps.now();
    if (!(await keys.markRotated(actor.companyId, keyId, now.toISOString()))) {
      throw await explainInactiveKey(repositories, actor.companyId, keyId);
    }
    const retiresOn = computeRetirement(now, input.graceSeconds);
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
      createdBy: actor.email,
    });
    const key = await keys.find(actor.companyId, keyId);
    if (key === null) throw await explainInactiveKey(repositories, actor.companyId, keyId);
    const details = retiresOn === null ? {} : { oldSecretRetiresOn: retiresOn };
    await recordAudit(deps, repositories, {
      action: "key.rotated",
      companyId: actor.companyId,
      actor,
      origin,
      key,
      details,
    });
    return { key, ...minted };
  });
}
