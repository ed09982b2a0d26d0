import Type from "typebox";
import { plans } from "../../domain/access.ts";
import { ClaimName, ClaimText, errorTypeOrNull, grantProperties, Name, runProperties, Scopes } from "./grant.ts";
import {
  Id,
  int32Max,
  namedObject,
  nullable,
  oneOf,
  requestBody,
  singleLineText,
  Timestamp,
  wholeNumber,
} from "./primitives.ts";

const tokenExchange = "urn:ietf:params:oauth:grant-type:token-exchange";
const jwtType = "urn:ietf:params:oauth:token-type:jwt";
const accessTokenType = "urn:ietf:params:oauth:token-type:access_token";

/** Request of exchangeToken and explainToken, with the names of RFC 8693. */
export const ExchangeRequest = requestBody("ExchangeRequest", {
  grant_type: Type.Literal(tokenExchange),
  subject_token_type: Type.Literal(jwtType),
  subject_token: Type.String({ format: "jwt", minLength: 1, maxLength: 16_000, description: "Token of the platform" }),
  trust_id: Type.String({ format: "id", minLength: 1, maxLength: 64 }),
  requested_token_type: Type.Optional(Type.Literal(accessTokenType)),
  scope: Type.Optional(Type.Literal("rotate")),
});

/** Response of exchangeToken. */
export const ExchangeResponse = namedObject("ExchangeResponse", "The token", {
  access_token: Type.String({
    format: "access-token",
    maxLength: 16_384,
    description: "Token of the run (run_), or access token of the session",
  }),
  issued_token_type: Type.Optional(Type.Literal(accessTokenType)),
  token_type: Type.Literal("Bearer"),
  expires_in: wholeNumber(0, int32Max, "Seconds until the token expires"),
  refresh_token: Type.Optional(
    Type.String({
      format: "refresh-token",
      maxLength: 512,
      description: "For a device only. refreshSession exchanges it, once",
    }),
  ),
  scope: Type.Optional(singleLineText(100, "For a run only")),
});

/** Response of explainToken. */
export const ExchangeExplanation = namedObject("ExchangeExplanation", "The verdict", {
  allowed: Type.Boolean(),
  type: errorTypeOrNull("Error type that the exchange would return"),
  claims: Type.Array(Type.Object({ claim: ClaimName, has: nullable(ClaimText), ok: Type.Boolean() }), {
    maxItems: 100,
    description: "Empty for a trust that does not exist or is disabled, or is of another organization",
  }),
});

/** Response of getGrant. */
export const Grant = namedObject("Grant", "What the token allows", {
  kind: oneOf<string>(["trust", "token"]),
  id: { ...Id, description: "ID of the trust or automation token" },
  name: Name,
  may: Scopes,
  keyIds: grantProperties.keyIds,
  expiresAt: { ...Timestamp, description: "When the token of this call expires" },
  company: Type.Object({ id: Id, name: singleLineText(100), plan: oneOf<string>(plans) }),
  run: nullable(Type.Object(runProperties), "Null for an automation token"),
});
