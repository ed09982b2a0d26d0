import type { Api } from "../call/api.ts";
import { hasFields } from "../call/response-shape.ts";
import { useFixedToken } from "../call/tokens.ts";
import { isApiError } from "../errors/guards.ts";
import type { CallOptions } from "../models/call-options.ts";
import type { DeviceSignIn, DeviceSignInInput, SignInMethod } from "../models/device-sign-in.ts";
import type { SessionInfo, SignInResult } from "../models/session-info.ts";
import { Auth, keepSignIn } from "./auth.ts";
import { type DeviceGrant, startDeviceSignIn } from "./device-sign-in.ts";
import type { SessionTokens } from "./session-tokens.ts";

/**
 * Sign-in, sign-out and the session, including the sign-in of programs without a browser. For server runtimes only,
 * because pages in a browser have their own sign-in.
 */
export class ServerAuth extends Auth {
  readonly #api: Api;
  readonly #now: () => number;
  /** Where to save a session. Null if the caller passed no store. */
  readonly #stored: SessionTokens | null;

  /** @internal */
  constructor(api: Api, session: SessionTokens | null, isStored: boolean, now: () => number) {
    super(api, session, isStored, now);
    this.#api = api;
    this.#now = now;
    this.#stored = isStored ? session : null;
  }

  /**
   * Returns how a client can sign in, the recommended method first. Servers without this operation accept passwords
   * only.
   *
   * @example
   * const isBrowserOffered = (await briksync.auth.getSignInMethods()).includes("browser");
   */
  async getSignInMethods(options?: CallOptions): Promise<readonly SignInMethod[]> {
    try {
      const traits = { isAnonymous: true, feature: "auth.getSignInMethods", accepts: hasFields({ methods: "list" }) };
      return (await this.#api.request("GET", "/signin/methods", options, traits)).methods;
    } catch (error) {
      if (isApiError(error) && (error.status === 404 || error.status === 405)) return ["password"];
      throw error;
    }
  }

  /**
   * Starts a sign-in that the user approves in a browser (RFC 8628). It works with every method that the server offers
   * there: passwords, OAuth, mail links and second factors. Show the code and the address, then wait.
   *
   * @throws {ApiError} `NOT_FOUND` if the server does not offer it. See {@link ServerAuth.getSignInMethods}.
   *
   * @example
   * const signIn = await briksync.auth.startDeviceSignIn({ hostName: hostname(), clientVersion: "reports 2.1.0" });
   * console.error(`Open ${signIn.verificationUri} and enter ${signIn.userCode}`);
   * const { user } = await signIn.wait({ signal: AbortSignal.timeout(300_000) });
   */
  async startDeviceSignIn(input: DeviceSignInInput, options?: CallOptions): Promise<DeviceSignIn> {
    const finish = (grant: DeviceGrant): Promise<SignInResult> => keepSignIn(grant, this.#now(), this.#stored);
    const readSession = (accessToken: string, signal: AbortSignal | undefined): Promise<SessionInfo> =>
      new Auth(this.#api.withTokens(useFixedToken(accessToken)), null, false, this.#now).getSession({ signal });
    return startDeviceSignIn(this.#api, input, { now: this.#now, readSession, finish }, options);
  }
}
