import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  ada,
  canSignIn,
  countGuesses,
  fromSites,
  minuteMs,
  quarterHourMs,
  readWait,
  repeat,
  startLimiter,
} from "../../../test/support/sign-in-guesses.ts";
import type { SignInAttempt } from "./sign-in-limiter.ts";

describe("SignInLimiter", () => {
  describe("the bounds in docs/auth.md, from any number of addresses", () => {
    /**
     * Returns how many guesses of one account are checked in that time. The guesses come from strangers who never stop
     * and always use new sites.
     */
    function attack(logins: readonly string[], { rounds, pauseMs }: { rounds: number; pauseMs: number }): number {
      const { clock, limiter } = startLimiter();
      let guesses = 0;
      for (let round = 0; round < rounds; round += 1) {
        // At least as many as any limit has room for.
        const sites = round === 0 ? 120 : Math.min(120, (2 * 100 * pauseMs) / quarterHourMs + 10);
        for (const login of logins) guesses += countGuesses(limiter, fromSites({ ...ada, login }, sites, round * 120));
        clock.nowMs += pauseMs;
      }
      return guesses;
    }

    it("S-61 one name: 100 immediately and 400 in each hour afterwards", () => {
      expect(attack(["ada"], { rounds: 1, pauseMs: 0 })).toBe(100);
      const inAnHour = attack(["ada"], { rounds: 60, pauseMs: minuteMs });
      expect(inAnHour).toBeGreaterThan(400);
      expect(inAnHour).toBeLessThanOrEqual(100 + 400);
    });

    it("S-61 both names of an account: 150 immediately and 600 in each hour afterwards, 14,550 in a day", () => {
      const names = ["ada", "ada@partner.com"];
      expect(attack(names, { rounds: 1, pauseMs: 0 })).toBe(150);
      const inAnHour = attack(names, { rounds: 60, pauseMs: minuteMs });
      expect(inAnHour).toBeGreaterThan(500);
      expect(inAnHour).toBeLessThanOrEqual(150 + 600);
      const inADay = attack(names, { rounds: 96, pauseMs: quarterHourMs });
      expect(inADay).toBeGreaterThan(14_000);
      expect(inADay).toBeLessThanOrEqual(14_550);
    });

    it("S-61 one name under attack leaves attempts for the other name, and so reveals nothing about it", () => {
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
      fc.record({ kind: fc.constant("second-factor" as const), accountId: name, address }),
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

  it("S-05 remembers the login name under attack in little memory during a flood of other names", () => {
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
