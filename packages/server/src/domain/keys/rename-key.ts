import type { KeyRecord } from "../../store/records.ts";
import type { Actor, Origin } from "../access.ts";
import { recordAudit } from "../audit/record-audit.ts";
import type { Dependencies } from "../dependencies.ts";
import { requireName } from "./create-key.ts";
import { lockActiveKey } from "./lock-active-key.ts";

/**
 * Renames a key.
 * @throws {AppError} VALIDATION_FAILED, NOT_FOUND, KEY_REVOKED.
 */
export async function renameKey(
  deps: Dependencies,
  actor: Actor,
  keyId: string,
  newName: string,
  origin: Origin,
): Promise<KeyRecord> {
  const name = requireName(newName);
  return deps.store.transact(async (repositories) => {
    const before = await lockActiveKey(repositories, actor.companyId, keyId);
    await repositories.keys.renameKey(actor.companyId, keyId, name);
    await recordAudit(deps, repositories, {
      action: "key.renamed",
      companyId: actor.companyId,
      actor,
      origin,
      key: { id: keyId, name },
      details: { from: before.name, to: name },
    });
    return { ...before, name };
  });
}
