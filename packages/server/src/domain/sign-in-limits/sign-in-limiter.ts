import { findClientNetworks } from "../network/client-network.ts";
import { FailureCounters } from "./failure-counters.ts";

/** What somebody is about to try, and where the attempt comes from. `address` is null when it could not be read. */
export type SignInAttempt =
  /** A password, from a device that the account does not know. `accountId` is null where no account has the login name. */
  | {
      readonly kind: "password";
      /** The login name as typed, in the form in which login names are compared. */
      readonly login: string;
      readonly accountId: string | null;
      readonly address: string | null;
    }
  /** Anything, with the token of a device that the account knows. */
  | { readonly kind: "known-device"; readonly deviceId: string }
  /** The current password, within a session. */
  | {
      readonly kind: "password-change";
      readonly accountId: string;
      readonly sessionId: string;
      readonly address: string | null;
    }
  /** A token or a code that somebody else judges. Nobody guesses those, but each costs a call to the judge. */
  | { readonly kind: "token"; readonly token: string; readonly address: string | null };

/** An attempt that was admitted, until the limiter is told how it ended. */
export interface AdmittedAttempt {
  /**
   * Whether the guesses of the account are used up. The attempt must then fail as with a wrong password: refusing it in any other
   * way would tell that two login names belong to one account.
   */
  readonly mustFail: boolean;
  readonly counted: readonly Count[];
}

/** What {@link SignInLimiter.admit} returns. */
export type Admission =
  | { readonly allowed: true; readonly attempt: AdmittedAttempt }
  | { readonly allowed: false; readonly retryAfterSeconds: number };

/** One counter that an attempt is held against. */
interface Count {
  readonly counters: FailureCounters;
  readonly key: string;
}

/** Everything counted has run out after this long, so no refusal outlasts it. */
const WINDOW_MS = 15 * 60_000;

/** How many failures each limit allows within the window. docs/auth.md explains them and adds them up. */
const failureLimits = {
  /** Of a login name, from one network. */
  loginAndNetwork: 10,
  /** Of a login name, from all networks together. */
  login: 50,
  /** More of a login name, where that is used up, from sites where it did not fail before: strangers need many of them. */
  loginFromNewSites: 50,
  /** One failure makes a site known. */
  newSite: 1,
  /** Of an account under all its login names. More than one name may use up, so that one name says nothing about the other. */
  account: 150,
  /** Of all login names, from one network. Many people may share an address. */
  network: 50,
  /** Of all login names, from one site of IPv6, which has 65,536 networks. */
  ipv6Site: 200,
  knownDevice: 10,
  /** Wrong current passwords of one session, of one account, and from one network. */
  sessionPassword: 10,
  accountPassword: 30,
  networkPassword: 50,
  tokenAndNetwork: 10,
  /** Many programs may share an address. */
  tokensOfNetwork: 200,
} as const;

type Limit = keyof typeof failureLimits;

/**
 * Limits failed attempts within 15 minutes, as `failureLimits` says. An attempt counts as failed from `admit` on, so that
 * parallel guesses cannot slip through together. Refused attempts do not count, and nothing is refused for longer than 15 minutes.
 *
 * Whether an attempt is refused never depends on whether an account exists, or on who signed in before. The one exception is a
 * known device: it has a budget of its own, which nobody else can use up.
 */
export class SignInLimiter {
  readonly #counters: Readonly<Record<Limit, FailureCounters>>;
  readonly #digest: (text: string) => Buffer;

  /**
   * `nowMs` is a monotonic clock. `maxEntries` bounds the counters of each limit, which are separate so that a flood of one kind
   * displaces no other. `digest` is keyed: people type passwords into the wrong field, and counters must not hold them.
   */
  constructor(options: { nowMs: () => number; maxEntries: number; digest: (text: string) => Buffer }) {
    const { nowMs, maxEntries } = options;
    const limits = Object.entries(failureLimits);
    this.#counters = Object.fromEntries(
      limits.map(([limit, max]) => [limit, new FailureCounters({ nowMs, maxEntries, max, windowMs: WINDOW_MS })]),
    ) as Record<Limit, FailureCounters>;
    this.#digest = options.digest;
  }

  /** Says whether the attempt may proceed. If so, report how it ended by exactly one of the three methods below. */
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

  /** The credentials were wrong. */
  recordFailure({ counted }: AdmittedAttempt): void {
    for (const { counters, key } of counted) counters.keep(key);
  }

  /** The credentials were right: the attempt no longer counts. Earlier failures do, or signing in as oneself would clear them. */
  recordSuccess({ counted }: AdmittedAttempt): void {
    for (const { counters, key } of counted) counters.giveBack(key);
  }

  /** The credentials were never judged, because the server was busy or failed: the attempt no longer counts. */
  recordAborted(attempt: AdmittedAttempt): void {
    this.recordSuccess(attempt);
  }

  #listCounts(attempt: SignInAttempt): Count[] {
    if (attempt.kind === "known-device") return [this.#count("knownDevice", attempt.deviceId)];
    // An address that cannot be read counts towards no network: it would be one network for everybody.
    const networks = findClientNetworks(attempt.address);
    if (attempt.kind === "password-change") {
      const { sessionId, accountId } = attempt;
      const counts = [this.#count("sessionPassword", sessionId), this.#count("accountPassword", accountId)];
      return networks === null ? counts : [...counts, this.#count("networkPassword", networks.network)];
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

  /** The budget of a login name that an attempt from this site is held against. */
  #countLogin(login: string, site: string): Count[] {
    const hasRoom = ({ counters, key }: Count): boolean => counters.measureWaitMs(key) === 0;
    const [common, reserve] = [this.#count("login", login), this.#count("loginFromNewSites", login)];
    const newSite = this.#count("newSite", login, site);
    if (!hasRoom(newSite)) return [common];
    return [newSite, hasRoom(common) || !hasRoom(reserve) ? common : reserve];
  }

  #countAccount({ accountId, login }: Extract<SignInAttempt, { kind: "password" }>): Count {
    // A name that nobody has costs the same work.
    return accountId === null ? this.#count("account", "nobody", login) : this.#count("account", accountId);
  }

  #count(limit: Limit, ...parts: readonly string[]): Count {
    const key = this.#digest(JSON.stringify(parts)).toString("base64url");
    return { counters: this.#counters[limit], key };
  }
}
