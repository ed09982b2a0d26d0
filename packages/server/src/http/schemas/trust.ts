import Type from "typebox";
import { providerNames } from "../../domain/trusts/provider.ts";
import { trustWarningTypes } from "../../domain/trusts/trust-warnings.ts";
import {
  ClaimName,
  ClaimText,
  claimCharactersMax,
  errorTypeOrNull,
  grantInputs,
  grantProperties,
  runProperties,
} from "./grant.ts";
import {
  Id,
  IpAddress,
  idReference,
  namedObject,
  nullable,
  oneOf,
  pageParameters,
  requestBody,
  singleLineText,
  strictObject,
  Timestamp,
  wholeNumber,
} from "./primitives.ts";

/** Maximum number of trusts of a company. */
const trustsMax = 100;

const Provider = oneOf<string>(providerNames, "CI platform");
const Issuer = Type.String({ format: "uri", maxLength: 512, description: "Issuer of the tokens" });

/** A trust (contract, section 9). */
export const Trust = namedObject("Trust", "The trust", {
  ...grantProperties,
  provider: Provider,
  issuer: Issuer,
  claims: Type.Unsafe<Readonly<Record<string, string>>>({
    type: "object",
    additionalProperties: { type: "string", format: "single-line-text", maxLength: claimCharactersMax },
    description: "The exact values that a token must have",
  }),
  ttlSeconds: wholeNumber(60, 3_600, "Lifetime of the tokens of a run"),
  reuse: wholeNumber(1, 200, "How often one token of the platform can be exchanged"),
  disabledOn: nullable(Timestamp),
  lastRun: nullable(
    Type.Object({ on: Timestamp, ...runProperties }),
    "The last run that was allowed. Null if there was none",
  ),
  warnings: Type.Array(Type.Object({ type: oneOf<string>(trustWarningTypes), message: singleLineText(400) }), {
    maxItems: trustWarningTypes.length,
    description: "Why the trust allows more than most pipelines need",
  }),
});

/** All trusts of a company. */
export const TrustList = Type.Array(Trust, { maxItems: trustsMax, description: "The trusts, oldest first" });

/** Request of createTrust. */
export const CreateTrustRequest = requestBody("CreateTrustRequest", {
  ...grantInputs,
  provider: oneOf(providerNames, "CI platform"),
  issuer: Type.Optional(singleLineText(512, "Issuer of the tokens. Required for CircleCI and Kubernetes")),
  claims: Type.Record(Type.String({ maxLength: 128 }), singleLineText(1_024), {
    description: "Claims with the exact values that a token must have",
  }),
  ttlSeconds: Type.Optional(wholeNumber(60, 3_600, "The default is 900 (15 minutes)")),
  reuse: Type.Optional(
    wholeNumber(1, 200, "The default, and the maximum, is 1, or 20 for GitLab and CircleCI, or 200 for Kubernetes"),
  ),
});

/** Request of testTrust. */
export const TestTrustRequest = requestBody("TestTrustRequest", {
  claims: Type.Record(Type.String({ maxLength: 256 }), Type.Unknown(), { description: "Claims of a token" }),
});

/** Response of testTrust. */
export const TrustTest = namedObject("TrustTest", "The verdict", {
  allowed: Type.Boolean(),
  claims: Type.Array(
    Type.Object({
      claim: ClaimName,
      has: nullable(ClaimText, "Value of the token. Null if it has none"),
      wants: nullable(ClaimText, "Value that the trust expects. Null if no trust allows the value"),
      ok: Type.Boolean(),
    }),
    { maxItems: 100 },
  ),
});

/** An allowed or refused exchange. */
export const TrustEvent = namedObject("TrustEvent", "The exchange", {
  id: Id,
  on: Timestamp,
  outcome: oneOf<string>(["allowed", "refused"]),
  type: errorTypeOrNull("Error type of a refusal"),
  claim: nullable(ClaimName, "The first claim that was not as expected"),
  has: nullable(singleLineText(400), "Its value in the token"),
  run: Type.Object(runProperties),
  ip: nullable(IpAddress),
});

/** Filters of listTrustEvents. */
export const TrustLogQuery = strictObject({
  refused: Type.Optional(Type.Boolean({ description: "Only refused exchanges" })),
  ...pageParameters(1000, 100),
});

/** Path parameters of one trust. */
export const TrustParams = Type.Object({ id: idReference("ID of the trust") });
