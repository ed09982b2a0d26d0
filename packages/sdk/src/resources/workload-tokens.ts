import type { Api } from "../call/api.ts";
import { checkHeaderValue } from "../call/header-value.ts";
import type { TokenSource } from "../call/tokens.ts";
import { ConfigurationError } from "../errors/errors.ts";
import { isApiError } from "../errors/guards.ts";
import type { RunToken, WorkloadIdentity, WorkloadToken } from "../models/workload-identity.ts";
import { revealSecret, Secret } from "../secret/secret.ts";
import { exchangeIdToken } from "./exchange.ts";

/** Dependencies of {@link WorkloadTokens}, in addition to the options of the user. */
export interface WorkloadParts {
  /** Sends calls without a token, for the exchange. */
  readonly anonymousApi: Api;
  /** The default audience. */
  readonly baseUrl: string;
  /** Requests a token of the platform on which this process runs. */
  readonly requestIdToken: (audience: string, env: WorkloadIdentity["env"]) => Promise<string>;
  readonly now: () => number;
}

/** How long before its expiry a token is replaced, so that it does not expire during a call. */
const earlyMs = 10_000;

/** Three parts in Base64url, as in RFC 7515. */
const jwtForm = /^[\w-]+\.[\w-]+\.[\w-]+$/;

/**
 * Signs in with the tokens of a CI platform. It exchanges one when a call needs a token, before the token expires, and
 * after the server refused it. Only one exchange runs at a time. Tokens are in memory only, and no message contains
 * one.
 */
export class WorkloadTokens implements TokenSource {
  readonly trustId: string;
  readonly #identity: WorkloadIdentity;
  readonly #parts: WorkloadParts;
  #token: { readonly text: string; readonly replaceAtMs: number } | null = null;
  #exchanging: Promise<RunToken> | null = null;

  constructor(identity: WorkloadIdentity, parts: WorkloadParts) {
    this.trustId = checkHeaderValue("workloadIdentity.trustId", identity.trustId);
    this.#identity = identity;
    this.#parts = parts;
  }

  current(): string | Promise<string> {
    if (this.#token !== null && this.#parts.now() < this.#token.replaceAtMs) return this.#token.text;
    return this.exchangeNow().then(({ token }) => token.reveal());
  }

  async renew(refused: string): Promise<string> {
    if (this.#token !== null && this.#token.text !== refused) return this.#token.text;
    return (await this.exchangeNow()).token.reveal();
  }

  /** Exchanges a token of the platform, even if the current token is still valid. Joins a running exchange. */
  exchangeNow(): Promise<RunToken> {
    this.#exchanging ??= this.#exchange().finally(() => {
      this.#exchanging = null;
    });
    return this.#exchanging;
  }

  /** Returns a new token of the platform. */
  async requestIdToken(): Promise<string> {
    const { audience = this.#parts.baseUrl, getIdToken, env } = this.#identity;
    const given = getIdToken === undefined ? this.#parts.requestIdToken(audience, env) : getIdToken(audience);
    const token = revealSecret(await given);
    if (typeof token !== "string" || !jwtForm.test(token)) {
      throw new ConfigurationError("The token of the CI platform is not a JSON Web Token.", {
        type: "ID_TOKEN_UNAVAILABLE",
      });
    }
    await this.#report({ kind: "id-token", value: new Secret(token) });
    return token;
  }

  async #exchange(): Promise<RunToken> {
    const startedMs = this.#parts.now();
    const { access_token: given, expires_in: seconds } = await this.#exchangeFresh();
    const text = checkHeaderValue("access_token", given);
    const expiresAtMs = startedMs + seconds * 1000;
    // A token that is valid for only a few seconds is used for half of that time.
    this.#token = { text, replaceAtMs: expiresAtMs - Math.min(earlyMs, seconds * 500) };
    const token = new Secret(text);
    const expiresAt = new Date(expiresAtMs).toISOString();
    await this.#report({ kind: "run-token", value: token, expiresAt });
    return { token, expiresAt };
  }

  /**
   * Exchanges a token of the platform. After a 401, tries once more with another one, because the response to an
   * earlier exchange of the first one may have been lost.
   */
  async #exchangeFresh() {
    const { anonymousApi } = this.#parts;
    const first = await this.requestIdToken();
    try {
      return await exchangeIdToken(anonymousApi, this.trustId, first);
    } catch (error) {
      if (!isApiError(error) || error.status !== 401) throw error;
      const second = await this.requestIdToken();
      if (second === first) throw error;
      return exchangeIdToken(anonymousApi, this.trustId, second);
    }
  }

  async #report(token: WorkloadToken): Promise<void> {
    await this.#identity.onToken?.(token);
  }
}
