import Type from "typebox";
import type { Dependencies } from "../../domain/dependencies.ts";
import { redeemDeviceCode } from "../../domain/device-sign-in/redeem-device-code.ts";
import { exchangeToken, explainToken } from "../../domain/trusts/exchange-token.ts";
import { AppError } from "../../errors.ts";
import { createCalls } from "../describe-call.ts";
import { type App, originOf } from "../fastify.ts";
import { requireCall } from "../plugins/authenticate.ts";
import { formType } from "../plugins/form-bodies.ts";
import { createGrantCompiler } from "../plugins/validation.ts";
import { presentGrant } from "../present-pipeline.ts";
import { DeviceCodeRequest, deviceCodeGrant } from "../schemas/device-sign-in.ts";
import { ExchangeExplanation, ExchangeRequest, ExchangeResponse, Grant } from "../schemas/exchange.ts";

/** Registers the exchange of tokens of CI platforms (contract, section 9; RFC 8693), and what its tokens allow. */
export function registerExchangeRoutes(app: App, deps: Dependencies, publicUrl: () => string | null): void {
  const call = createCalls(app, deps, "Trusts");
  const read = (body: Type.Static<typeof ExchangeRequest>) => ({
    token: body.subject_token,
    trustId: body.trust_id,
    audience: publicUrl(),
  });

  call("POST", "/token", {
    operationId: "exchangeToken",
    summary: "Exchange the token of a CI platform, or the code of a device, for a token of this server",
    description:
      "The form for the token of a platform is that of RFC 8693. The audience of this token must be the URL of this server. It can be exchanged once, or a few times on platforms that issue one per job. The form for the code of a device is that of RFC 8628. Poll with it until the user has approved the sign-in.",
    consumes: [formType],
    body: Type.Union([ExchangeRequest, DeviceCodeRequest]),
    response: { 200: ExchangeResponse },
    refusals: [
      "ASSERTION_INVALID",
      "ASSERTION_REPLAYED",
      "TRUST_DENIED",
      "PLAN_UPGRADE_REQUIRED",
      "AUTHORIZATION_PENDING",
      "SLOW_DOWN",
      "DEVICE_CODE_EXPIRED",
      "ACCESS_DENIED",
      "RATE_LIMITED",
    ],
    validatorCompiler: createGrantCompiler([ExchangeRequest, DeviceCodeRequest]),
  }).answer(async (request) => {
    const { body } = request;
    if (body.grant_type === deviceCodeGrant) {
      const tokens = await redeemDeviceCode(deps, body.device_code, originOf(request));
      return {
        access_token: tokens.accessToken,
        token_type: "Bearer" as const,
        expires_in: tokens.expiresInSeconds,
        refresh_token: tokens.refreshToken,
      };
    }
    const { token, expiresInSeconds } = await exchangeToken(deps, read(body), originOf(request));
    return {
      access_token: token,
      issued_token_type: "urn:ietf:params:oauth:token-type:access_token" as const,
      token_type: "Bearer" as const,
      expires_in: expiresInSeconds,
      scope: "rotate",
    };
  });

  call("POST", "/token/explain", {
    operationId: "explainToken",
    summary: "Explain whether a token of a CI platform would be exchanged",
    description: "Spends nothing, and never returns the values that the trust expects.",
    consumes: [formType],
    body: ExchangeRequest,
    response: { 200: ExchangeExplanation },
    refusals: ["RATE_LIMITED"],
  }).answer(async (request) => {
    const { type, claims } = await explainToken(deps, read(request.body), originOf(request));
    return {
      allowed: type === null,
      type,
      claims: claims.map(({ claim, has, isOk }) => ({ claim, has, ok: isOk })),
    };
  });

  call("GET", "/grant", {
    operationId: "getGrant",
    summary: "Get what the token of a run, or an automation token, allows",
    description: "Only for these tokens. Users call getSession.",
    response: { 200: Grant },
  }).answer(async (request) => {
    const { actor } = requireCall(request);
    if (actor.kind === "user") throw new AppError("FORBIDDEN");
    return presentGrant(actor);
  });
}
