import type { Api } from "../call/api.ts";
import { hasTexts, isSignIn } from "../call/response-shape.ts";
import { createNotSignedInError } from "../call/tokens.ts";
import type { CallOptions } from "../models/call-options.ts";
import type { Session } from "../models/session.ts";
import type {
  ChangePasswordInput,
  ListedSession,
  ListSessionsInput,
  SessionInfo,
  SignInInput,
  SignInResult,
} from "../models/session-info.ts";
import type { Grant } from "../models/trust.ts";
import { revealSecret } from "../secret/secret.ts";
import type { SessionTokens } from "./session-tokens.ts";

/** Sign-in, sign-out and the session. Available as `briksync.auth`. */
export class Auth {
  readonly #api: Api;
  readonly #session: SessionTokens | null;
  readonly #isStored: boolean;
  readonly #now: () => number;

  /**
   * `session` is the session of the client, if any. `isStored` is whether the caller passed a store.
   * @internal
   */
  constructor(api: Api, session: SessionTokens | null, isStored: boolean, now: () => number) {
    this.#api = api;
    this.#session = session;
    this.#isStored = isStored;
    this.#now = now;
  }

  /**
   * Signs in and returns the session. A client that was created with a `SessionStore` also saves it. The SDK does not
   * retry this call after it was sent.
   *
   * @throws {ApiError} `SIGN_IN_FAILED` if the email or password is wrong.
   *
   * @example
   * const { deviceToken } = await briksync.auth.signIn({ email, password });
   * // Later, on the same device:
   * await briksync.auth.signIn({ email, password, deviceToken });
   */
  async signIn(input: SignInInput, options?: CallOptions): Promise<SignInResult> {
    const { email, password, companyId } = input;
    const deviceToken = input.deviceToken === undefined ? undefined : revealSecret(input.deviceToken);
    const body = await this.#api.request("POST", "/signin", options, {
      body: { email, password, companyId, deviceToken },
      isAnonymous: true,
      secrets: deviceToken === undefined ? [password] : [password, deviceToken],
      accepts: isSignIn,
    });
    return keepSignIn(body, this.#now(), this.#isStored ? this.#session : null);
  }

  /**
   * Exchanges the refresh token for a new session and saves it. You rarely need this method, because the SDK refreshes
   * the session after a 401. Servers that support only the documented API return `NOT_FOUND`.
   *
   * @example
   * const { expiresIn } = await briksync.auth.refresh();
   */
  async refresh(options?: CallOptions): Promise<SignInResult> {
    if (this.#session !== null) return this.#session.refreshNow(options);
    throw createNotSignedInError("auth.refresh requires a client that was created with session.");
  }

  /**
   * Ends the session on the server and deletes it from the store. Its tokens stop working immediately.
   *
   * @example
   * await briksync.auth.signOut();
   */
  async signOut(options?: CallOptions): Promise<void> {
    await this.#api.request("POST", "/signout", options, { feature: "auth.signOut", changesCredential: true });
    await this.#session?.replace(null);
  }

  /**
   * Returns the signed-in user, the company, the plan and the caller's IP address.
   *
   * @example
   * const { user, activeCompany, plan } = await briksync.auth.getSession();
   */
  async getSession(options?: CallOptions): Promise<SessionInfo> {
    return this.#api.request("GET", "/me", options, { feature: "auth.getSession", accepts: hasTexts("plan") });
  }

  /**
   * Returns an iterable over the user's own sessions that still work, of all companies, newest use first. It fetches
   * each page when the loop reaches it.
   *
   * @example
   * for await (const { id, client, ip, lastUsedOn } of briksync.auth.listSessions()) console.log(id, client, ip, lastUsedOn);
   */
  listSessions(input: ListSessionsInput = {}, options?: CallOptions): AsyncIterable<ListedSession> {
    return this.#api.list("GET", "/sessions", input, options, { feature: "auth.listSessions" });
  }

  /**
   * Ends one of the user's own sessions. Its tokens stop working immediately. Safe to repeat. To end the session of
   * this client, use `signOut`, which also deletes it from the store.
   *
   * @throws {ApiError} `NOT_FOUND` if the user has no session with this ID.
   *
   * @example
   * await briksync.auth.endSession(sessionId);
   */
  async endSession(id: string, options?: CallOptions): Promise<void> {
    const path = { id };
    const traits = { path, feature: "auth.endSession", changesCredential: true };
    await this.#api.request("DELETE", "/sessions/{id}", options, traits);
  }

  /**
   * Ends all sessions of the user except that of this client, and returns how many. Safe to repeat.
   *
   * @example
   * const { endedSessions } = await briksync.auth.endOtherSessions();
   */
  async endOtherSessions(options?: CallOptions): Promise<{ readonly endedSessions: number }> {
    return this.#api.request("DELETE", "/sessions", options, { feature: "auth.endOtherSessions" });
  }

  /**
   * Returns what the token of this client may do. Only tokens of trusts and automation tokens have a grant.
   *
   * @example
   * const briksync = new BrikSync({ workloadIdentity: { trustId } });
   * const { name, may, keyIds, expiresAt } = await briksync.auth.getGrant();
   */
  async getGrant(options?: CallOptions): Promise<Grant> {
    return this.#api.request("GET", "/grant", options, {
      feature: "auth.getGrant",
      accepts: hasTexts("id", "expiresAt"),
    });
  }

  /**
   * Switches to another company that the user belongs to. A client with a stored session saves the new session.
   *
   * @example
   * const { companies } = await briksync.auth.getSession();
   * await briksync.auth.switchCompany({ companyId: companies[1].id });
   */
  async switchCompany(company: string | { readonly companyId: string }, options?: CallOptions): Promise<SignInResult> {
    const companyId = typeof company === "string" ? company : company.companyId;
    const send = async (api: Api): Promise<SignInResult> => {
      const body = await api.request("POST", "/switch-company", options, {
        body: { companyId },
        feature: "auth.switchCompany",
        accepts: isSignIn,
      });
      return createSignInResult(body, this.#now());
    };
    if (this.#session === null) return send(this.#api);
    return this.#session.exchangeSession((tokens) => send(this.#api.withTokens(tokens)));
  }

  /**
   * Changes the password of the user. All other sessions of the user end.
   *
   * @throws {ApiError} `SIGN_IN_FAILED` if the current password is wrong, or `VALIDATION_FAILED` if the server does not
   * accept the new one.
   *
   * @example
   * await briksync.auth.changePassword({ currentPassword, newPassword });
   */
  async changePassword(input: ChangePasswordInput, options?: CallOptions): Promise<void> {
    const { currentPassword, newPassword } = input;
    await this.#api.request("POST", "/password", options, {
      body: { currentPassword, newPassword },
      feature: "auth.changePassword",
      changesCredential: true,
      secrets: [currentPassword, newPassword],
    });
  }
}

/**
 * Exchanges a refresh token for the next session. An immediate retry is safe: after a lost response, the server returns
 * the same new token again. A later retry would look like the use of a stolen token.
 */
export async function refreshSession(
  api: Api,
  refreshToken: string,
  now: () => number,
  options: CallOptions | undefined,
): Promise<SignInResult> {
  const body = await api.request("POST", "/refresh", options, {
    body: { refreshToken },
    isAnonymous: true,
    repetition: "safe",
    feature: "auth.refresh",
    secrets: [refreshToken],
    accepts: isSignIn,
  });
  return createSignInResult(body, now());
}

/** Returns the result of a sign-in. Saves its session, unless `session` is null. */
export async function keepSignIn(
  wire: Omit<SignInResult, "session">,
  nowMs: number,
  session: SessionTokens | null,
): Promise<SignInResult> {
  const result = createSignInResult(wire, nowMs);
  await session?.replace(result.session);
  return result;
}

function createSignInResult(wire: Omit<SignInResult, "session">, nowMs: number): SignInResult {
  const { accessToken, refreshToken, expiresIn, activeCompany } = wire;
  const session: Session = {
    accessToken,
    ...(refreshToken !== undefined && { refreshToken }),
    ...(expiresIn !== undefined && { expiresAt: new Date(nowMs + expiresIn * 1000).toISOString() }),
    companyId: activeCompany.id,
  };
  return { ...wire, session };
}
