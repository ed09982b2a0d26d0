import Type, { type TProperties } from "typebox";
import { grantInputs, grantProperties } from "./grant.ts";
import { IpAddress, idReference, namedObject, nullable, requestBody, Timestamp, timeInput } from "./primitives.ts";

/** Maximum number of automation tokens of a company, including those that have ended. */
const tokensMax = 1_000;

/** Path parameters of one automation token. */
export const TokenParams = Type.Object({ id: idReference("ID of the automation token") });

const tokenProperties = {
  ...grantProperties,
  expiresAt: { ...Timestamp, description: "When the newest secret expires" },
  revokedOn: nullable(Timestamp),
  lastUsedAt: nullable(Timestamp, "At most a minute behind"),
  lastUsedIp: nullable(IpAddress),
  pendingSince: nullable(Timestamp, "Since when a new secret waits for its first use"),
} satisfies TProperties;

/** An automation token without its secret. */
export const AutomationToken = namedObject("AutomationToken", "The automation token", tokenProperties);

/** All automation tokens of a company. */
export const AutomationTokenList = Type.Array(AutomationToken, {
  maxItems: tokensMax,
  description: "The automation tokens, oldest first",
});

/** An automation token with its secret. */
export const AutomationTokenWithSecret = namedObject("AutomationTokenWithSecret", "The automation token", {
  ...tokenProperties,
  token: Type.String({
    pattern: "^aut_[0-9a-f]{48}$",
    maxLength: 52,
    description: "aut_ and 48 hex digits. The server returns it only in this response",
  }),
});

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
