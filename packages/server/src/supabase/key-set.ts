import { createLocalJWKSet, type JSONWebKeySet, type JWTHeaderParameters } from "jose";
import { IdentityProviderUnavailableError } from "../domain/identity/identity-provider.ts";

/** A public key to verify with, as jose takes it. */
type VerificationKey = Awaited<ReturnType<ReturnType<typeof createLocalJWKSet>>>;

/** Answers younger than this are used without asking again: what Supabase's own Cache-Control says. */
const freshMs = 10 * 60_000;
/** And older ones up to this, while the project cannot be reached: a key that is withdrawn meanwhile is good for no longer here. */
const usableMs = 60 * 60_000;
/** How long nobody asks again after an answer, or the lack of one: tokens with made-up key ids cost the project nothing. */
const cooldownMs = 30_000;

/**
 * The public keys of a project, fetched when they are needed. At most one fetch is under way, and at most one begins in
 * thirty seconds, whatever tokens come in and however fetches end.
 */
export class KeySet {
  readonly #fetchKeys: () => Promise<JSONWebKeySet>;
  readonly #nowMs: () => number;
  readonly #now: () => Date;
  readonly #reportFailure: (error: unknown) => void;
  #find: ReturnType<typeof createLocalJWKSet> | null = null;
  #fetchedMs = 0;
  #fetchedOnMs = 0;
  #triedMs = Number.NEGATIVE_INFINITY;
  #isLastTryFailed = false;
  #fetching: Promise<void> | null = null;

  /**
   * `fetchKeys` throws {@link IdentityProviderUnavailableError}; `reportFailure` hears, once for all who waited, of a fetch
   * that failed while older keys go on counting. `nowMs` is a monotonic clock, `now` the one that can be set.
   */
  constructor(options: {
    readonly fetchKeys: () => Promise<JSONWebKeySet>;
    readonly nowMs: () => number;
    readonly now: () => Date;
    readonly reportFailure: (error: unknown) => void;
  }) {
    this.#fetchKeys = options.fetchKeys;
    this.#nowMs = options.nowMs;
    this.#now = options.now;
    this.#reportFailure = options.reportFailure;
  }

  /**
   * The key of a token's header; null when the project has none of that id.
   * @throws {IdentityProviderUnavailableError} when that cannot be said, because the project does not answer.
   */
  async find(header: JWTHeaderParameters): Promise<VerificationKey | null> {
    if (!this.#hasKeysYoungerThan(usableMs)) await this.#fetch();
    else if (!this.#hasKeysYoungerThan(freshMs)) await this.#refresh();
    const known = await this.#look(header);
    if (known !== null) return known;
    if (!this.#isCoolingDown() || this.#isLastTryFailed || this.#fetching !== null) await this.#fetch();
    return this.#look(header);
  }

  /**
   * Decides by the monotonic clock, which stands still while the machine sleeps, and by the clock that can be set: keys that
   * seem to have been fetched in the future have an unknown age.
   */
  #hasKeysYoungerThan(ageMs: number): boolean {
    const agesMs = [this.#nowMs() - this.#fetchedMs, this.#now().getTime() - this.#fetchedOnMs];
    return this.#find !== null && agesMs.every((knownMs) => knownMs >= 0 && knownMs <= ageMs);
  }

  /** Asks for newer keys, unless somebody did a moment ago. Those we have go on counting when there are none to be had. */
  async #refresh(): Promise<void> {
    if (this.#isCoolingDown() && this.#fetching === null) return;
    // It was reported where it failed.
    await this.#fetch().catch(() => undefined);
  }

  #isCoolingDown(): boolean {
    return this.#nowMs() - this.#triedMs < cooldownMs;
  }

  async #look(header: JWTHeaderParameters): Promise<VerificationKey | null> {
    try {
      return (await this.#find?.(header)) ?? null;
    } catch {
      return null;
    }
  }

  /** Joins the fetch under way, or begins one; right after a failed one it fails at once. */
  async #fetch(): Promise<void> {
    if (this.#fetching === null) {
      if (this.#isCoolingDown() && this.#isLastTryFailed) {
        const retryAfterSeconds = Math.ceil((cooldownMs - (this.#nowMs() - this.#triedMs)) / 1000);
        throw new IdentityProviderUnavailableError("Supabase did not return its keys a moment ago", {
          retryAfterSeconds,
        });
      }
      this.#triedMs = this.#nowMs();
      this.#fetching = this.#replace().finally(() => {
        this.#fetching = null;
      });
    }
    await this.#fetching;
  }

  async #replace(): Promise<void> {
    try {
      this.#find = createLocalJWKSet(await this.#fetchKeys());
      this.#fetchedMs = this.#nowMs();
      this.#fetchedOnMs = this.#now().getTime();
      this.#isLastTryFailed = false;
    } catch (error) {
      this.#isLastTryFailed = true;
      if (this.#hasKeysYoungerThan(usableMs)) this.#reportFailure(error);
      throw error;
    }
  }
}
