import { isIP } from "node:net";
import { Agent, fetch as fetchWith } from "undici";
import { IdentityProviderUnavailableError } from "../domain/identity/identity-provider.ts";
import { isLoopback } from "../domain/network/loopback.ts";
import { callJson } from "./call-json.ts";
import { KeySet } from "./key-set.ts";
import { isPublicAddress, lookUpPublic } from "./public-addresses.ts";

/** Maximum number of cached key sets. Trusts can name any number of issuers. */
const keySetsMax = 200;

/** Settings of {@link Issuers}. */
export interface IssuersOptions {
  /**
   * Issuers that all companies share. Their keys always stay cached, so that nobody can make the server fetch them
   * often.
   */
  readonly wellKnown: ReadonlySet<string>;
  /** Issuers that the operator listed. They may be in the server's own network, and may use HTTP on this machine. */
  readonly listed: ReadonlySet<string>;
  now(): Date;
  /** A monotonic clock, in milliseconds. */
  nowMs(): number;
  reportFailure(what: string, error: unknown): void;
}

/**
 * The keys of all issuers of assertions. Fetches them on demand, and removes those that were not used for the longest
 * time.
 */
export class Issuers {
  readonly #options: IssuersOptions;
  readonly #keySets = new Map<string, KeySet>();
  readonly #publicAgent = new Agent({ connect: { lookup: lookUpPublic } });

  constructor(options: IssuersOptions) {
    this.#options = options;
  }

  /** Returns the keys of an issuer. The caller makes sure that it is known. */
  getKeys(issuer: string): KeySet {
    const known = this.#keySets.get(issuer);
    const { wellKnown, listed } = this.#options;
    // The most recently used one moves to the end.
    this.#keySets.delete(issuer);
    const keys = known ?? this.#createKeySet(issuer);
    this.#keySets.set(issuer, keys);
    for (const oldest of this.#keySets.keys()) {
      if (this.#keySets.size <= keySetsMax) break;
      if (!wellKnown.has(oldest) && !listed.has(oldest)) this.#keySets.delete(oldest);
    }
    return keys;
  }

  #createKeySet(issuer: string): KeySet {
    const { now, nowMs, reportFailure } = this.#options;
    return new KeySet({
      owner: issuer,
      fetchKeys: async () => this.#get(issuer, await this.#discover(issuer)),
      nowMs,
      now,
      reportFailure,
    });
  }

  /** Returns the URL of an issuer's keys (OpenID Connect Discovery, section 4). */
  async #discover(issuer: string): Promise<URL> {
    const document = await this.#get(issuer, new URL(`${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`));
    const { issuer: named, jwks_uri: address } = document as Record<string, unknown>;
    if (named !== issuer) {
      throw new IdentityProviderUnavailableError(`The discovery document of ${issuer} is of another issuer`);
    }
    if (typeof address !== "string" || !URL.canParse(address)) {
      throw new IdentityProviderUnavailableError(`The discovery document of ${issuer} names no keys`);
    }
    return new URL(address);
  }

  /**
   * Fetches a JSON object. Only URLs of listed issuers may lead into the server's own network, and use HTTP on this
   * machine.
   */
  async #get(issuer: string, url: URL): Promise<object> {
    const isListed = this.#options.listed.has(issuer);
    const host = url.hostname.replace(/^\[|\]$/g, "");
    const isEncrypted = url.protocol === "https:" || (isListed && url.protocol === "http:" && isLoopback(host));
    const isReachable = isListed || isIP(host) === 0 || isPublicAddress(host);
    if (!isEncrypted) throw new IdentityProviderUnavailableError(`${issuer} leads to an address without TLS`);
    if (!isReachable) {
      throw new IdentityProviderUnavailableError(`${issuer} leads to an address that is not on the internet`);
    }
    const fetcher = (isListed ? fetch : this.#fetchPublic) as typeof fetch;
    const { body, status } = await callJson(fetcher, {
      owner: issuer,
      url: url.href,
      path: url.pathname,
      method: "GET",
      headers: {},
    });
    if (status !== 200 || typeof body !== "object" || body === null) {
      throw new IdentityProviderUnavailableError(`${issuer} returned status ${status} for ${url.pathname}`);
    }
    return body;
  }

  readonly #fetchPublic = (input: string, init: object): unknown =>
    fetchWith(input, { ...init, dispatcher: this.#publicAgent });
}
