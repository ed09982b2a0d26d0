import { notFound } from "../errors.ts";
import type { KeyRecord, SecretRecord } from "../store/records.ts";
import type { Repositories } from "../store/store.ts";
import type { Actor, Origin } from "./access.ts";
import { recordAudit } from "./audit.ts";
import type { Dependencies } from "./dependencies.ts";
import { findHolder, refuseForHolder } from "./rotation-lease.ts";
import { computeRetirement, hasEnded, listPending } from "./secret-life.ts";
import { takeActiveKey } from "./take-key.ts";

/**
 * Makes a rotation's secret the only one: every other ends at once, or retires after the grace. Refused while another
 * rotation has the lease or had it last, since that one's secret may be what the sinks hold by now; `takeOver` is for people
 * who know better. Repeating it is allowed and shortens what still retires, but never touches a rotation begun since.
 * @throws {AppError} NOT_FOUND, KEY_REVOKED, ROTATION_IN_PROGRESS.
 */
export async function finishRotation(
  deps: Dependencies,
  actor: Actor,
  keyId: string,
  rotationId: string,
  input: { readonly graceSeconds?: number; readonly takeOver?: boolean },
  origin: Origin,
): Promise<KeyRecord> {
  return deps.store.transact(async (repositories) => {
    const { keys, secrets } = repositories;
    const now = deps.now();
    const key = await takeActiveKey(repositories, actor.companyId, keyId);
    const rotation = await findLive(repositories, keyId, rotationId, now.toISOString());
    const retiresOn = computeRetirement(now, input.graceSeconds);
    if (rotation.state === "current") {
      if ((await secrets.shortenRetiring(keyId, retiresOn)) === 0) return key;
    } else {
      const holder = findHolder(key, listPending(key, now.toISOString()));
      if (holder !== null && holder.id !== rotationId && input.takeOver !== true) {
        throw refuseForHolder(key, holder, now);
      }
      if (retiresOn === null) await secrets.endOthers(keyId, rotationId);
      else await secrets.retireOthers(keyId, rotationId, retiresOn);
      await secrets.promote(keyId, rotationId);
      await keys.setLease(keyId, null);
      await keys.markRotated(actor.companyId, keyId, now.toISOString());
    }
    await recordAudit(deps, repositories, {
      action: "key.rotation_finished",
      companyId: actor.companyId,
      actor,
      origin,
      key,
      details: { rotationId, ...(retiresOn === null ? {} : { oldSecretRetiresOn: retiresOn }) },
    });
    return takeActiveKey(repositories, actor.companyId, keyId);
  });
}

/** The current or pending secret of a rotation; NOT_FOUND for one that has ended or is on its way out. */
async function findLive(
  { secrets }: Repositories,
  keyId: string,
  rotationId: string,
  now: string,
): Promise<SecretRecord> {
  const found = (await secrets.list(keyId)).find(({ id }) => id === rotationId);
  if (found === undefined || found.state === "retiring" || hasEnded(found, now)) throw notFound();
  return found;
}
