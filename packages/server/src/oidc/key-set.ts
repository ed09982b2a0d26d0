import { createLocalJWKSet, type JSONWebKeySet, type JWK, type JWTHeaderParameters } from "jose";
import { IdentityProviderUnavailableError } from "../domain/identity/identity-provider.ts";

/** A public key in the format of jose. */
type VerificationKey = Awaited<ReturnType<ReturnType<typeof createLocalJWKSet>>>;

/** Keys younger than this are used without a fetch, as in Supabase's own Cache-Control. */
const freshMs = 10 * 60_000;
/** Older keys are used up to this age while the issuer is unreachable. A withdrawn key works at most this long. */
const usableMs = 60 * 60_000;
/** Minimum time between fetches, so that forged key IDs cause no load on the issuer. */
const cooldownMs = 30_000;

const keysMax = 100;

/** Members of public keys that verification needs, besides `key_ops` (RFC 7517 and RFC 7518). */
const keyMembers = ["kty", "kid", "use", "alg", "crv", "x", "y", "n", "e"];

/**
 * Returns the keys of a response, without members that verification does not need, which could fill the memory. Null if
 * it is not a JSON Web Key Set (RFC 7517), or has too many keys.
 */
export function readKeySet(body: unknown): JSONWebKeySet | null {
  const keys: unknown = typeof body === "object" && body !== null && "keys" in body ? body.keys : null;
  if (!Array.isArray(keys) || keys.length > keysMax) return null;
  return keys.every(isObject) ? { keys: keys.map(readKey) } : null;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function readKey(key: Readonly<Record<string, unknown>>): JWK {
  const texts = keyMembers.flatMap((name) => (typeof key[name] === "string" ? [[name, key[name]]] : []));
  const { key_ops: operations } = key;
  if (!Array.isArray(operations)) return Object.fromEntries(texts);
  return { ...Object.fromEntries(texts), key_ops: operations.includes("verify") ? ["verify"] : [] };
}

/** Options of {@link KeySet}. */
interface KeySetOptions {
  /** Name of the issuer in messages. */
  readonly owner: string;
  /** Returns the response of the issuer. @throws {IdentityProviderUnavailableError} */
  fetchKeys(): Promise<unknown>;
  /** A monotonic clock, in milliseconds. */
  nowMs(): number;
  now(): Date;
  /** Called once for a failed fetch while older keys are still used. */
  reportFailure(what: string, error: unknown): void;
}

/**
 * Caches the public keys of an issuer and fetches them on demand. Runs one fetch at a time and at most one
 * every 30 seconds, even if fetches fail or tokens have unknown key IDs.
 */
export class KeySet {
  readonly #options: KeySetOptions;
  #find: ReturnType<typeof createLocalJWKSet> | null = null;
  #fetchedMs = 0;
  #fetchedOnMs = 0;
  #triedMs = Number.NEGATIVE_INFINITY;
  #isLastTryFailed = false;
  #fetching: Promise<void> | null = null;

  constructor(options: KeySetOptions) {
    this.#options = options;
  }

  /**
   * Returns the key of a token's header, or null if the issuer has no key with this ID.
   * @throws {IdentityProviderUnavailableError} if the issuer does not respond.
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
   * Returns whether the keys are younger than `ageMs` on both clocks. The monotonic clock stops while the machine
   * sleeps, and the wall clock can be changed. Keys fetched in the future have an unknown age.
   */
  #hasKeysYoungerThan(ageMs: number): boolean {
    const agesMs = [this.#options.nowMs() - this.#fetchedMs, this.#options.now().getTime() - this.#fetchedOnMs];
    return this.#find !== null && agesMs.every((knownMs) => knownMs >= 0 && knownMs <= ageMs);
  }

  /** Fetches newer keys, unless this happened recently. The current keys stay valid if the fetch fails. */
  async #refresh(): Promise<void> {
    if (this.#isCoolingDown() && this.#fetching === null) return;
    // The failure was already reported.
    await this.#fetch().catch(() => undefined);
  }

  #isCoolingDown(): boolean {
    return this.#options.nowMs() - this.#triedMs < cooldownMs;
  }

  async #look(header: JWTHeaderParameters): Promise<VerificationKey | null> {
    try {
      return (await this.#find?.(header)) ?? null;
    } catch {
      return null;
    }
  }

  /** Joins the current fetch or starts one. Fails immediately after a recent failure. */
  async #fetch(): Promise<void> {
    if (this.#fetching === null) {
      if (this.#isCoolingDown() && this.#isLastTryFailed) {
        const retryAfterSeconds = Math.ceil((cooldownMs - (this.#options.nowMs() - this.#triedMs)) / 1000);
        throw new IdentityProviderUnavailableError(`${this.#options.owner} did not return its keys a moment ago`, {
          retryAfterSeconds,
        });
      }
      this.#triedMs = this.#options.nowMs();
      this.#fetching = this.#replace().finally(() => {
        this.#fetching = null;
      });
    }
    await this.#fetching;
  }

  async #replace(): Promise<void> {
    try {
      const keys = readKeySet(await this.#options.fetchKeys());
      if (keys === null) {
        throw new IdentityProviderUnavailableError(`The keys of ${this.#options.owner} are not a JSON Web Key Set`);
      }
      this.#find = createLocalJWKSet(keys);
      this.#fetchedMs = this.#options.nowMs();
      this.#fetchedOnMs = this.#options.now().getTime();
      this.#isLastTryFailed = false;
    } catch (error) {
      this.#isLastTryFailed = true;
      if (this.#hasKeysYoungerThan(usableMs))
        this.#options.reportFailure(`cannot fetch the keys of ${this.#options.owner}`, error);
      throw error;
    }
  }
}
