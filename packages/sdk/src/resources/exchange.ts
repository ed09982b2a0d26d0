import { hasTexts } from "../call/answer-shape.ts";
import type { Api } from "../call/api.ts";
import { isRecord } from "../call/json.ts";
import type { components } from "../generated/openapi.ts";
import type { CallOptions } from "../models/call-options.ts";
import type { TrustExplanation } from "../models/trust.ts";
import { isVerdict } from "./trusts.ts";

const GRANT_TYPE = "urn:ietf:params:oauth:grant-type:token-exchange";
const JWT_TYPE = "urn:ietf:params:oauth:token-type:jwt";

/** The response of an exchange, in the names of RFC 8693. */
export type ExchangedToken = components["schemas"]["ExchangeResponse"];

/**
 * Exchanges a token of a CI platform for one of the server (RFC 8693). A retry is safe: the server spends the token of the
 * platform, so a second call returns no more than a first one could.
 */
export async function exchangeIdToken(api: Api, trustId: string, idToken: string): Promise<ExchangedToken> {
  return api.request("POST", "/token", undefined, {
    form: writeForm(trustId, idToken),
    repetition: "safe",
    feature: "workloadIdentity",
    secrets: [idToken],
    accepts: isExchangedToken,
  });
}

/** Returns the verdict about an exchange without spending the token. */
export async function explainExchange(
  api: Api,
  trustId: string,
  idToken: string,
  options: CallOptions | undefined,
): Promise<TrustExplanation> {
  return api.request("POST", "/token/explain", options, {
    form: writeForm(trustId, idToken),
    repetition: "safe",
    feature: "trusts.explain",
    secrets: [idToken],
    ownOptions: ["trustId"],
    accepts: isVerdict,
  });
}

function writeForm(trustId: string, idToken: string): Record<string, string> {
  return { grant_type: GRANT_TYPE, subject_token_type: JWT_TYPE, subject_token: idToken, trust_id: trustId };
}

const hasToken = hasTexts("access_token");

function isExchangedToken(body: unknown): boolean {
  return hasToken(body) && isRecord(body) && Number(body["expires_in"]) > 0;
}
