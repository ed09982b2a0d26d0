import type Type from "typebox";
import type { Dependencies } from "../../domain/dependencies.ts";
import { exchangeToken, explainToken } from "../../domain/trusts/exchange-token.ts";
import { AppError } from "../../errors.ts";
import { createCallOptions } from "../describe-call.ts";
import { type App, originOf } from "../fastify.ts";
import { requireCall } from "../plugins/authenticate.ts";
import { acceptEmptyBodies } from "../plugins/request-checks.ts";
import { presentGrant } from "../present-pipeline.ts";
import { ExchangeExplanation, ExchangeRequest, ExchangeResponse, Grant } from "../schemas/exchange.ts";

const formType = "application/x-www-form-urlencoded";
/** A token has at most 16,000 characters, which a form may write with three characters each. */
const formBytesMax = 56 * 1024;

/** Parses a form. Each field must occur once. */
function parseForm(body: string): Readonly<Record<string, string>> {
  const fields = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(body)) {
    if (fields.has(name)) throw new AppError("BAD_REQUEST", { message: "A field of the form occurs twice" });
    fields.set(name, value);
  }
  return Object.fromEntries(fields);
}

/** Registers the exchange of tokens of CI platforms (contract, section 9; RFC 8693), and what its tokens allow. */
export function registerExchangeRoutes(app: App, deps: Dependencies, publicUrl: () => string | null): void {
  const describe = createCallOptions(deps, "Trusts");
  app.removeAllContentTypeParsers();
  acceptEmptyBodies(app, () => new AppError("UNSUPPORTED_MEDIA_TYPE", { message: `Send the body as ${formType}` }));
  app.addContentTypeParser(formType, { parseAs: "string", bodyLimit: formBytesMax }, (_request, body, done) => {
    try {
      done(null, parseForm(String(body)));
    } catch (error) {
      done(error as Error);
    }
  });
  const read = (body: Type.Static<typeof ExchangeRequest>) => ({
    token: body.subject_token,
    trustId: body.trust_id,
    audience: publicUrl(),
  });

  app.post(
    "/token",
    describe({
      operationId: "exchangeToken",
      summary: "Exchange the token of a CI platform for the token of a run",
      description:
        "The form is that of RFC 8693. The audience of the token of the platform must be the URL of this server. A token can be exchanged once, or a few times on platforms that issue one per job.",
      consumes: [formType],
      body: ExchangeRequest,
      response: { 200: ExchangeResponse },
      refusals: ["ASSERTION_INVALID", "ASSERTION_REPLAYED", "TRUST_DENIED", "PLAN_UPGRADE_REQUIRED", "RATE_LIMITED"],
    }),
    async (request) => {
      const { token, expiresInSeconds } = await exchangeToken(deps, read(request.body), originOf(request));
      return {
        access_token: token,
        issued_token_type: "urn:ietf:params:oauth:token-type:access_token" as const,
        token_type: "Bearer" as const,
        expires_in: expiresInSeconds,
        scope: "rotate",
      };
    },
  );

  app.post(
    "/token/explain",
    describe({
      operationId: "explainToken",
      summary: "Explain whether a token of a CI platform would be exchanged",
      description: "Spends nothing, and never returns the values that the trust expects.",
      consumes: [formType],
      body: ExchangeRequest,
      response: { 200: ExchangeExplanation },
      refusals: ["RATE_LIMITED"],
    }),
    async (request) => {
      const { type, claims } = await explainToken(deps, read(request.body), originOf(request));
      return {
        allowed: type === null,
        type,
        claims: claims.map(({ claim, has, isOk }) => ({ claim, has, ok: isOk })),
      };
    },
  );

  app.get(
    "/grant",
    describe({
      operationId: "getGrant",
      summary: "Get what the token of a run, or an automation token, allows",
      description: "Only for these tokens. Users call getSession.",
      response: { 200: Grant },
    }),
    async (request) => {
      const { actor } = requireCall(request);
      if (actor.kind === "user") throw new AppError("FORBIDDEN");
      return presentGrant(actor);
    },
  );
}
