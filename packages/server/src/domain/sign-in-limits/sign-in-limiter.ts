import { findClientNetworks } from "../network/client-networks.ts";
import { FailureCounters } from "./failure-counters.ts";

/** An attempt and its origin. `address` is null if it is unreadable. */
export type SignInAttempt =
  /**
   * A password from an unknown device. `accountId` is null if no account has the login name. A message to an email
   * address or to the phone of a user has the same limits. It is not a password guess, and names no account.
   */
  | {
      readonly kind: "password";
      /** Login name in the form in which login names are compared. */
      readonly login: string;
      readonly accountId: string | null;
      readonly address: string | null;
    }
  /** Any attempt with the token of a known device. */
  | { readonly kind: "known-device"; readonly deviceId: string }
  /** The current password within a session. */
  | {
      readonly kind: "password-change";
      readonly accountId: string;
      readonly sessionId: string;
      readonly address: string | null;
    }
  /** The code of a second factor, after the right password or an equivalent. Wrong passwords of others do not block it. */
  | { readonly kind: "second-factor"; readonly accountId: string; readonly address: string | null }
  /**
   * A token or code that another service verifies. It cannot be guessed, but each attempt causes a call to that
   * service. Wrong passwords from the same network do not block it.
   */
  | { readonly kind: "token"; readonly token: string; readonly address: string | null };

/** An admitted attempt, until its result is reported. */
export interface AdmittedAttempt {
  /**
   * Whether the attempts of the account are used up. The attempt must then fail like a wrong password. Another refusal
   * would reveal that two login names belong to the same account.
   */
  readonly mustFail: boolean;
  readonly counted: readonly Count[];
}

/** The result of {@link SignInLimiter.admit}. */
export type Admission =
  | { readonly allowed: true; readonly attempt: AdmittedAttempt }
  | { readonly allowed: false; readonly retryAfterSeconds: number };

/** A counter that applies to an attempt. */
interface Count {
  readonly counters: FailureCounters;
  readonly key: string;
}

/** All counters are empty after this time, so no refusal lasts longer. */
const windowMs = 15 * 60_000;

/** Number of failures that each limit allows in the window. docs/auth.md explains them and their sums. */
const failureLimits = {
  /** Per login name and network. */
  loginAndNetwork: 10,
  /** Per login name, over all networks. */
  login: 50,
  /**
   * Additional failures per login name after the previous limit, from sites without earlier failures. An attacker needs
   * many sites.
   */
  loginFromNewSites: 50,
  /** A site counts as new until its first failure. */
  newSite: 1,
  /**
   * Per account, over all its login names. Higher than the limit of one name, so that one name reveals nothing about
   * the other.
   */
  account: 150,
  /** Per network, over all login names. Many people may share an address. */
  network: 50,
  /** Per IPv6 site, over all login names. A site has 65,536 networks. */
  ipv6Site: 200,
  knownDevice: 10,
  /** The next three limit wrong current passwords per session, per account, and per network. */
  sessionPassword: 10,
  accountPassword: 30,
  networkPassword: 50,
  /**
   * Wrong codes of second factors per account, over all networks. A code has only six digits, so many addresses must
   * not allow many guesses. Only people who know the password can use up this limit.
   */
  accountFactor: 10,
  networkFactor: 50,
  tokenAndNetwork: 10,
  /** Tokens per network. Many programs may share an address. */
  tokensOfNetwork: 200,
} as const;

type Limit = keyof typeof failureLimits;

/**
 * Limits failed attempts per 15 minutes, according to `failureLimits`. An attempt counts as failed from `admit` on, so
 * that parallel guesses cannot bypass the limit. Refused attempts do not count, and a refusal lasts at most 15 minutes.
 *
 * A refusal never depends on whether an account exists or on earlier sign-ins. The only exception is a known device,
 * which has its own budget that others cannot use up.
 */
export class SignInLimiter {
  readonly #counters: Readonly<Record<Limit, FailureCounters>>;
  readonly #digest: (text: string) => Buffer;

  /**
   * `nowMs` is a monotonic clock. `maxEntries` limits the counters of each limit separately, so that one kind of flood
   * does not remove others. `digest` is keyed, because users type passwords into the wrong field, and counters must not
   * contain them.
   */
  constructor(options: { nowMs: () => number; maxEntries: number; digest: (text: string) => Buffer }) {
    const { nowMs, maxEntries } = options;
    const limits = Object.entries(failureLimits);
    this.#counters = Object.fromEntries(
      limits.map(([limit, max]) => [limit, new FailureCounters({ nowMs, maxEntries, max, windowMs })]),
    ) as Record<Limit, FailureCounters>;
    this.#digest = options.digest;
  }

  /** Returns whether the attempt may proceed. Report its result with exactly one of the three methods below. */
  admit(attempt: SignInAttempt): Admission {
    const counted = this.#listCounts(attempt);
    const waitMs = Math.max(...counted.map(({ counters, key }) => counters.measureWaitMs(key)));
    if (waitMs > 0) return { allowed: false, retryAfterSeconds: Math.max(1, Math.ceil(waitMs / 1_000)) };
    const account = attempt.kind === "password" ? this.#countAccount(attempt) : null;
    const mustFail = account !== null && account.counters.measureWaitMs(account.key) > 0;
    if (account !== null && !mustFail) counted.push(account);
    for (const { counters, key } of counted) counters.reserve(key);
    return { allowed: true, attempt: { mustFail, counted } };
  }

  /** Reports wrong credentials. */
  recordFailure({ counted }: AdmittedAttempt): void {
    for (const { counters, key } of counted) counters.keep(key);
  }

  /**
   * Reports correct credentials. The attempt no longer counts. Earlier failures still count, because an attacker could
   * otherwise clear them by signing in to their own account.
   */
  recordSuccess({ counted }: AdmittedAttempt): void {
    for (const { counters, key } of counted) counters.giveBack(key);
  }

  /**
   * Reports that the credentials were not verified because the server was busy or failed. The attempt no longer counts.
   */
  recordAborted(attempt: AdmittedAttempt): void {
    this.recordSuccess(attempt);
  }

  #listCounts(attempt: SignInAttempt): Count[] {
    if (attempt.kind === "known-device") return [this.#count("knownDevice", attempt.deviceId)];
    // An unreadable address belongs to no network. Otherwise, all of them would share one network.
    const networks = findClientNetworks(attempt.address);
    if (attempt.kind === "password-change") {
      const { sessionId, accountId } = attempt;
      const counts = [this.#count("sessionPassword", sessionId), this.#count("accountPassword", accountId)];
      return networks === null ? counts : [...counts, this.#count("networkPassword", networks.network)];
    }
    if (attempt.kind === "second-factor") {
      const counts = [this.#count("accountFactor", attempt.accountId)];
      return networks === null ? counts : [...counts, this.#count("networkFactor", networks.network)];
    }
    if (attempt.kind === "token") {
      if (networks === null) return [this.#count("tokenAndNetwork", attempt.token)];
      const { network } = networks;
      return [this.#count("tokenAndNetwork", attempt.token, network), this.#count("tokensOfNetwork", network)];
    }
    const { login } = attempt;
    if (networks === null) return [this.#count("login", login)];
    const { network, site, version } = networks;
    return [
      this.#count("loginAndNetwork", login, network),
      this.#count("network", network),
      ...(version === 6 ? [this.#count("ipv6Site", site)] : []),
      ...this.#countLogin(login, site),
    ];
  }

  /** Returns the counters of a login name for an attempt from a site. */
  #countLogin(login: string, site: string): Count[] {
    const hasRoom = ({ counters, key }: Count): boolean => counters.measureWaitMs(key) === 0;
    const [common, reserve] = [this.#count("login", login), this.#count("loginFromNewSites", login)];
    const newSite = this.#count("newSite", login, site);
    if (!hasRoom(newSite)) return [common];
    return [newSite, hasRoom(common) || !hasRoom(reserve) ? common : reserve];
  }

  #countAccount({ accountId, login }: Extract<SignInAttempt, { kind: "password" }>): Count {
    // An unknown name costs the same work.
    return accountId === null ? this.#count("account", "nobody", login) : this.#count("account", accountId);
  }

  #count(limit: Limit, ...parts: readonly string[]): Count {
    const key = this.#digest(JSON.stringify(parts)).toString("base64url");
    return { counters: this.#counters[limit], key };
  }
}
