import type { CallResponse } from "../call/call.ts";
import { ResponseError } from "../errors/errors.ts";
import type { ApiKey } from "../models/api-key.ts";
import type { StagedRotation } from "../models/rotation.ts";
import { Secret } from "../secret/secret.ts";

/** The header of a replayed response. Its value is `true`. */
export const replayedHeader = "idempotency-replayed";

interface WithSecret {
  readonly clientSecret: string;
}

/** Returns a key with its new secret, and whether the response was replayed. */
export function wrapSecret<Body extends WithSecret>({ body, response }: CallResponse<Body>) {
  const { clientSecret, ...key } = body;
  return { ...key, clientSecret: new Secret(clientSecret), isReplay: response.header(replayedHeader) === "true" };
}

interface StagedBody extends ApiKey, WithSecret {
  readonly rotationId?: string;
  readonly leaseExpiresOn?: string | null;
  readonly expiresOn?: string | null;
}

/**
 * Returns a staged rotation. If the server rotated the key immediately instead, throws an error that contains the new
 * secret, because only this response has it.
 */
export function createStagedRotation(reply: CallResponse<StagedBody>): StagedRotation {
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
