import type { LeaseRecord, SecretRecord } from "../../store/records.ts";
import type { Actor } from "../access.ts";
import type { Dependencies } from "../dependencies.ts";
import { getKey } from "../keys/list-keys.ts";
import { notAfter } from "../timestamp.ts";
import { hasEnded } from "./secret-lifetime.ts";

/** A working secret in the drain report. `leaseExpiresOn` is set if its rotation holds or last held the lease. */
export interface LiveSecretReport extends SecretRecord {
  readonly leaseExpiresOn: string | null;
}

/**
 * Returns all working secrets of a key with their last use, to show whether the old secret is still in use (contract,
 * section 4).
 * @throws {AppError} NOT_FOUND.
 */
export async function listRotations(deps: Dependencies, actor: Actor, keyId: string): Promise<LiveSecretReport[]> {
  const { lease } = await getKey(deps, actor, keyId, "listRotations");
  const now = deps.now().toISOString();
  const secrets = await deps.store.secrets.list(keyId);
  return secrets.filter((secret) => !hasEnded(secret, now)).map((secret) => describeSecret(secret, lease, now));
}

/** Returns a secret with the lease of its rotation, if any. `now` is a canonical timestamp. */
export function describeSecret(secret: SecretRecord, lease: LeaseRecord | null, now: string): LiveSecretReport {
  const leaseExpiresOn = secret.id === lease?.holder ? lease.expiresOn : null;
  return { ...secret, lastUsedAt: notAfter(secret.lastUsedAt, now), leaseExpiresOn };
}
