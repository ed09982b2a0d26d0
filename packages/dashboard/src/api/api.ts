import { BrikSync, isApiError, isBrikSyncError, type SessionInfo } from "@briksync/sdk/browser";
import { accountChanged, describeFailure, type Result } from "./failure.ts";

/**
 * Returns an access token. `refused` is a token that the server has just refused, so the function must not return it
 * again. To end the session, throw an error whose `name` is `SessionOverError`.
 */
export type GetAccessToken = (options?: { readonly refused?: string | undefined }) => Promise<string>;

/** Work with the SDK. The element aborts `signal` when nobody waits for the result anymore. */
export type Work<Value> = (sdk: BrikSync, signal: AbortSignal) => Promise<Value>;

/** Settings of `Api`. */
export interface ApiSettings {
  readonly baseUrl: string;
  readonly getAccessToken: GetAccessToken;
  /** Called when a call finds that the session is over. */
  readonly onSessionOver: () => void;
  /** Called when a new token turns out to belong to another user or company. */
  readonly onAccountChanged: () => void;
}

const retryPauseMs = 700;
/**
 * Maximum number of attempts while the first request with the same Idempotency-Key is still running, which ends within
 * seconds.
 */
const maxAttemptsInProgress = 10;

/** Calls the management API. Returns errors as states of the page, so that no screen handles exceptions. */
export class Api {
  readonly #settings: ApiSettings;
  readonly #sdk: BrikSync;
  /** The user and company of the page, as `user/company`. Null until the first session was read. */
  #account: string | null = null;
  #token: string | null = null;
  #refused: string | undefined;
  #taking: Promise<string> | null = null;
  #runningCalls = 0;

  constructor(settings: ApiSettings) {
    this.#settings = settings;
    this.#sdk = this.#createClient(() => this.#takeToken());
  }

  /** URL of the server. */
  get baseUrl(): string {
    return this.#settings.baseUrl;
  }

  /** Whether a call is running. */
  get isBusy(): boolean {
    return this.#runningCalls > 0;
  }

  /** Reads the session, and binds all later calls to its user and company. */
  async readSession(signal: AbortSignal): Promise<Result<SessionInfo>> {
    const result = await this.read((sdk) => sdk.auth.getSession({ signal }), signal);
    if (result.ok) this.#account ??= nameAccount(result.value);
    return result;
  }

  /** Runs work that changes nothing. */
  read<Value>(work: Work<Value>, signal: AbortSignal): Promise<Result<Value>> {
    return this.#run(work, signal, false);
  }

  /** Runs work that may change something. A connection that fails midway has an unknown outcome. */
  change<Value>(work: Work<Value>, signal: AbortSignal): Promise<Result<Value>> {
    return this.#run(work, signal, true);
  }

  async #run<Value>(work: Work<Value>, signal: AbortSignal, isChange: boolean): Promise<Result<Value>> {
    this.#runningCalls += 1;
    try {
      return await this.#attempt(work, signal, isChange);
    } finally {
      this.#runningCalls -= 1;
    }
  }

  async #attempt<Value>(work: Work<Value>, signal: AbortSignal, isChange: boolean): Promise<Result<Value>> {
    for (let attempt = 1; ; attempt++) {
      try {
        return { ok: true, value: await work(this.#sdk, signal) };
      } catch (error) {
        if (this.#mayRenew(error)) continue;
        if (!signal.aborted && attempt < countAttempts(error)) {
          await pause(retryPauseMs);
          continue;
        }
        const failure = describeFailure(error, isChange);
        if (failure.kind === "session-over") this.#settings.onSessionOver();
        if (failure.kind === "account-changed") this.#settings.onAccountChanged();
        return { ok: false, failure };
      }
    }
  }

  /** Returns whether the call may run again with another token. The SDK does not pass the refused token to the host. */
  #mayRenew(error: unknown): boolean {
    if (!isApiError(error, "UNAUTHORIZED") || this.#token === null || this.#refused === this.#token) return false;
    this.#refused = this.#token;
    return true;
  }

  /** Returns a token from the host. Concurrent calls share one request for it. */
  #takeToken(): Promise<string> {
    this.#taking ??= this.#askForToken().finally(() => {
      this.#taking = null;
    });
    return this.#taking;
  }

  async #askForToken(): Promise<string> {
    const token = await this.#settings.getAccessToken({ refused: this.#refused });
    if (token !== this.#token && this.#account !== null) await this.#checkAccount(token, this.#account);
    this.#token = token;
    return token;
  }

  /**
   * Throws if a new token belongs to another user or company. Another tab can sign out and in again, or switch the
   * company. Without this check, a click in this tab could then change a key of the other company.
   */
  async #checkAccount(token: string, account: string): Promise<void> {
    const session = await this.#createClient(token).auth.getSession();
    if (nameAccount(session) === account) return;
    throw Object.assign(new Error("The session belongs to another account"), { name: accountChanged });
  }

  #createClient(accessToken: string | (() => Promise<string>)): BrikSync {
    const { baseUrl } = this.#settings;
    return new BrikSync({
      baseUrl,
      accessToken,
      // The page shows each wait as a countdown, so the SDK must not wait by itself.
      maxRetries: 0,
      // If the page itself was loaded without TLS, refusing plain HTTP here would not protect it.
      allowInsecureHttp: location.protocol === "http:",
    });
  }
}

function nameAccount({ user, activeCompany }: SessionInfo): string {
  return `${user.id}/${activeCompany.id}`;
}

/** Returns how often a call may run. A call whose connection was lost runs once more, if that is safe. */
function countAttempts(error: unknown): number {
  if (isApiError(error, "IDEMPOTENCY_IN_PROGRESS")) return maxAttemptsInProgress;
  return isBrikSyncError(error) && error.retryable && error.retryAfterSeconds === undefined ? 2 : 1;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
