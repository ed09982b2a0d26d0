import {
  type IdentityProvider,
  IdentityProviderUnavailableError,
  type ProviderPasswordChange,
  type ProviderTokens,
} from "../domain/identity/identity-provider.ts";
import { callJson, type JsonResponse } from "../oidc/call-json.ts";
import { KeySet } from "../oidc/key-set.ts";
import { createSupabaseTokens } from "./access-token.ts";
import { readChallengeId, readErrorCode, readTokens, readUser } from "./responses.ts";

/** Options of a Supabase project. */
export interface SupabaseOptions {
  /** Origin of the project. */
  readonly url: string;
  readonly jwtSecret: string | undefined;
  readonly publishableKey: string | undefined;
  readonly fetch: typeof fetch;
  now(): Date;
  /** A monotonic clock, in milliseconds. */
  nowMs(): number;
  reportFailure(what: string, error: unknown): void;
}

/**
 * Error codes of Supabase Auth that refuse the user. All other errors are not a decision about the user: the operator
 * must fix them, or the rate limit (429) must pass.
 */
const refusals = {
  password: [
    "invalid_credentials",
    "invalid_grant",
    "email_not_confirmed",
    "phone_not_confirmed",
    "user_banned",
    "validation_failed",
  ],
  refresh: [
    "refresh_token_not_found",
    "refresh_token_already_used",
    "session_not_found",
    "session_expired",
    "user_not_found",
    "user_banned",
    "invalid_grant",
    "validation_failed",
  ],
  code: [
    "flow_state_not_found",
    "flow_state_expired",
    "flow_state_already_used",
    "bad_code_verifier",
    "user_not_found",
    "user_banned",
    "invalid_grant",
    "validation_failed",
  ],
  /** A factor that was removed, a session that was ended, or a text message that was sent less than a minute ago. */
  challenge: ["mfa_factor_not_found", "over_sms_send_rate_limit"],
  /** `otp_expired` comes from projects that let Twilio verify the code. A challenge that was used counts as mismatch. */
  response: [
    "mfa_factor_not_found",
    "mfa_challenge_expired",
    "mfa_verification_failed",
    "mfa_verification_rejected",
    "mfa_ip_address_mismatch",
    "otp_expired",
    "validation_failed",
  ],
  token: ["bad_jwt", "no_authorization", "session_not_found", "session_expired", "user_not_found", "user_banned"],
  /** The response must not reveal which addresses the project knows. A 429 for a recent email would do so. */
  mail: [
    "otp_disabled",
    "signup_disabled",
    "user_not_found",
    "email_address_invalid",
    "validation_failed",
    "over_email_send_rate_limit",
  ],
  /** Password changes that require more than the password. */
  elsewhere: ["insufficient_aal", "reauthentication_needed", "user_sso_managed", "current_password_required"],
} as const;

/** Returns an identity provider for Supabase Auth over its REST API (its own openapi.yaml; docs/auth.md). */
export function createSupabase(options: SupabaseOptions): IdentityProvider {
  const base = `${options.url}/auth/v1`;
  const call = (
    method: "GET" | "POST" | "PUT",
    path: string,
    { query = {}, token, json }: { query?: Record<string, string>; token?: string; json?: unknown } = {},
  ): Promise<JsonResponse> =>
    callJson(options.fetch, {
      owner: "Supabase",
      url: `${base}${path}?${new URLSearchParams(query)}`,
      path,
      method,
      headers: {
        ...(options.publishableKey === undefined ? {} : { apikey: options.publishableKey }),
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      json,
    });

  /** Returns false for these refusals, and throws for all others. */
  const isDone = (response: JsonResponse, what: string, refused: readonly string[]): boolean => {
    if (response.status < 300) return true;
    const code = readErrorCode(response);
    if (code !== null && refused.includes(code)) return false;
    throw new IdentityProviderUnavailableError(
      `Supabase refused ${what} with ${response.status} ${code ?? "without a code"}`,
    );
  };

  const readGranted = (response: JsonResponse, what: string): ProviderTokens => {
    const tokens = readTokens(response.body);
    if (tokens !== null) return tokens;
    throw new IdentityProviderUnavailableError(`The response of Supabase to ${what} has no tokens`);
  };

  const grant = async (type: string, json: object, refused: readonly string[]): Promise<ProviderTokens | null> => {
    const response = await call("POST", "/token", { query: { grant_type: type }, json });
    return isDone(response, `the grant ${type}`, refused) ? readGranted(response, `the grant ${type}`) : null;
  };

  const keys = new KeySet({
    owner: "Supabase",
    fetchKeys: async () => {
      const response = await call("GET", "/.well-known/jwks.json");
      isDone(response, "its keys", []);
      return response.body;
    },
    nowMs: options.nowMs,
    now: options.now,
    reportFailure: options.reportFailure,
  });

  return {
    name: base,
    readAccessToken: createSupabaseTokens({ issuer: base, keys, jwtSecret: options.jwtSecret, now: options.now }),
    readUser: async (accessToken) => {
      const response = await call("GET", "/user", { token: accessToken });
      if (!isDone(response, "the user of a token", refusals.token)) return null;
      const user = readUser(response.body);
      if (user === null)
        throw new IdentityProviderUnavailableError("The response of Supabase to GET /user is not a user");
      return user;
    },
    signIn: (email, password) => grant("password", { email, password }, refusals.password),
    refresh: (refreshToken) => grant("refresh_token", { refresh_token: refreshToken }, refusals.refresh),
    exchangeCode: (code, verifier) => grant("pkce", { auth_code: code, code_verifier: verifier }, refusals.code),
    challengeFactor: async (accessToken, factorId) => {
      const response = await call("POST", `/factors/${factorId}/challenge`, { token: accessToken, json: {} });
      if (!isDone(response, "a challenge", [...refusals.challenge, ...refusals.token])) return null;
      const id = readChallengeId(response.body);
      if (id === null) throw new IdentityProviderUnavailableError("The response of Supabase to a challenge has no ID");
      return id;
    },
    verifyFactor: async (accessToken, { factorId, challengeId, code }) => {
      const json = { challenge_id: challengeId, code };
      const response = await call("POST", `/factors/${factorId}/verify`, { token: accessToken, json });
      if (!isDone(response, "the code of a factor", [...refusals.response, ...refusals.token])) return null;
      return readGranted(response, "the code of a factor");
    },
    signOut: async (accessToken) => {
      const response = await call("POST", "/logout", { query: { scope: "local" }, token: accessToken });
      isDone(response, "a sign-out", refusals.token);
    },
    changePassword: async (accessToken, current, next): Promise<ProviderPasswordChange> => {
      const response = await call("PUT", "/user", {
        token: accessToken,
        json: { password: next, current_password: current },
      });
      const code = response.status < 300 ? null : readErrorCode(response);
      if (code === "same_password")
        return { outcome: "refused", reason: "The new password is the same as the current one" };
      if (code === "weak_password")
        return { outcome: "refused", reason: "The identity provider rejected the password because it is too weak" };
      if (code === "validation_failed") {
        const reason = "The identity provider rejected the password. It may be longer than 72 bytes";
        return { outcome: "refused", reason };
      }
      const { elsewhere, token } = refusals;
      if (isDone(response, "a new password", [...elsewhere, ...token])) return { outcome: "changed" };
      return { outcome: elsewhere.some((known) => known === code) ? "elsewhere" : "ended" };
    },
    signInUrl: (party, { challenge, returnUrl }) =>
      `${base}/authorize?${new URLSearchParams({
        provider: party,
        redirect_to: returnUrl,
        code_challenge: challenge,
        code_challenge_method: "s256",
      })}`,
    mailSignInLink: async (email, { challenge, returnUrl }) => {
      const response = await call("POST", "/otp", {
        query: { redirect_to: returnUrl },
        json: { email, create_user: false, code_challenge: challenge, code_challenge_method: "s256" },
      });
      isDone(response, "a link by mail", refusals.mail);
    },
  };
}
