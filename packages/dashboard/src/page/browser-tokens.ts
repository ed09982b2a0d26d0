import { readResponse, requestAuth } from "./request-auth.ts";

interface TokenResponse {
  readonly accessToken: string;
  readonly expiresIn: number;
}

/** How long before its expiry a token is renewed, so that it does not expire during a call. */
const renewalMarginMs = 60_000;

/** Gets access tokens with the cookie of the browser. The tokens are kept in memory only. */
export class BrowserTokens {
  #token: string | null = null;
  #renewAtMs = 0;
  #asking: Promise<string> | null = null;
  #hasWorked = false;

  /** Whether this page has had a token. */
  get hasWorked(): boolean {
    return this.#hasWorked;
  }

  /** Returns the current token or a new one, but never `refused`. Concurrent callers share one request. */
  take(refused?: string): Promise<string> {
    if (this.#token !== null && this.#token !== refused && Date.now() < this.#renewAtMs) {
      return Promise.resolve(this.#token);
    }
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = null;
    });
    return this.#asking;
  }

  /** Forgets the token, because the session has changed. */
  forget(): void {
    this.#token = null;
  }

  async #ask(): Promise<string> {
    this.forget();
    const sentMs = Date.now();
    const { accessToken, expiresIn } = await readResponse<TokenResponse>(await requestAuth("token"));
    const lifetimeMs = expiresIn * 1000;
    this.#token = accessToken;
    this.#renewAtMs = sentMs + lifetimeMs - Math.min(renewalMarginMs, lifetimeMs / 2);
    this.#hasWorked = true;
    return accessToken;
  }
}
