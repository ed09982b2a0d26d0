import type { Reply } from "../call/api.ts";
import { ResponseError } from "../errors/errors.ts";
import type { ApiKey } from "../models/api-key.ts";
import type { StagedRotation } from "../models/rotation.ts";
import { Secret } from "../secret/secret.ts";

/** The header by which a server marks an answer that it gave before. Its value is `true`. */
const REPLAYED_HEADER = "idempotency-replayed";

interface WithSecret {
  readonly clientSecret: string;
}

/** A key with its new secret, and whether the answer was given before. */
export function wrapSecret<Body extends WithSecret>({ body, response }: Reply<Body>) {
  const { clientSecret, ...key } = body;
  return { ...key, clientSecret: new Secret(clientSecret), isReplay: response.header(REPLAYED_HEADER) === "true" };
}

interface StagedBody extends ApiKey, WithSecret {
  readonly rotationId?: string;
  readonly leaseExpiresOn?: string | null;
  readonly expiresOn?: string | null;
}

/**
 * A staged rotation. Where the server staged nothing and replaced the secret instead, its answer is the only place where the
 * new one is: the error that is thrown then carries it.
 */
export function makeStagedRotation(reply: Reply<StagedBody>): StagedRotation {
  const { clientSecret, isReplay, rotationId, leaseExpiresOn = null, expiresOn = null, ...key } = wrapSecret(reply);
  if (rotationId === undefined) {
    throw new ResponseError(
      "The server does not support staged rotations and rotated the key immediately. The old secret no longer works. The new secret is in the clientSecret of this error.",
      { type: "INVALID_RESPONSE", outcome: "unknown", retryable: false, attempts: 1, clientSecret },
    );
  }
  return {
    id: rotationId,
    keyId: key.id,
    clientId: key.clientId,
    clientSecret,
    leaseExpiresOn,
    expiresOn,
    key,
    isReplay,
  };
}
