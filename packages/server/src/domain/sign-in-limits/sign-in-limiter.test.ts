import { createHmac } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FailureCounters } from "./failure-counters.ts";
import { type SignInAttempt, SignInLimiter } from "./sign-in-limiter.ts";

type PasswordAttempt = Extract<SignInAttempt, { kind: "password" }>;

const minuteMs = 60_000;
const quarterHourMs = 15 * minuteMs;
const ada: PasswordAttempt = {
  kind: "password",
  login: "ada@partner.com",
  accountId: "account of ada",
  address: "203.0.113.7",
};
const adasDevice: SignInAttempt = { kind: "known-device", deviceId: "device of ada" };

function startLimiter(maxEntries = 30_000) {
  const clock = { nowMs: 7_000_000 };
  const digest = (text: string): Buffer => createHmac("sha256", "a key").update(text).digest();
  return { clock, limiter: new SignInLimiter({ nowMs: () => clock.nowMs, maxEntries, digest }) };
}

/** Fails the attempt; returns whether its password was judged. */
function guess(limiter: SignInLimiter, attempt: SignInAttempt): boolean {
  const admission = limiter.admit(attempt);
  if (!admission.allowed) return false;
  limiter.recordFailure(admission.attempt);
  return !admission.attempt.mustFail;
}

/** How many wrong guesses are judged, one after the other. */
function countGuesses(limiter: SignInLimiter, attempts: Iterable<SignInAttempt>): number {
  let guesses = 0;
  for (const attempt of attempts) if (guess(limiter, attempt)) guesses += 1;
  return guesses;
}

/** Whether the right password would sign in now. Changes nothing. */
function canSignIn(limiter: SignInLimiter, attempt: SignInAttempt): boolean {
  const admission = limiter.admit(attempt);
  if (admission.allowed) limiter.recordSuccess(admission.attempt);
  return admission.allowed && !admission.attempt.mustFail;
}

function readWait(limiter: SignInLimiter, attempt: SignInAttempt): number | null {
  const admission = limiter.admit(attempt);
  if (admission.allowed) limiter.recordAborted(admission.attempt);
  return admission.allowed ? null : admission.retryAfterSeconds;
}

function repeat<T>(attempt: T, times = 500): T[] {
  return Array.from({ length: times }, () => attempt);
}

/** Attempts from addresses in sites of their own. */
function fromSites<T extends object>(attempt: T, count: number, first = 0): T[] {
  return Array.from({ length: count }, (_, index) => {
    const site = first + index;
    return { ...attempt, address: `${10 + (site >> 16)}.${(site >> 8) & 255}.${site & 255}.1` };
  });
}

describe("SignInLimiter", () => {
  it("S-05 admits ten failures of a login name from a network, then refuses with a truthful Retry-After", () => {
    const { clock, limiter } = startLimiter();
    expect(countGuesses(limiter, repeat(ada))).toBe(10);
    expect(readWait(limiter, ada)).toBe(90);
    clock.nowMs += 89_000;
    expect(readWait(limiter, ada)).toBe(1);
    clock.nowMs += 1_000;
    expect(countGuesses(limiter, repeat(ada))).toBe(1);
    clock.nowMs += quarterHourMs;
    expect(countGuesses(limiter, repeat(ada))).toBe(10);
  });

  it("S-05 counts parallel guesses before any of them has failed", () => {
    const { limiter } = startLimiter();
    for (const [attempt, max] of [
      [ada, 10],
      [adasDevice, 10],
    ] as const) {
      expect(repeat(attempt).filter((each) => limiter.admit(each).allowed)).toHaveLength(max);
    }
    const spread = fromSites(ada, 500).map((attempt) => limiter.admit({ ...attempt, login: "ada" }));
    expect(spread.filter((admission) => admission.allowed)).toHaveLength(100);
  });

  it("S-05 says to come back soon while the attempts in the way are still being checked", () => {
    const { limiter } = startLimiter();
    const pending = repeat(ada, 10).map((attempt) => limiter.admit(attempt));
    expect(readWait(limiter, ada)).toBe(1);
    for (const admission of pending) if (admission.allowed) limiter.recordFailure(admission.attempt);
    expect(readWait(limiter, ada)).toBe(90);
  });

  it("S-05 never counts a success, nor an attempt the server did not finish", () => {
    const { limiter } = startLimiter();
    const kinds: SignInAttempt[] = [
      ada,
      adasDevice,
      { kind: "password-change", accountId: "a", sessionId: "s", address: "203.0.113.7" },
      { kind: "token", token: "t", address: "203.0.113.7" },
    ];
    for (const attempt of kinds) {
      for (let round = 0; round < 50; round += 1) {
        const admission = limiter.admit(attempt);
        expect(admission).toMatchObject({ allowed: true, attempt: { mustFail: false } });
        if (!admission.allowed) continue;
        if (round % 2 === 0) limiter.recordSuccess(admission.attempt);
        else limiter.recordAborted(admission.attempt);
      }
      expect(countGuesses(limiter, repeat(attempt))).toBe(10);
    }
  });

  it("S-05 does not let guessers clear their failures by signing in as themselves", () => {
    const { limiter } = startLimiter();
    let guesses = 0;
    for (let round = 0; round < 500; round += 1) {
      guesses += countGuesses(limiter, [{ ...ada, login: `victim ${round}`, accountId: `${round}` }]);
      canSignIn(limiter, { ...ada, login: "guesser", accountId: "guesser" });
      canSignIn(limiter, { kind: "known-device", deviceId: "device of the guesser" });
    }
    expect(guesses).toBe(50);
  });

  it("S-05 limits a network over all login names, and no other network with it", () => {
    const { limiter } = startLimiter();
    const names = Array.from({ length: 500 }, (_, index) => ({ ...ada, login: `user ${index}`, accountId: null }));
    expect(countGuesses(limiter, names)).toBe(50);
    expect(canSignIn(limiter, { ...ada, address: "203.0.113.8" })).toBe(true);
  });

  it("S-05 counts an IPv6 /64 as one network and limits a /48, and counts a mapped address as IPv4", () => {
    const { limiter } = startLimiter();
    const within = Array.from({ length: 500 }, (_, index) => ({
      ...ada,
      address: `2001:db8:0:1::${index.toString(16)}`,
    }));
    expect(countGuesses(limiter, within)).toBe(10);
    expect(canSignIn(limiter, { ...ada, address: "2001:db8:0:2::1" })).toBe(true);
    const site = Array.from({ length: 500 }, (_, index) => ({
      ...ada,
      login: `user ${index}`,
      accountId: null,
      address: `2001:db8:7:${index.toString(16)}::1`,
    }));
    expect(countGuesses(limiter, site)).toBe(200);
    expect(canSignIn(limiter, { ...ada, address: "2001:db8:8::1" })).toBe(true);
    const mapped = { ...ada, login: "grace", accountId: "grace" };
    expect(countGuesses(limiter, repeat({ ...mapped, address: "192.0.2.1" }))).toBe(10);
    expect(canSignIn(limiter, { ...mapped, address: "::ffff:192.0.2.1" })).toBe(false);
  });

  it("S-61 puts addresses that cannot be read into no common network", () => {
    const { limiter } = startLimiter();
    const unreadable = (index: number): string | null => (index % 2 === 0 ? null : `garbage ${index}`);
    const others = Array.from({ length: 1_000 }, (_, index) => ({
      ...ada,
      login: `user ${index}`,
      accountId: null,
      address: unreadable(index),
    }));
    expect(countGuesses(limiter, others)).toBe(1_000);
    expect(canSignIn(limiter, { ...ada, address: null })).toBe(true);
    // One login name is still limited.
    expect(countGuesses(limiter, repeat({ ...ada, address: null }))).toBe(50);
    for (const index of others.keys()) {
      guess(limiter, { kind: "token", token: `token ${index}`, address: unreadable(index) });
      const sessionId = `session ${index}`;
      guess(limiter, { kind: "password-change", accountId: `user ${index}`, sessionId, address: unreadable(index) });
    }
    expect(canSignIn(limiter, { kind: "token", token: "of ada", address: null })).toBe(true);
    const change = { kind: "password-change", accountId: "of ada", sessionId: "of ada", address: null } as const;
    expect(canSignIn(limiter, change)).toBe(true);
  });

  it("S-61 fifty failures over a few networks leave a person in another one their first tries", () => {
    const { limiter } = startLimiter();
    expect(
      countGuesses(
        limiter,
        fromSites(ada, 5).flatMap((attempt) => repeat(attempt, 20)),
      ),
    ).toBe(50);
    expect(canSignIn(limiter, ada)).toBe(true);
    // Strangers need many sites at once, and addresses of one site are no many sites.
    const oneSite = Array.from({ length: 250 }, (_, index) => ({ ...ada, address: `198.51.100.${index}` }));
    countGuesses(limiter, oneSite);
    expect(canSignIn(limiter, ada)).toBe(true);
    countGuesses(limiter, fromSites(ada, 50, 1_000));
    expect(canSignIn(limiter, ada)).toBe(false);
  });

  it("S-61 others cannot use up the budget of a known device", () => {
    const { clock, limiter } = startLimiter();
    const madeUp: SignInAttempt = { kind: "token", token: "made up", address: "203.0.113.7" };
    for (let minute = 0; minute < 20; minute += 1) {
      countGuesses(limiter, fromSites(ada, 120, minute * 120));
      countGuesses(limiter, fromSites({ ...ada, login: "ada" }, 120, minute * 120));
      countGuesses(limiter, repeat({ kind: "known-device", deviceId: "device of somebody else" }, 20));
      countGuesses(limiter, repeat(madeUp, 20));
      expect(canSignIn(limiter, ada)).toBe(false);
      expect(canSignIn(limiter, adasDevice)).toBe(true);
      clock.nowMs += minuteMs;
    }
    expect(countGuesses(limiter, repeat(adasDevice))).toBe(10);
    expect(readWait(limiter, adasDevice)).toBe(90);
    clock.nowMs += quarterHourMs;
    expect(canSignIn(limiter, ada)).toBe(true);
  });

  it("S-61 the failures of a known device use up nobody else's budget", () => {
    const { limiter } = startLimiter();
    for (let device = 0; device < 20; device += 1) {
      expect(countGuesses(limiter, repeat({ kind: "known-device", deviceId: `${device}` }))).toBe(10);
    }
    expect(countGuesses(limiter, repeat(ada))).toBe(10);
  });

  it("S-62 limits guesses of the current password per session, per account and per network", () => {
    const { limiter } = startLimiter();
    const change = { kind: "password-change", accountId: "ada", sessionId: "first", address: "203.0.113.7" } as const;
    expect(countGuesses(limiter, fromSites(change, 500))).toBe(10);
    expect(canSignIn(limiter, { ...change, sessionId: "second" })).toBe(true);
    const sessions = fromSites(change, 500).map((attempt, index) => ({ ...attempt, sessionId: `session ${index}` }));
    expect(countGuesses(limiter, sessions)).toBe(20);
    const others = repeat(change).map((attempt, index) => ({
      ...attempt,
      accountId: `account ${index}`,
      sessionId: `session of ${index}`,
    }));
    expect(countGuesses(limiter, others)).toBe(50);
    // Nor do strangers' sign-ins stop a person who is signed in, and the other way round.
    expect(canSignIn(limiter, ada)).toBe(true);
  });

  it("S-05 limits tokens per network separately from passwords, and repeated use of one token", () => {
    const { limiter } = startLimiter();
    const token = { kind: "token", token: "made up", address: "203.0.113.7" } as const;
    expect(countGuesses(limiter, repeat(token))).toBe(10);
    const others = repeat(token).map((attempt, index) => ({ ...attempt, token: `made up ${index}` }));
    expect(countGuesses(limiter, others)).toBe(190);
    expect(canSignIn(limiter, ada)).toBe(true);
  });

  describe("the bounds that docs/auth.md states, from as many addresses as anybody wants", () => {
    /** Guesses of one account that are judged within that time, by strangers who never stop and come from ever new sites. */
    function attack(logins: readonly string[], { rounds, pauseMs }: { rounds: number; pauseMs: number }): number {
      const { clock, limiter } = startLimiter();
      let guesses = 0;
      for (let round = 0; round < rounds; round += 1) {
        // As many as anything could have room for.
        const sites = round === 0 ? 120 : Math.min(120, (2 * 100 * pauseMs) / quarterHourMs + 10);
        for (const login of logins) guesses += countGuesses(limiter, fromSites({ ...ada, login }, sites, round * 120));
        clock.nowMs += pauseMs;
      }
      return guesses;
    }

    it("S-61 one name: 100 at once and 400 in each hour after", () => {
      expect(attack(["ada"], { rounds: 1, pauseMs: 0 })).toBe(100);
      const inAnHour = attack(["ada"], { rounds: 60, pauseMs: minuteMs });
      expect(inAnHour).toBeGreaterThan(400);
      expect(inAnHour).toBeLessThanOrEqual(100 + 400);
    });

    it("S-61 both names of an account: 150 at once and 600 in each hour after, 14,550 in a day", () => {
      const names = ["ada", "ada@partner.com"];
      expect(attack(names, { rounds: 1, pauseMs: 0 })).toBe(150);
      const inAnHour = attack(names, { rounds: 60, pauseMs: minuteMs });
      expect(inAnHour).toBeGreaterThan(500);
      expect(inAnHour).toBeLessThanOrEqual(150 + 600);
      const inADay = attack(names, { rounds: 96, pauseMs: quarterHourMs });
      expect(inADay).toBeGreaterThan(14_000);
      expect(inADay).toBeLessThanOrEqual(14_550);
    });

    it("S-61 one name under attack leaves guesses to the other, so that it says nothing about it", () => {
      const { limiter } = startLimiter();
      countGuesses(limiter, fromSites(ada, 500));
      expect(canSignIn(limiter, { ...ada, login: "ada", address: "192.0.2.1" })).toBe(true);
    });
  });

  it("S-61 an account with two names behaves like two unknown names", () => {
    const attempts = fc.record({
      login: fc.constantFrom("ada", "ada@partner.com"),
      address: fc.constantFrom("192.0.2.1", "192.0.2.2", "198.51.100.1", "2001:db8::1", "2001:db8:0:1::1", null),
      many: fc.boolean(),
      times: fc.integer({ min: 1, max: 60 }),
      pauseMs: fc.integer({ min: 0, max: 60_000 }),
    });
    fc.assert(
      fc.property(fc.array(attempts, { maxLength: 40 }), (history) => {
        const [existing, unknown] = [startLimiter(), startLimiter()];
        for (const [round, { login, address, many, times, pauseMs }] of history.entries()) {
          const attempt = { kind: "password", login, address } as const;
          const each = many ? fromSites(attempt, times, round * 100) : repeat(attempt, times);
          for (const one of each) {
            const seen = [
              { ...existing, accountId: "account of ada" },
              { ...unknown, accountId: null },
            ].map(({ limiter, accountId }) => {
              const admission = limiter.admit({ ...one, accountId });
              if (!admission.allowed) return admission;
              limiter.recordFailure(admission.attempt);
              return { allowed: true };
            });
            expect(seen[0]).toEqual(seen[1]);
          }
          existing.clock.nowMs += pauseMs;
          unknown.clock.nowMs += pauseMs;
        }
      }),
    );
  });

  it("S-05 never refuses for longer than 15 minutes", () => {
    const address = fc.constantFrom("192.0.2.1", "192.0.2.2", "2001:db8::1", null);
    const name = fc.constantFrom("a", "b", "c");
    const attempts: fc.Arbitrary<SignInAttempt> = fc.oneof(
      fc.record({
        kind: fc.constant("password" as const),
        login: name,
        accountId: fc.constantFrom("a", null),
        address,
      }),
      fc.record({ kind: fc.constant("known-device" as const), deviceId: name }),
      fc.record({ kind: fc.constant("password-change" as const), accountId: name, sessionId: name, address }),
      fc.record({ kind: fc.constant("token" as const), token: name, address }),
    );
    const outcome = fc.constantFrom("recordFailure", "recordSuccess", "recordAborted", "never told" as const);
    const steps = fc.array(
      fc.tuple(attempts, outcome, fc.integer({ min: 0, max: 60_000 }), fc.integer({ min: 1, max: 80 })),
      { maxLength: 60 },
    );
    fc.assert(
      fc.property(steps, attempts, (history, last) => {
        const { clock, limiter } = startLimiter();
        for (const [attempt, how, pauseMs, times] of history) {
          for (const each of repeat(attempt, times)) {
            const admission = limiter.admit(each);
            if (admission.allowed && how !== "never told") limiter[how](admission.attempt);
          }
          clock.nowMs += pauseMs;
        }
        const waitSeconds = readWait(limiter, last);
        if (waitSeconds !== null) {
          expect(waitSeconds).toBeGreaterThanOrEqual(1);
          expect(waitSeconds).toBeLessThanOrEqual(900);
        }
        clock.nowMs += quarterHourMs;
        expect(canSignIn(limiter, last)).toBe(true);
      }),
    );
  });

  it("S-05 remembers the login name under attack while a flood of others passes through little memory", () => {
    const { limiter } = startLimiter(1_000);
    expect(
      countGuesses(
        limiter,
        fromSites(ada, 5).flatMap((attempt) => repeat(attempt, 20)),
      ),
    ).toBe(50);
    expect(countGuesses(limiter, fromSites({ ...ada, login: "ada" }, 500))).toBe(100);
    let through = 0;
    for (let index = 0; index < 5_000; index += 1) {
      const flood = fromSites({ ...ada, login: `user ${index}`, accountId: null }, 1, 10_000 + index);
      through += countGuesses(limiter, flood);
    }
    expect(through).toBe(5_000);
    for (const login of ["ada", ada.login]) {
      expect(countGuesses(limiter, fromSites({ ...ada, login }, 200, 50_000))).toBe(0);
    }
  });
});

describe("FailureCounters", () => {
  it("S-05 keeps no more counters than it may", () => {
    const clock = { nowMs: 0 };
    const counters = new FailureCounters({ nowMs: () => clock.nowMs, windowMs: 1_000, max: 5, maxEntries: 100 });
    for (let index = 0; index < 10_000; index += 1) {
      counters.reserve(`key ${index}`);
      expect(counters.size).toBeLessThanOrEqual(100);
      clock.nowMs += index % 3;
    }
  });

  it("S-05 drops empty counters before any that counts, and those closest to empty next", () => {
    const clock = { nowMs: 0 };
    const counters = new FailureCounters({ nowMs: () => clock.nowMs, windowMs: 1_000, max: 10, maxEntries: 10 });
    for (let index = 0; index < 10; index += 1) {
      for (let times = 0; times <= index; times += 1) counters.reserve(`key ${index}`);
    }
    clock.nowMs += 300;
    counters.reserve("new");
    // Three had run out; of the others the emptiest make room.
    expect(counters.size).toBe(8);
    for (let index = 0; index < 3; index += 1) counters.reserve(`newer ${index}`);
    expect(counters.size).toBeLessThanOrEqual(10);
    let room = 0;
    for (; counters.measureWaitMs("key 9") === 0; room += 1) counters.reserve("key 9");
    expect(room).toBe(3);
  });
});
