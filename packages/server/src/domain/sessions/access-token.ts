import { createSecretKey } from "node:crypto";
import { type JWTPayload, jwtVerify, SignJWT } from "jose";
import { isBeyond } from "../timestamp.ts";

/** Whom an access token speaks for. */
export interface AccessTokenClaims {
  readonly userId: string;
  readonly sessionId: string;
  readonly companyId: string;
}

/** Signs and checks access tokens. A good token says who asks; whether the session still stands is for the store. */
export interface AccessTokens {
  sign(claims: AccessTokenClaims): Promise<string>;
  /** The claims of a token that is ours and current, else `null`. Never throws, whatever the text is. */
  verify(token: string): Promise<(AccessTokenClaims & { readonly expiresAt: Date }) | null>;
}

/** How tokens are made; `secret` is 32 bytes of text or more, `audience` one string. */
export interface AccessTokenOptions {
  readonly secret: string;
  readonly issuer: string;
  readonly audience: string;
  readonly ttlSeconds: number;
  now(): Date;
}

const ALGORITHM = "HS256";
const TYPE = "at+jwt";
const SECRET_BYTES_MIN = 32;
const TOKEN_CHARACTERS_MAX = 4096;
/** Compact serialization without padding: jose would also take a signature with `=` behind it. */
const TOKEN_FORM = /^[\w-]+\.[\w-]+\.[\w-]+$/;

/**
 * Access tokens as HS256 JWTs of type `at+jwt` (seed; RFC 9068, RFC 8725). Throws a RangeError for a secret under 32
 * bytes (RFC 7518, section 3.2).
 */
export function createAccessTokens({ secret, issuer, audience, ttlSeconds, now }: AccessTokenOptions): AccessTokens {
  if (Buffer.byteLength(secret) < SECRET_BYTES_MIN) {
    throw new RangeError(`The secret that signs tokens is shorter than ${SECRET_BYTES_MIN} bytes.`);
  }
  const key = createSecretKey(secret, "utf8");
  return {
    sign({ userId, sessionId, companyId }) {
      const issuedAt = Math.floor(now().getTime() / 1_000);
      return new SignJWT({ sid: sessionId, cid: companyId })
        .setProtectedHeader({ alg: ALGORITHM, typ: TYPE })
        .setIssuer(issuer)
        .setAudience(audience)
        .setSubject(userId)
        .setIssuedAt(issuedAt)
        .setExpirationTime(issuedAt + ttlSeconds)
        .sign(key);
    },
    async verify(token) {
      if (token.length > TOKEN_CHARACTERS_MAX || !TOKEN_FORM.test(token)) return null;
      try {
        const options = { algorithms: [ALGORITHM], typ: TYPE, issuer, audience, currentDate: now() };
        const { payload } = await jwtVerify(token, key, options);
        return payload.aud === audience ? readClaims(payload, now()) : null;
      } catch {
        return null;
      }
    },
  };
}

/** What jose has let pass must still have the types and sizes that `sign` gives it: jose takes `1e400` for a time. */
function readClaims(
  { sub, sid, cid, exp, iat, nbf }: JWTPayload,
  now: Date,
): (AccessTokenClaims & { expiresAt: Date }) | null {
  if (!isTime(exp) || !isTime(iat) || (nbf !== undefined && !isTime(nbf))) return null;
  // Signed while the clock was ahead: it would be good for longer than it should.
  if (isBeyond(new Date(iat * 1_000).toISOString(), now)) return null;
  if (!isId(sub) || !isId(sid) || !isId(cid)) return null;
  return { userId: sub, sessionId: sid, companyId: cid, expiresAt: new Date(exp * 1_000) };
}

/** Seconds that a Date can hold. */
function isTime(value: unknown): value is number {
  return Number.isSafeInteger(value) && Math.abs(Number(value)) <= 8.64e12;
}

function isId(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}
