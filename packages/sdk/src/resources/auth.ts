import { hasTexts, isSignIn } from "../call/answer-shape.ts";
import type { Api } from "../call/api.ts";
import { ConfigurationError } from "../errors/errors.ts";
import type { CallOptions } from "../models/call-options.ts";
import type { Session } from "../models/session.ts";
import type { ChangePasswordInput, SessionInfo, SignInInput, SignInResult } from "../models/session-info.ts";
import { revealSecret } from "../secret/secret.ts";
import type { SessionTokens } from "./session-tokens.ts";

/** Signing in and out, and what belongs to the session. Reached as `briksync.auth`. */
export class Auth {
  readonly #api: Api;
  readonly #session: SessionTokens | null;
  readonly #isStored: boolean;
  readonly #now: () => number;

  /**
   * `session` is the one the client keeps, if any; `isStored` whether it is in a store of the caller's.
   * @internal
   */
  constructor(api: Api, session: SessionTokens | null, isStored: boolean, now: () => number) {
    this.#api = api;
    this.#session = session;
    this.#isStored = isStored;
    this.#now = now;
  }

  /**
   * Signs in and gives the session. Only a client built with a `SessionStore` keeps it. Never repeated once it was
   * sent. Throws `ApiError` `SIGN_IN_FAILED` for a wrong e-mail or password.
   *
   * @example
   * const { deviceToken } = await briksync.auth.signIn({ email, password });
   * // Later, on the same device:
   * await briksync.auth.signIn({ email, password, deviceToken });
   */
  async signIn(input: SignInInput, options?: CallOptions): Promise<SignInResult> {
    const { email, password, companyId } = input;
    const deviceToken = input.deviceToken === undefined ? undefined : revealSecret(input.deviceToken);
    const { body } = await this.#api.request(
      "POST",
      "/external/v1/auth/signin",
      {
        body: { email, password, companyId, deviceToken },
        isAnonymous: true,
        secrets: deviceToken === undefined ? [password] : [password, deviceToken],
        accepts: isSignIn,
      },
      options,
    );
    const result = makeSignInResult(body, this.#now());
    if (this.#isStored) await this.#session?.replace(result.session);
    return result;
  }

  /**
   * Exchanges the refresh token for a new session now and saves it. Calls do this by themselves after a 401;
   * servers with only the documented part answer `NOT_FOUND`.
   */
  async refresh(options?: CallOptions): Promise<SignInResult> {
    if (this.#session !== null) return this.#session.refreshNow(options);
    throw new ConfigurationError("auth.refresh needs a client built with session.", { type: "NOT_SIGNED_IN" });
  }

  /** Ends the session on the server, at once, and forgets it in the store. */
  async signOut(options?: CallOptions): Promise<void> {
    await this.#api.request(
      "POST",
      "/external/v1/auth/signout",
      { feature: "auth.signOut", changesCredential: true },
      options,
    );
    await this.#session?.replace(null);
  }

  /** Who is signed in, in which company, on which plan, and from which address the server sees this call. */
  async getSession(options?: CallOptions): Promise<SessionInfo> {
    const { body } = await this.#api.request(
      "GET",
      "/external/v1/auth/me",
      { feature: "auth.getSession", accepts: hasTexts("plan") },
      options,
    );
    return body;
  }

  /** Goes on in another company of the same person; a client that keeps a session keeps the new one. */
  async switchCompany(company: string | { readonly companyId: string }, options?: CallOptions): Promise<SignInResult> {
    const companyId = typeof company === "string" ? company : company.companyId;
    await this.#session?.prepare();
    const { body } = await this.#api.request(
      "POST",
      "/external/v1/auth/switch-company",
      { body: { companyId }, feature: "auth.switchCompany", accepts: isSignIn },
      options,
    );
    const result = makeSignInResult(body, this.#now());
    const session = await this.#session?.proceed(result.session);
    return session === undefined ? result : { ...result, session };
  }

  /** Changes the password. Every other session of the person ends; this one stays. */
  async changePassword(input: ChangePasswordInput, options?: CallOptions): Promise<void> {
    const { currentPassword, newPassword } = input;
    await this.#api.request(
      "POST",
      "/external/v1/auth/password",
      {
        body: { currentPassword, newPassword },
        feature: "auth.changePassword",
        changesCredential: true,
        secrets: [currentPassword, newPassword],
      },
      options,
    );
  }
}

/**
 * Exchanges a refresh token for the next session; the call behind every refresh. It may be repeated at once: for a
 * lost answer the server gives the same successor again, where coming back later would look like a stolen token.
 */
export async function refreshSession(
  api: Api,
  refreshToken: string,
  now: () => number,
  options: CallOptions | undefined,
): Promise<SignInResult> {
  const { body } = await api.request(
    "POST",
    "/external/v1/auth/refresh",
    {
      body: { refreshToken },
      isAnonymous: true,
      repetition: "safe",
      feature: "auth.refresh",
      secrets: [refreshToken],
      accepts: isSignIn,
    },
    options,
  );
  return makeSignInResult(body, now());
}

function makeSignInResult(wire: Omit<SignInResult, "session">, nowMs: number): SignInResult {
  const { accessToken, refreshToken, expiresIn } = wire;
  const session: Session = {
    accessToken,
    ...(refreshToken !== undefined && { refreshToken }),
    ...(expiresIn !== undefined && { expiresAt: new Date(nowMs + expiresIn * 1000).toISOString() }),
  };
  return { ...wire, session };
}
