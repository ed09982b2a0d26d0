import { createSecretKey } from "node:crypto";
import { type JWTPayload, jwtVerify } from "jose";
import type { ProviderClaims } from "../domain/identity/identity-provider.ts";
import { lowerAscii } from "../domain/login-name.ts";
import { isTime } from "../domain/sessions/access-token.ts";
import { isBeyond } from "../domain/timestamp.ts";
import { readUnverified } from "../oidc/assertion.ts";
import type { KeySet } from "../oidc/key-set.ts";

/** Algorithms of Supabase: its keys by ID, or the legacy secret (docs/auth.md). */
const keyAlgorithms = ["ES256", "RS256", "EdDSA"];
const secretAlgorithm = "HS256";
const audience = "authenticated";
const tokenCharactersMax = 12_000;
const uuidForm = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Options to verify the access tokens of a project. */
export interface SupabaseTokenOptions {
  readonly issuer: string;
  readonly keys: KeySet;
  readonly jwtSecret: string | undefined;
  now(): Date;
}

/**
 * Returns a function that verifies access tokens of a project's users ("JWT Claims Reference" of Supabase). It refuses
 * the project's own keys (role anon, service_role), anonymous users and ID tokens. It also refuses tokens that a user
 * gave to another application by OAuth (`client_id`). Tokens that cannot belong to the project are refused before its
 * keys are fetched.
 */
export function createSupabaseTokens(options: SupabaseTokenOptions): (token: string) => Promise<ProviderClaims | null> {
  const { issuer, keys, jwtSecret, now } = options;
  const secret = jwtSecret === undefined ? null : createSecretKey(jwtSecret, "utf8");
  return async (token) => {
    const { header, payload } = readUnverified(token, tokenCharactersMax) ?? {};
    if (header?.typ !== "JWT" || payload === undefined || readClaims(payload, issuer, now()) === null) return null;
    const { alg, kid } = header;
    let key: Parameters<typeof jwtVerify>[1] | null = null;
    if (alg === secretAlgorithm) key = secret;
    else if (alg !== undefined && keyAlgorithms.includes(alg) && typeof kid === "string")
      key = await keys.find({ ...header, alg });
    if (key === null || alg === undefined) return null;
    try {
      const checks = { algorithms: [alg], typ: "JWT", issuer, audience, currentDate: now() };
      const verified = await jwtVerify(token, key, checks);
      return readClaims(verified.payload, issuer, now());
    } catch {
      return null;
    }
  };
}

/** Returns the claims of a user's own session, or null. jose checks the times, but accepts values such as `1e400`. */
function readClaims(payload: JWTPayload, issuer: string, now: Date): ProviderClaims | null {
  const { iss, aud, sub, exp, iat, nbf, role, session_id: sessionId, aal, email } = payload;
  if (iss !== issuer || aud !== audience || role !== "authenticated") return null;
  if (payload["is_anonymous"] === true || isNamed(payload["client_id"])) return null;
  if (!isTime(exp) || !isTime(iat) || (nbf !== undefined && !isTime(nbf))) return null;
  if (isBeyond(new Date(iat * 1_000).toISOString(), now)) return null;
  if (!isUuid(sub) || !isUuid(sessionId) || (aal !== "aal1" && aal !== "aal2")) return null;
  return {
    subject: sub,
    sessionId,
    email: typeof email === "string" ? lowerAscii(email) : "",
    issuedOn: new Date(iat * 1_000).toISOString(),
    isSecondFactorShown: aal === "aal2",
    expiresAt: new Date(exp * 1_000),
  };
}

function isNamed(value: unknown): boolean {
  return value !== undefined && value !== null && value !== "";
}

function isUuid(value: unknown): value is string {
  return typeof value === "string" && uuidForm.test(value);
}
