import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FailureCounters } from "./failure-counters.ts";
import { type SignInAttempt, SignInLimiter } from "./sign-in-limiter.ts";

const quarterHourMs = 15 * 60_000;
const ada: SignInAttempt = { account: "ada@partner.com", address: "203.0.113.7", isKnownAddress: false };

function startLimiter(maxEntries = 100_000) {
  const clock = { nowMs: 7_000_000 };
  return { clock, limiter: new SignInLimiter({ nowMs: () => clock.nowMs, maxEntries }) };
}

/** How many wrong guesses get through to the password check, one after the other. */
function countGuesses(limiter: SignInLimiter, attempts: Iterable<SignInAttempt>): number {
  let guesses = 0;
  for (const attempt of attempts) {
    if (!limiter.check(attempt).allowed) continue;
    guesses += 1;
    limiter.recordFailure(attempt);
  }
  return guesses;
}

function repeat(attempt: SignInAttempt, times = 500): SignInAttempt[] {
  return Array.from({ length: times }, () => attempt);
}

/** Strangers who try one account, each from an address of his own. */
function listStrangers(account: string, count = 500): SignInAttempt[] {
  return Array.from({ length: count }, (_, index) => ({
    account,
    address: `198.${index >> 8}.${index & 255}.1`,
    isKnownAddress: false,
  }));
}

describe("SignInLimiter", () => {
  it("S-05 lets ten failures of an account at an address through, then refuses with a truthful Retry-After", () => {
    const { clock, limiter } = startLimiter();
    expect(countGuesses(limiter, repeat(ada))).toBe(10);
    expect(limiter.check(ada)).toEqual({ allowed: false, retryAfterSeconds: 90 });
    clock.nowMs += 89_000;
    expect(limiter.check(ada)).toEqual({ allowed: false, retryAfterSeconds: 1 });
    clock.nowMs += 1_000;
    expect(countGuesses(limiter, repeat(ada))).toBe(1);
    clock.nowMs += quarterHourMs;
    expect(countGuesses(limiter, repeat(ada))).toBe(10);
  });

  it("S-05 counts parallel guesses before any of them has failed", () => {
    const { limiter } = startLimiter();
    expect(repeat(ada).filter((attempt) => limiter.check(attempt).allowed)).toHaveLength(10);
  });

  it("S-05 says to come back soon while the attempts in the way are still being checked", () => {
    const { limiter } = startLimiter();
    const pending = repeat(ada, 10);
    for (const attempt of pending) expect(limiter.check(attempt).allowed).toBe(true);
    expect(limiter.check(ada)).toEqual({ allowed: false, retryAfterSeconds: 1 });
    for (const attempt of pending) limiter.recordFailure(attempt);
    expect(limiter.check(ada)).toEqual({ allowed: false, retryAfterSeconds: 90 });
  });

  it("S-05 never holds a success against anybody, nor an attempt the server did not finish", () => {
    const { limiter } = startLimiter();
    for (let round = 0; round < 500; round += 1) {
      expect(limiter.check(ada).allowed).toBe(true);
      if (round % 2 === 0) limiter.recordSuccess(ada);
      else limiter.recordAborted(ada);
    }
    expect(countGuesses(limiter, repeat(ada))).toBe(10);
  });

  it("S-05 does not let a guesser clear his failures by signing in as himself", () => {
    const { limiter } = startLimiter();
    let guesses = 0;
    for (let round = 0; round < 500; round += 1) {
      guesses += countGuesses(limiter, [{ ...ada, account: `victim ${round}` }]);
      const own = { ...ada, account: "guesser", isKnownAddress: true };
      if (limiter.check(own).allowed) limiter.recordSuccess(own);
    }
    expect(guesses).toBe(50);
  });

  it("S-05 limits an address over all accounts, and no other address with it", () => {
    const { limiter } = startLimiter();
    const attempts = Array.from({ length: 500 }, (_, index) => ({ ...ada, account: `user ${index}` }));
    expect(countGuesses(limiter, attempts)).toBe(50);
    expect(limiter.check({ ...ada, address: "203.0.113.8" }).allowed).toBe(true);
  });

  it("S-05 limits an account over all unknown addresses, and no other account with it", () => {
    const { limiter } = startLimiter();
    expect(countGuesses(limiter, listStrangers(ada.account))).toBe(50);
    expect(limiter.check(ada)).toEqual({ allowed: false, retryAfterSeconds: 18 });
    expect(limiter.check({ ...ada, account: "grace@partner.com" }).allowed).toBe(true);
  });

  it("S-05 takes an IPv6 /64 for one address, and a mapped address for IPv4", () => {
    const { limiter } = startLimiter();
    const attempts = Array.from({ length: 500 }, (_, index) => ({
      ...ada,
      address: `2001:db8:0:1::${index.toString(16)}`,
    }));
    expect(countGuesses(limiter, attempts)).toBe(10);
    expect(limiter.check({ ...ada, address: "2001:db8:0:2::1" }).allowed).toBe(true);
    expect(countGuesses(limiter, repeat({ ...ada, address: "192.0.2.1" }))).toBe(10);
    expect(limiter.check({ ...ada, address: "::ffff:192.0.2.1" }).allowed).toBe(false);
  });

  it("S-05 takes all unreadable addresses for one", () => {
    const { limiter } = startLimiter();
    const attempts = Array.from({ length: 500 }, (_, index) => ({
      ...ada,
      address: index % 2 === 0 ? null : `garbage ${index}`,
    }));
    expect(countGuesses(limiter, attempts)).toBe(10);
  });

  it("S-05 lets nobody lock an admin out at an address the account is known from", () => {
    const { clock, limiter } = startLimiter();
    const atHome = { ...ada, isKnownAddress: true };
    for (let minute = 0; minute < 120; minute += 1) {
      countGuesses(limiter, listStrangers(ada.account));
      // Somebody behind the same address tries other accounts all the time.
      countGuesses(
        limiter,
        Array.from({ length: 100 }, (_, index) => ({ ...ada, account: `user ${index}` })),
      );
      expect(limiter.check(atHome).allowed).toBe(true);
      limiter.recordSuccess(atHome);
      clock.nowMs += 60_000;
    }
    expect(countGuesses(limiter, repeat(atHome))).toBe(10);
  });

  it("S-05 counts failures at a known address for that address, though they do not stop it", () => {
    const { limiter } = startLimiter();
    const known = Array.from({ length: 20 }, (_, index) => ({
      ...ada,
      account: `user ${index}`,
      isKnownAddress: true,
    }));
    for (const attempt of known) expect(countGuesses(limiter, repeat(attempt))).toBe(10);
    expect(limiter.check({ ...ada, account: "somebody else" })).toEqual({ allowed: false, retryAfterSeconds: 18 });
  });

  it("S-05 refuses nobody for longer than 15 minutes, whatever happened before", () => {
    const attempts = fc.record({
      account: fc.constantFrom("a", "b", "c"),
      address: fc.constantFrom("192.0.2.1", "192.0.2.2", "2001:db8::1", null),
      isKnownAddress: fc.boolean(),
    });
    const outcome = fc.constantFrom("recordFailure", "recordSuccess", "recordAborted", "never told" as const);
    const steps = fc.array(
      fc.tuple(attempts, outcome, fc.integer({ min: 0, max: 60_000 }), fc.integer({ min: 1, max: 80 })),
      {
        maxLength: 60,
      },
    );
    fc.assert(
      fc.property(steps, attempts, (history, last) => {
        const { clock, limiter } = startLimiter();
        for (const [attempt, how, pauseMs, times] of history) {
          for (const each of repeat(attempt, times)) {
            if (limiter.check(each).allowed && how !== "never told") limiter[how](each);
          }
          clock.nowMs += pauseMs;
        }
        const checked = limiter.check(last);
        if (checked.allowed) return;
        expect(checked.retryAfterSeconds).toBeGreaterThanOrEqual(1);
        expect(checked.retryAfterSeconds).toBeLessThanOrEqual(900);
        clock.nowMs += quarterHourMs;
        expect(limiter.check(last).allowed).toBe(true);
      }),
    );
  });

  it("S-05 remembers the account under attack while a flood of others passes through little memory", () => {
    const { limiter } = startLimiter(1_000);
    expect(countGuesses(limiter, repeat(ada))).toBe(10);
    let through = 0;
    for (let index = 0; index < 20_000; index += 1) {
      const address = `10.${index >> 16}.${(index >> 8) & 255}.${index & 255}`;
      through += countGuesses(limiter, [{ account: `user ${index}`, address, isKnownAddress: false }]);
    }
    expect(through).toBe(20_000);
    expect(limiter.check(ada).allowed).toBe(false);
  });
});

describe("FailureCounters", () => {
  it("S-05 keeps no more counters than it may", () => {
    const clock = { nowMs: 0 };
    const counters = new FailureCounters({ nowMs: () => clock.nowMs, windowMs: 1_000, maxEntries: 100 });
    for (let index = 0; index < 10_000; index += 1) {
      counters.reserve(`key ${index}`, 5);
      expect(counters.size).toBeLessThanOrEqual(100);
      clock.nowMs += index % 3;
    }
  });

  it("S-05 drops empty counters before any that counts, and those closest to empty next", () => {
    const clock = { nowMs: 0 };
    const counters = new FailureCounters({ nowMs: () => clock.nowMs, windowMs: 1_000, maxEntries: 10 });
    for (let index = 0; index < 10; index += 1) {
      for (let times = 0; times <= index; times += 1) counters.reserve(`key ${index}`, 10);
    }
    clock.nowMs += 300;
    counters.reserve("new", 10);
    // Three had run out; of the others the emptiest make room.
    expect(counters.size).toBe(8);
    for (let index = 0; index < 3; index += 1) counters.reserve(`newer ${index}`, 10);
    expect(counters.size).toBeLessThanOrEqual(10);
    let room = 0;
    for (; counters.measureWaitMs("key 9", 10) === 0; room += 1) counters.reserve("key 9", 10);
    expect(room).toBe(3);
  });
});
