import Type, { type TProperties } from "typebox";
import { plans, scopes } from "../../domain/access.ts";
import { providerNames } from "../../domain/trusts/provider.ts";
import { trustWarningTypes } from "../../domain/trusts/trust-warnings.ts";
import { type ErrorType, errorCatalogue } from "../../errors.ts";
import {
  Cursor,
  Id,
  IpAddress,
  idReference,
  Network,
  namedObject,
  nullable,
  oneOf,
  requestBody,
  singleLineText,
  Timestamp,
  timeInput,
  wholeNumber,
} from "./primitives.ts";

const Name = Type.String({ pattern: "^[^\\u0000-\\u001f\\u007f]+$", maxLength: 100 });
/** A claim has no maximum of its own, but a token has. */
const claimCharactersMax = 16_384;
const ClaimText = singleLineText(claimCharactersMax);
const ClaimName = singleLineText(128);
const grantKeysMax = 100;
const networksMax = 100;
/** Maximum number of trusts, and of automation tokens with the revoked ones. */
const grantsMax = 100_000;

const Scopes = Type.Array(oneOf(scopes), { minItems: 1, maxItems: 1, description: "What it allows" });

const grantProperties = {
  id: Id,
  name: Name,
  may: Scopes,
  keyIds: Type.Array(Id, { maxItems: grantKeysMax, description: "Keys for which it works" }),
  fromCidrs: Type.Array(Network, {
    maxItems: networksMax,
    description: "Networks from which it works. If the list is empty, it works from every address",
  }),
  createdOn: Timestamp,
  createdBy: Type.Object({
    email: singleLineText(320),
    hasLeft: Type.Boolean({ description: "Whether the user is disabled or no longer belongs to the company" }),
  }),
} satisfies TProperties;

const grantInputs = {
  name: Type.String({ minLength: 1, maxLength: 400, description: "1 to 100 visible characters on one line" }),
  may: Type.Array(oneOf(scopes), { minItems: 1, maxItems: 1, uniqueItems: true }),
  keyIds: Type.Array(Type.String({ format: "id", maxLength: 64 }), {
    minItems: 1,
    maxItems: grantKeysMax,
    description: "IDs of active keys of the company",
  }),
  fromCidrs: Type.Optional(
    Type.Array(Type.String({ format: "cidr", maxLength: 64 }), {
      maxItems: networksMax,
      description: "Networks from which it works. By default, it works from every address",
    }),
  ),
} satisfies TProperties;

/** The type of an error, or null. */
function errorTypeOrNull(description: string): Type.TUnsafe<ErrorType | null> {
  return Type.Unsafe<ErrorType | null>({
    type: ["string", "null"],
    enum: [...Object.keys(errorCatalogue), null],
    description,
  });
}

const runProperties = {
  repository: singleLineText(400, { description: "Repository or project" }),
  workflow: singleLineText(400, { description: "Workflow file, pipeline or service account" }),
  runId: singleLineText(400),
} satisfies TProperties;

const Provider = oneOf<string>(providerNames, { description: "CI platform" });
const Issuer = Type.String({ format: "uri", maxLength: 512, description: "Issuer of the tokens" });

/** A trust (contract, section 9). */
export const Trust = namedObject(
  "Trust",
  {
    ...grantProperties,
    provider: Provider,
    issuer: Issuer,
    claims: Type.Unsafe<Readonly<Record<string, string>>>({
      type: "object",
      additionalProperties: { type: "string", maxLength: claimCharactersMax },
      description: "The exact values that a token must have",
    }),
    ttlSeconds: wholeNumber(60, 3_600, { description: "Lifetime of the tokens of a run" }),
    reuse: wholeNumber(1, 200, { description: "How often one token of the platform can be exchanged" }),
    disabledOn: nullable(Timestamp),
    lastRun: nullable(Type.Object({ on: Timestamp, ...runProperties }), {
      description: "The last run that was allowed. Null if there was none",
    }),
    warnings: Type.Array(Type.Object({ type: oneOf<string>(trustWarningTypes), message: singleLineText(400) }), {
      maxItems: trustWarningTypes.length,
      description: "Why the trust allows more than most pipelines need",
    }),
  },
  "The trust",
);

/** All trusts of a company. */
export const TrustList = Type.Array(Trust, { maxItems: grantsMax, description: "The trusts, oldest first" });

/** Request of createTrust. */
export const CreateTrustRequest = requestBody("CreateTrustRequest", {
  ...grantInputs,
  provider: oneOf(providerNames, { description: "CI platform" }),
  issuer: Type.Optional(
    Type.String({
      minLength: 1,
      maxLength: 512,
      description: "Issuer of the tokens. Required for CircleCI and Kubernetes",
    }),
  ),
  claims: Type.Record(Type.String({ maxLength: 128 }), Type.String({ minLength: 1, maxLength: 1_024 }), {
    description: "Claims with the exact values that a token must have",
  }),
  ttlSeconds: Type.Optional(wholeNumber(60, 3_600, { description: "The default is 900 (15 minutes)" })),
  reuse: Type.Optional(
    wholeNumber(1, 200, {
      description: "The default, and the maximum, is 1, or 20 for GitLab and CircleCI, or 200 for Kubernetes",
    }),
  ),
});

/** Request of testTrust. */
export const TestTrustRequest = requestBody("TestTrustRequest", {
  claims: Type.Record(Type.String({ maxLength: 256 }), Type.Unknown(), { description: "Claims of a token" }),
});

/** Response of testTrust. */
export const TrustTest = namedObject(
  "TrustTest",
  {
    allowed: Type.Boolean(),
    claims: Type.Array(
      Type.Object({
        claim: ClaimName,
        has: nullable(ClaimText, { description: "Value of the token. Null if it has none" }),
        wants: nullable(ClaimText, { description: "Value that the trust expects. Null if no trust allows the value" }),
        ok: Type.Boolean(),
      }),
      { maxItems: 100 },
    ),
  },
  "The verdict",
);

/** An allowed or refused exchange. */
export const TrustEvent = namedObject(
  "TrustEvent",
  {
    id: Id,
    on: Timestamp,
    outcome: oneOf<string>(["allowed", "refused"]),
    type: errorTypeOrNull("Error type of a refusal"),
    claim: nullable(ClaimName, { description: "The first claim that was not as expected" }),
    has: nullable(singleLineText(400), { description: "Its value in the token" }),
    run: Type.Object(runProperties),
    ip: nullable(IpAddress),
  },
  "The exchange",
);

/** Filters of listTrustEvents. */
export const TrustLogQuery = Type.Object(
  {
    refused: Type.Optional(Type.Boolean({ description: "Only refused exchanges" })),
    limit: Type.Optional(wholeNumber(1, 1000, { default: 100 })),
    cursor: Type.Optional(Cursor),
  },
  { additionalProperties: false },
);

/** Path parameters of one trust. */
export const TrustParams = Type.Object({ id: idReference("ID of the trust") });

/** Path parameters of one automation token. */
export const TokenParams = Type.Object({ id: idReference("ID of the automation token") });

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
export const ExchangeResponse = namedObject(
  "ExchangeResponse",
  {
    access_token: Type.String({
      pattern: "^run_[0-9a-f]{48}$",
      maxLength: 52,
      description: "Token of the run. The server returns it only in this response",
    }),
    issued_token_type: Type.Literal(accessTokenType),
    token_type: Type.Literal("Bearer"),
    expires_in: wholeNumber(0, 3_600, { description: "Seconds until the token expires" }),
    scope: singleLineText(100),
  },
  "The token of the run",
);

/** Response of explainToken. */
export const ExchangeExplanation = namedObject(
  "ExchangeExplanation",
  {
    allowed: Type.Boolean(),
    type: errorTypeOrNull("Error type that the exchange would return"),
    claims: Type.Array(Type.Object({ claim: ClaimName, has: nullable(ClaimText), ok: Type.Boolean() }), {
      maxItems: 100,
      description: "Empty for a trust that does not exist or is disabled, or is of another organization",
    }),
  },
  "The verdict",
);

/** Response of getGrant. */
export const Grant = namedObject(
  "Grant",
  {
    kind: oneOf<string>(["trust", "token"]),
    id: { ...Id, description: "ID of the trust or automation token" },
    name: Name,
    may: Scopes,
    keyIds: grantProperties.keyIds,
    expiresAt: { ...Timestamp, description: "When the token of this call expires" },
    company: Type.Object({ id: Id, name: singleLineText(100), plan: oneOf<string>(plans) }),
    run: nullable(Type.Object(runProperties), { description: "Null for an automation token" }),
  },
  "What the token allows",
);

const tokenProperties = {
  ...grantProperties,
  expiresAt: { ...Timestamp, description: "When the newest secret expires" },
  revokedOn: nullable(Timestamp),
  lastUsedAt: nullable(Timestamp, { description: "At most a minute behind" }),
  lastUsedIp: nullable(IpAddress),
  pendingSince: nullable(Timestamp, { description: "Since when a new secret waits for its first use" }),
} satisfies TProperties;

/** An automation token without its secret. */
export const AutomationToken = namedObject("AutomationToken", tokenProperties, "The automation token");

/** All automation tokens of a company. */
export const AutomationTokenList = Type.Array(AutomationToken, {
  maxItems: grantsMax,
  description: "The automation tokens, oldest first",
});

/** An automation token with its secret. */
export const AutomationTokenWithSecret = namedObject(
  "AutomationTokenWithSecret",
  {
    ...tokenProperties,
    token: Type.String({
      pattern: "^aut_[0-9a-f]{48}$",
      maxLength: 52,
      description: "aut_ and 48 hex digits. The server returns it only in this response",
    }),
  },
  "The automation token",
);

/** Request of createToken. */
export const CreateTokenRequest = requestBody("CreateTokenRequest", {
  ...grantInputs,
  expiresAt: timeInput("When the token expires, at most 365 days ahead"),
});

/** Request of rotateToken. */
export const RotateTokenRequest = requestBody("RotateTokenRequest", {
  expiresAt: Type.Optional(
    timeInput("When the new secret expires, at most 365 days ahead. The default is the lifetime at creation"),
  ),
});
