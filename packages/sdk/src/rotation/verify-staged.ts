import type { Api } from "../call/api.ts";
import type { ErrorType } from "../errors/error-types.ts";
import { ApiError } from "../errors/errors.ts";
import type { CallOptions } from "../models/call-options.ts";
import type { StagedSecret } from "../models/safe-rotation.ts";
import { createCredentialHeaders, type VerifyRefusal, verifyCredential } from "../resources/verify.ts";

/**
 * Whether each refusal proves that the secret is correct. The server checks the secret before the address, rate and
 * plan.
 */
const isSecretRight: Readonly<Record<VerifyRefusal, boolean>> = {
  BAD_REQUEST: false,
  MISSING_CREDENTIALS: false,
  INVALID_CREDENTIALS: false,
  IP_NOT_ALLOWED: true,
  RATE_LIMITED: true,
  PLAN_UPGRADE_REQUIRED: true,
};

/**
 * Verifies a new secret with the server. Returns the reason if the server refuses a correct secret, because this
 * machine may not be allowed to use the key. Throws `ApiError` if the secret is wrong.
 */
export async function verifyStaged(
  api: Api,
  { clientId, clientSecret }: StagedSecret,
  options: CallOptions,
): Promise<ErrorType | undefined> {
  const result = await verifyCredential(api, createCredentialHeaders(clientId, clientSecret.reveal()), {}, options);
  if (result.ok) return undefined;
  const { type, status, message, requestId } = result;
  if (Object.hasOwn(isSecretRight, type) && isSecretRight[type as VerifyRefusal]) return type;
  throw new ApiError(message, { type, status, requestId, outcome: "rejected", retryable: false, attempts: 1 });
}
