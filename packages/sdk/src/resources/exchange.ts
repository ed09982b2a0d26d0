import type { Api, RequestTraits } from "../call/api.ts";
import { hasFields } from "../call/response-shape.ts";
import type { components } from "../generated/openapi.ts";
import type { CallOptions } from "../models/call-options.ts";
import type { TrustExplanation } from "../models/trust.ts";
import { isVerdict } from "./trusts.ts";

const grantType = "urn:ietf:params:oauth:grant-type:token-exchange";
const deviceGrantType = "urn:ietf:params:oauth:grant-type:device_code";
const jwtType = "urn:ietf:params:oauth:token-type:jwt";

const isExchangedToken = hasFields({ access_token: "text", expires_in: "positive" });

/** The response of an exchange, with the field names of RFC 6749. */
export type ExchangedToken = components["schemas"]["ExchangeResponse"];

/**
 * Exchanges a token of a CI platform for one of the server (RFC 8693). A retry is safe: the server counts each use of
 * the platform's token, so a retry gives no additional access.
 */
export async function exchangeIdToken(api: Api, trustId: string, idToken: string): Promise<ExchangedToken> {
  const traits = { repetition: "safe", feature: "workloadIdentity", secrets: [idToken] } as const;
  return requestToken(api, writeForm(trustId, idToken), undefined, traits);
}

/**
 * Exchanges the code of a device for the tokens of a session (RFC 8628). The SDK does not retry this call, because the
 * caller polls. The server would answer an immediate retry with `SLOW_DOWN`.
 */
export async function exchangeDeviceCode(
  api: Api,
  deviceCode: string,
  options: CallOptions | undefined,
): Promise<ExchangedToken> {
  const traits = { repetition: "once", feature: "auth.startDeviceSignIn", secrets: [deviceCode] } as const;
  return requestToken(api, { grant_type: deviceGrantType, device_code: deviceCode }, options, traits);
}

async function requestToken(
  api: Api,
  form: Readonly<Record<string, string>>,
  options: CallOptions | undefined,
  traits: Pick<RequestTraits, "repetition" | "secrets"> & { readonly feature: string },
): Promise<ExchangedToken> {
  return api.request("POST", "/token", options, { ...traits, form, isAnonymous: true, accepts: isExchangedToken });
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
  return { grant_type: grantType, subject_token_type: jwtType, subject_token: idToken, trust_id: trustId };
}
