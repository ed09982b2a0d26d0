import { createHash } from "node:crypto";
import { decodeJwt, decodeProtectedHeader, type JWTPayload, jwtVerify } from "jose";
import { isTime, tokenForm } from "../domain/sessions/access-token.ts";
import type { KeySet } from "./key-set.ts";
import type { Claims } from "./providers/provider.ts";

/** Algorithms with a public key that the providers use. Without `none` and shared secrets. */
const algorithms: readonly string[] = ["RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "EdDSA"];
const tokenCharactersMax = 16_000;
const tokenIdCharactersMax = 256;
/** How far the clocks of the issuer and of this server may differ. */
export const leewaySeconds = 60;
const lifetimeSecondsMax = 3_600;

/** A token with which a job proves its identity. Its signature, issuer, audience and times are valid. */
export interface Assertion {
  readonly issuer: string;
  /** Identifies the token, so that it can be spent. */
  readonly id: string;
  /** Until when the token must be remembered as spent. */
  readonly endsOn: Date;
  readonly claims: Claims;
}

/** What an assertion must fit. */
export interface AssertionChecks {
  readonly issuer: string;
  readonly audience: string;
  readonly keys: KeySet;
  readonly now: Date;
}

/**
 * Verifies a token of a CI platform. Ignores keys and addresses of keys in its header (`jwk`, `jku`, `x5u`). Tokens that
 * cannot be valid are refused before keys are fetched. Returns null if the token is invalid.
 * @throws {IdentityProviderUnavailableError} if the issuer does not return its keys.
 */
export async function verifyAssertion(token: string, checks: AssertionChecks): Promise<Assertion | null> {
  const { issuer, audience, keys, now } = checks;
  const unverified = readUnverified(token);
  if (unverified === null || !areTimesValid(unverified.payload, now)) return null;
  const { payload, header } = unverified;
  if (payload.iss !== issuer || payload.aud !== audience) return null;
  const { alg } = header;
  if (typeof alg !== "string" || !algorithms.includes(alg) || typeof header.kid !== "string") return null;
  const key = await keys.find({ ...header, alg });
  if (key === null) return null;
  try {
    const options = { algorithms: [alg], issuer, audience, currentDate: now, clockTolerance: leewaySeconds };
    const { payload: claims } = await jwtVerify(token, key, options);
    const { jti, exp = 0 } = claims;
    return {
      issuer,
      id: jti ?? `sha256:${createHash("sha256").update(token).digest("base64url")}`,
      endsOn: new Date((exp + leewaySeconds) * 1_000),
      claims,
    };
  } catch {
    return null;
  }
}

/** Returns the issuer that a token names, before anything is verified. Null if it names none. */
export function readIssuer(token: string): string | null {
  const issuer = readUnverified(token)?.payload.iss;
  return typeof issuer === "string" ? issuer : null;
}

function readUnverified(
  token: string,
): { readonly payload: JWTPayload; readonly header: ReturnType<typeof decodeProtectedHeader> } | null {
  if (token.length > tokenCharactersMax || !tokenForm.test(token)) return null;
  try {
    return { payload: decodeJwt(token), header: decodeProtectedHeader(token) };
  } catch {
    return null;
  }
}

/** jose checks the times too, but it accepts values such as `1e400` and any lifetime. */
function areTimesValid({ exp, iat, nbf, jti }: JWTPayload, now: Date): boolean {
  if (!isTime(exp) || !isTime(iat) || (nbf !== undefined && !isTime(nbf))) return false;
  if (jti !== undefined && (typeof jti !== "string" || jti === "" || jti.length > tokenIdCharactersMax)) return false;
  const nowSeconds = now.getTime() / 1_000;
  const isEarly = Math.max(iat, nbf ?? iat) > nowSeconds + leewaySeconds;
  return !isEarly && exp > nowSeconds - leewaySeconds && exp - iat <= lifetimeSecondsMax && exp > iat;
}
