import type { ApiKey } from "../models/api-key.ts";
import type { LiveSecret } from "../models/rotation.ts";
import { appendChecksum } from "../secret/inspect-secret.ts";
import type { CreatedSecret, FakeKey, FakeSecret } from "./fake-state.ts";

const order = ["current", "pending", "retiring"];

/** Adds a well-formed secret to a key. */
export function mintSecret(
  key: FakeKey,
  now: Date,
  facts: Pick<FakeSecret, "state" | "expiresOn" | "createdBy"> & Partial<Pick<FakeSecret, "grantId">>,
): FakeSecret {
  const secret: FakeSecret = {
    id: crypto.randomUUID(),
    text: appendChecksum(`sec_${createHex(40)}`),
    createdOn: now.toISOString(),
    firstUsedOn: null,
    lastUsedAt: null,
    lastUsedIp: null,
    grantId: null,
    ...facts,
  };
  key.secrets.push(secret);
  return secret;
}

/** Returns random hex digits. */
export function createHex(digits: number): string {
  const bytes = crypto.getRandomValues(new Uint8Array(digits / 2));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Returns the time that is `seconds` after a date. */
export function addSeconds(date: Date, seconds: number): string {
  return new Date(date.getTime() + seconds * 1000).toISOString();
}

/** Returns whether a secret has expired. A pending secret that was used does not expire. */
export function hasEnded({ state, expiresOn, firstUsedOn }: FakeSecret, now: string): boolean {
  if (expiresOn === null || expiresOn > now) return false;
  return state === "retiring" || (state === "pending" && firstUsedOn === null);
}

/** Ends all other secrets of a key, or lets them retire. A grace period of 0 ends them. */
export function replaceOthers(key: FakeKey, exceptId: string | null, now: Date, graceSeconds: number): void {
  key.secrets = key.secrets.filter(
    (secret) => secret.id === exceptId || (graceSeconds > 0 && !hasEnded(secret, now.toISOString())),
  );
  const retiresOn = addSeconds(now, graceSeconds);
  for (const secret of key.secrets) {
    const isShorter = secret.state === "retiring" && (secret.expiresOn ?? "") <= retiresOn;
    if (secret.id !== exceptId && !isShorter) Object.assign(secret, { state: "retiring", expiresOn: retiresOn });
  }
}

/** Returns the working secrets of a key in the format of the API. */
export function presentSecrets(key: FakeKey, now: Date): LiveSecret[] {
  return key.secrets
    .filter((secret) => !hasEnded(secret, now.toISOString()))
    .sort((one, other) => order.indexOf(one.state) - order.indexOf(other.state))
    .map(({ text: _, grantId: __, ...secret }) => ({
      ...secret,
      leaseExpiresOn: secret.id === key.lease?.holder ? key.lease.expiresOn : null,
    }));
}

/** Returns a key in the format of the API. */
export function presentKey(key: FakeKey, now: Date): ApiKey {
  const { companyId: _, secrets: __, lease: ___, allowlist, ...shown } = key;
  const pending = presentSecrets(key, now).filter(({ state }) => state === "pending");
  return {
    ...shown,
    status: key.revokedOn === null ? "active" : "revoked",
    ipAllowlist: allowlist,
    rotation: pending.length === 0 ? null : pending.map(({ state: ____, ...rotation }) => rotation),
  };
}

/** Returns a key with its new secret and, if the secret is pending, its rotation. */
export function presentCreated(key: FakeKey, secret: FakeSecret, now: Date, status: number): CreatedSecret {
  const shown = { ...presentKey(key, now), clientSecret: secret.text };
  const { id: secretId, expiresOn } = secret;
  const rotation = { rotationId: secretId, leaseExpiresOn: key.lease?.expiresOn ?? null, expiresOn };
  return { status, body: secret.state === "pending" ? { ...shown, ...rotation } : shown, secretId };
}
