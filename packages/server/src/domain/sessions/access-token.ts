import { createSecretKey } from "node:crypto";
import { type JWTPayload, jwtVerify, SignJWT } from "jose";
import { isBeyond } from "../timestamp.ts";

/** The claims of an access token. */
interface AccessTokenClaims {
  readonly userId: string;
  readonly sessionId: string;
  readonly companyId: string;
}

/**
 * Signs and verifies access tokens. A valid token identifies the user. The store decides whether the session is still
 * active.
 */
export interface AccessTokens {
  sign(claims: AccessTokenClaims): Promise<string>;
  /** Returns the claims of a valid token of this server, or null. Never throws. */
  verify(token: string): Promise<(AccessTokenClaims & { readonly expiresAt: Date }) | null>;
}

/** Options for access tokens. `secret` is a text of at least 32 bytes, `audience` is one string. */
export interface AccessTokenOptions {
  readonly secret: string;
  readonly issuer: string;
  readonly audience: string;
  readonly ttlSeconds: number;
  now(): Date;
}

const algorithm = "HS256";
const tokenType = "at+jwt";
const secretBytesMin = 32;
const tokenCharactersMax = 4096;
/** Compact serialization without padding. jose would also accept a signature with a trailing `=`. */
export const tokenForm = /^[\w-]+\.[\w-]+\.[\w-]+$/;

/**
 * Returns access tokens as HS256 JWTs of type `at+jwt` (seed; RFC 9068, RFC 8725). Throws a RangeError for a secret
 * under 32 bytes (RFC 7518, section 3.2).
 */
export function createAccessTokens({ secret, issuer, audience, ttlSeconds, now }: AccessTokenOptions): AccessTokens {
  if (Buffer.byteLength(secret) < secretBytesMin) {
    throw new RangeError(`The secret that signs tokens is shorter than ${secretBytesMin} bytes.`);
  }
  const key = createSecretKey(secret, "utf8");
  return {
    sign({ userId, sessionId, companyId }) {
      const issuedAt = Math.floor(now().getTime() / 1_000);
      return new SignJWT({ sid: sessionId, cid: companyId })
        .setProtectedHeader({ alg: algorithm, typ: tokenType })
        .setIssuer(issuer)
        .setAudience(audience)
        .setSubject(userId)
        .setIssuedAt(issuedAt)
        .setExpirationTime(issuedAt + ttlSeconds)
        .sign(key);
    },
    async verify(token) {
      if (token.length > tokenCharactersMax || !tokenForm.test(token)) return null;
      try {
        const options = { algorithms: [algorithm], typ: tokenType, issuer, audience, currentDate: now() };
        const { payload } = await jwtVerify(token, key, options);
        return payload.aud === audience ? readClaims(payload, now()) : null;
      } catch {
        return null;
      }
    },
  };
}

/** Checks types and sizes of the claims again, because jose accepts times such as `1e400`. */
function readClaims(
  { sub, sid, cid, exp, iat, nbf }: JWTPayload,
  now: Date,
): (AccessTokenClaims & { expiresAt: Date }) | null {
  if (!isTime(exp) || !isTime(iat) || (nbf !== undefined && !isTime(nbf))) return null;
  // The token was signed with a clock that was ahead, and would be valid for too long.
  if (isBeyond(new Date(iat * 1_000).toISOString(), now)) return null;
  if (!isId(sub) || !isId(sid) || !isId(cid)) return null;
  return { userId: sub, sessionId: sid, companyId: cid, expiresAt: new Date(exp * 1_000) };
}

/** Returns whether a value is a number of seconds that a Date can represent. */
export function isTime(value: unknown): value is number {
  return Number.isSafeInteger(value) && Math.abs(Number(value)) <= 8.64e12;
}

function isId(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}
