import { notFound } from "../../errors.ts";
import type { KeyRecord } from "../../store/records.ts";
import type { Actor, Origin } from "../access.ts";
import { recordAudit } from "../audit/record-audit.ts";
import type { Dependencies } from "../dependencies.ts";

/**
 * Revokes a key permanently. After it resolves, no secret of the key is accepted. Safe to repeat.
 * @throws {AppError} NOT_FOUND.
 */
export async function revokeKey(deps: Dependencies, actor: Actor, keyId: string, origin: Origin): Promise<KeyRecord> {
  return deps.store.transact(async (repositories) => {
    const { keys, secrets } = repositories;
    const isRevokedNow = await keys.markRevoked(actor.companyId, keyId, deps.now().toISOString());
    const key = await keys.find(actor.companyId, keyId);
    if (key === null) throw notFound();
    if (isRevokedNow) {
      await secrets.endOthers(keyId, null);
      await keys.setLease(keyId, null);
      await recordAudit(deps, repositories, { action: "key.revoked", companyId: actor.companyId, actor, origin, key });
    }
    return key;
  });
}
