import { createHash } from "node:crypto";
import { toClientNetwork } from "./client-network.ts";
import { FailureCounters } from "./failure-counters.ts";

/** One attempt to sign in. Give the same values to `check` and to what follows it. */
export interface SignInAttempt {
  /** Whom the attempt is for: an id, or what was typed, in the form in which it is compared. */
  readonly account: string;
  /** The client's address, `null` when it could not be read. */
  readonly address: string | null;
  /** Whether this account has signed in from this address before. */
  readonly isKnownAddress: boolean;
  /** What is shown: a password by default; a token or a code is counted apart, because people do not mistype those. */
  readonly shown?: "token";
}

/** What {@link SignInLimiter.check} answers. */
export type SignInCheck = { readonly allowed: true } | { readonly allowed: false; readonly retryAfterSeconds: number };

/** A counter an attempt is held against. One that may not stop it still counts its failure. */
interface Limit {
  readonly key: string;
  readonly max: number;
  readonly isStopping: boolean;
}

/** Everything counted has run out after this long, so no refusal outlasts it. */
const WINDOW_MS = 15 * 60_000;
const PER_ACCOUNT_AND_ADDRESS_MAX = 10;
/** Many people may share an address. */
const PER_ADDRESS_MAX = 50;
/** Of tokens and codes, which nobody guesses: they cost those who are asked about them, and many programs may share an address. */
const TOKENS_PER_ADDRESS_MAX = 200;
const PER_ACCOUNT_FROM_UNKNOWN_ADDRESSES_MAX = 50;

/**
 * Limits failed sign-ins within 15 minutes: 10 per account and address, 50 per address (IPv6: per /64), and 50 per account over
 * all addresses it never signed in from. Tokens and codes: 200 per address, apart from passwords. Where the account is known, only its own failures at that address count, so no
 * stranger elsewhere can lock anybody out. Refused attempts do not count, and nothing is refused for longer than 15
 * minutes. An attempt counts as failed from `check` on, so that parallel guesses cannot slip through together.
 */
export class SignInLimiter {
  readonly #counters: FailureCounters;

  /** `nowMs` is a monotonic clock. An attempt takes up to three entries; see {@link FailureCounters} for `maxEntries`. */
  constructor({ nowMs, maxEntries }: { nowMs: () => number; maxEntries: number }) {
    this.#counters = new FailureCounters({ nowMs, maxEntries, windowMs: WINDOW_MS });
  }

  /** Whether the attempt may go on. If so, tell how it ended by exactly one of the three methods below. */
  check(attempt: SignInAttempt): SignInCheck {
    const stopping = listLimits(attempt).filter(({ isStopping }) => isStopping);
    const waitMs = Math.max(...stopping.map(({ key, max }) => this.#counters.measureWaitMs(key, max)));
    if (waitMs > 0) return { allowed: false, retryAfterSeconds: Math.max(1, Math.ceil(waitMs / 1_000)) };
    for (const { key, max } of stopping) this.#counters.reserve(key, max);
    return { allowed: true };
  }

  /** The credentials were wrong. */
  recordFailure(attempt: SignInAttempt): void {
    for (const { key, max, isStopping } of listLimits(attempt)) {
      // A counter that could not stop the attempt may have been full: reserving there, and giving back, would make room.
      if (!isStopping) this.#counters.reserve(key, max);
      this.#counters.keep(key);
    }
  }

  /** The credentials were right: the attempt no longer counts. Failures before it do, or signing in as oneself would clear them. */
  recordSuccess(attempt: SignInAttempt): void {
    for (const { key, max, isStopping } of listLimits(attempt)) if (isStopping) this.#counters.giveBack(key, max);
  }

  /** The credentials were never looked at, because the server was busy or failed: the attempt no longer counts. */
  recordAborted(attempt: SignInAttempt): void {
    this.recordSuccess(attempt);
  }
}

function listLimits({ account, address, isKnownAddress, shown }: SignInAttempt): readonly Limit[] {
  const network = toClientNetwork(address);
  const perAccountAndAddress = {
    key: toKey("account and address", account, network),
    max: PER_ACCOUNT_AND_ADDRESS_MAX,
    isStopping: true,
  };
  const perAddress = {
    key: shown === "token" ? toKey("tokens", network) : toKey("address", network),
    max: shown === "token" ? TOKENS_PER_ADDRESS_MAX : PER_ADDRESS_MAX,
    isStopping: !isKnownAddress,
  };
  if (isKnownAddress) return [perAccountAndAddress, perAddress];
  const perAccount = {
    key: toKey("account", account),
    max: PER_ACCOUNT_FROM_UNKNOWN_ADDRESSES_MAX,
    isStopping: true,
  };
  return [perAccountAndAddress, perAddress, perAccount];
}

/** Of fixed size whatever was typed, and without it: people type passwords into the wrong field. */
function toKey(...parts: readonly string[]): string {
  return createHash("sha256").update(JSON.stringify(parts)).digest("base64url");
}
