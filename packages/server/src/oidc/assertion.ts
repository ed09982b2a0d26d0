import { createHash } from "node:crypto";
import { decodeJwt, decodeProtectedHeader, type JWTPayload, jwtVerify } from "jose";
import { isTime, tokenForm } from "../domain/sessions/access-token.ts";
import type { ReadAssertion } from "../domain/trusts/workload-tokens.ts";
import type { KeySet } from "./key-set.ts";

/** Algorithms with a public key that the providers use. `none` and algorithms with a shared secret are refused. */
const algorithms: readonly string[] = ["RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "EdDSA"];
const tokenCharactersMax = 16_000;
const tokenIdCharactersMax = 256;
/** How far the clocks of the issuer and of this server may differ. */
const leewaySeconds = 60;
const lifetimeSecondsMax = 3_600;

/** The requirements for an assertion. */
export interface AssertionChecks {
  readonly issuer: string;
  readonly audience: string;
  /** Whether `aud` may also be a list with only this audience. */
  readonly allowsAudienceList: boolean;
  readonly keys: KeySet;
  readonly now: Date;
}

/** A token whose signature is not verified yet. */
interface Unverified {
  readonly payload: JWTPayload;
  readonly header: ReturnType<typeof decodeProtectedHeader>;
}

/**
 * Verifies a token of a CI platform. Ignores keys and addresses of keys in its header (`jwk`, `jku`, `x5u`). Tokens that
 * cannot be valid are refused before keys are fetched.
 * @throws {IdentityProviderUnavailableError} if the issuer does not return its keys.
 */
export async function verifyAssertion(token: string, checks: AssertionChecks): Promise<ReadAssertion> {
  const { issuer, audience, keys, now } = checks;
  const unverified = readUnverified(token);
  if (unverified === null) return refuse("The token is not a signed JWT");
  const { payload, header } = unverified;
  const problem = findProblem(payload, checks);
  if (problem !== null) return refuse(problem);
  const { alg, kid } = header;
  if (typeof alg !== "string" || !algorithms.includes(alg) || typeof kid !== "string") {
    return refuse("The token is not signed with a public key that it names");
  }
  const key = await keys.find({ ...header, alg });
  if (key === null) return refuse("The issuer of the token does not have the key that signed it");
  try {
    const options = { algorithms: [alg], issuer, audience, currentDate: now, clockTolerance: leewaySeconds };
    const { payload: claims } = await jwtVerify(token, key, options);
    const endsOn = new Date(((claims.exp ?? 0) + leewaySeconds) * 1_000);
    return { ok: true, assertion: { issuer, id: identifyToken(token, claims), endsOn, claims } };
  } catch {
    return refuse("The signature of the token is not valid");
  }
}

/** Returns the issuer that a token names, before anything is verified. Null if it names none. */
export function readIssuer(token: string): string | null {
  const issuer = readUnverified(token)?.payload.iss;
  return typeof issuer === "string" ? issuer : null;
}

function refuse(problem: string): ReadAssertion {
  return { ok: false, problem };
}

/**
 * Returns the ID that identifies a spent token. Without `jti`, this is the digest of the signed part. The digest does
 * not cover the signature, because one signature can be written in several ways.
 */
function identifyToken(token: string, { jti }: JWTPayload): string {
  if (jti !== undefined) return `jti:${jti}`;
  const signed = token.slice(0, token.lastIndexOf("."));
  return `sha256:${createHash("sha256").update(signed).digest("base64url")}`;
}

/** Returns the content of a token before anything is verified. Null if it is too long, or is not a signed JWT. */
export function readUnverified(token: string, charactersMax = tokenCharactersMax): Unverified | null {
  if (token.length > charactersMax || !tokenForm.test(token)) return null;
  try {
    return { payload: decodeJwt(token), header: decodeProtectedHeader(token) };
  } catch {
    return null;
  }
}

/**
 * Returns the problem of the claims that every token has, or null. jose also accepts times such as `1e400`, and any
 * lifetime.
 */
function findProblem(payload: JWTPayload, checks: AssertionChecks): string | null {
  const { iss, aud, exp, iat, nbf, jti } = payload;
  if (iss !== checks.issuer) return "The token is of another issuer";
  const [only, ...others] = checks.allowsAudienceList && Array.isArray(aud) ? aud : [aud];
  if (only !== checks.audience || others.length > 0) {
    return `The audience of the token is not exactly ${checks.audience}`;
  }
  if (!isTime(exp) || !isTime(iat) || (nbf !== undefined && !isTime(nbf))) return "The token has no valid times";
  if (jti !== undefined && (typeof jti !== "string" || jti === "" || jti.length > tokenIdCharactersMax)) {
    return "The token has no valid jti";
  }
  const nowSeconds = checks.now.getTime() / 1_000;
  if (exp <= nowSeconds - leewaySeconds) return "The token has expired";
  if (Math.max(iat, nbf ?? iat) > nowSeconds + leewaySeconds) return "The token is not valid yet";
  if (exp <= iat || exp - iat > lifetimeSecondsMax) return "The token is valid for longer than an hour, or not at all";
  return null;
}
