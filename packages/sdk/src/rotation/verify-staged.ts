import type { Api } from "../call/api.ts";
import type { ErrorType } from "../errors/error-types.ts";
import { ApiError } from "../errors/errors.ts";
import type { CallOptions } from "../models/call-options.ts";
import type { StagedSecret } from "../models/safe-rotation.ts";
import { makeCredentialHeaders, verifyCredential } from "../resources/verify.ts";

/** Refusals that only a correct secret gets, because the server checks the secret first. */
const REFUSED_THOUGH_RIGHT: readonly ErrorType[] = ["IP_NOT_ALLOWED", "PLAN_UPGRADE_REQUIRED", "RATE_LIMITED"];

/**
 * Verifies a new secret with the server. Returns the reason if the server refuses a correct secret, because this
 * machine may not be allowed to use the key. Throws `ApiError` if the secret is wrong.
 */
export async function verifyStaged(
  api: Api,
  { clientId, clientSecret }: StagedSecret,
  options: CallOptions,
): Promise<ErrorType | undefined> {
  const result = await verifyCredential(api, makeCredentialHeaders(clientId, clientSecret.reveal()), {}, options);
  if (result.ok) return undefined;
  const { type, status, message, requestId } = result;
  if (REFUSED_THOUGH_RIGHT.includes(type)) return type;
  throw new ApiError(message, { type, status, requestId, outcome: "rejected", retryable: false, attempts: 1 });
}
