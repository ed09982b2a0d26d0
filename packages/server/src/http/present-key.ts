import type Type from "typebox";
import type { KeyWithSecret } from "../domain/keys/mint-secret.ts";
import { describeSecret } from "../domain/rotations/list-rotations.ts";
import { listPending } from "../domain/rotations/secret-lifetime.ts";
import { notAfter } from "../domain/timestamp.ts";
import type { KeyRecord } from "../store/records.ts";
import type { ApiKey, ApiKeyWithSecret } from "./schemas/api-key.ts";

/**
 * Returns a key in the format of the API. `rotation` contains the pending rotations, or is null (contract, section 1).
 */
export function presentKey(record: KeyRecord, now: Date): Type.Static<typeof ApiKey> {
  const { pending: _, lease, ipAllowlist, ...key } = record;
  const nowText = now.toISOString();
  const rotation = listPending(record, nowText).map((secret) => describeSecret(secret, lease, nowText));
  return {
    ...key,
    lastUsedAt: notAfter(key.lastUsedAt, nowText),
    ipAllowlist: ipAllowlist.map((entry) => ({ ...entry })),
    rotation: rotation.length === 0 ? null : rotation,
  };
}

/**
 * Returns a key with its new secret and, if the secret is pending, its rotation. Everything comes from the stored
 * record, so that a replayed response has the same bytes.
 */
export function presentKeyWithSecret({
  key,
  clientSecret,
  secretId,
  madeOn,
}: KeyWithSecret): Type.Static<typeof ApiKeyWithSecret> {
  const shown = { ...presentKey(key, new Date(madeOn)), clientSecret };
  const rotation = shown.rotation?.find(({ id }) => id === secretId);
  if (rotation === undefined) return shown;
  const { leaseExpiresOn, expiresOn } = rotation;
  return { ...shown, rotationId: secretId, leaseExpiresOn, expiresOn };
}
