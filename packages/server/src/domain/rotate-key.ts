import type { Actor, Origin } from "./access.ts";
import { recordAudit } from "./audit.ts";
import { type KeyWithSecret, mintSecret } from "./create-key.ts";
import type { Dependencies } from "./dependencies.ts";
import { refuseInactiveKey } from "./inactive-key.ts";

/**
 * The documented immediate rotation: a new secret, and every old one refused from the moment this resolves.
 * @throws {AppError} NOT_FOUND, KEY_REVOKED.
 */
export async function rotateKey(
  deps: Dependencies,
  actor: Actor,
  keyId: string,
  origin: Origin,
): Promise<KeyWithSecret> {
  return deps.store.transact(async (repositories) => {
    const { keys } = repositories;
    if (!(await keys.markRotated(actor.companyId, keyId, deps.now().toISOString()))) {
      throw await refuseInactiveKey(repositories, actor.companyId, keyId);
    }
    await keys.deleteSecrets(keyId);
    const clientSecret = await mintSecret(deps, repositories, keyId);
    const key = await keys.find(actor.companyId, keyId);
    if (key === null) throw await refuseInactiveKey(repositories, actor.companyId, keyId);
    await recordAudit(deps, repositories, { action: "key.rotated", companyId: actor.companyId, actor, origin, key });
    return { key, clientSecret };
  });
}
