import { describe, expect, it } from "vitest";
import {
  ada,
  adasDevice,
  canSignIn,
  countGuesses,
  fromSites,
  guess,
  minuteMs,
  quarterHourMs,
  readWait,
  repeat,
  startLimiter,
} from "../../../test/support/sign-in-guesses.ts";
import type { SignInAttempt } from "./sign-in-limiter.ts";

describe("SignInLimiter", () => {
  it("S-05 admits ten failures of a login name per network, and then refuses with an exact Retry-After", () => {
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

  it("S-05 counts parallel guesses before the first of them fails", () => {
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

  it("S-05 returns a short wait while earlier attempts are still being checked", () => {
    const { limiter } = startLimiter();
    const pending = repeat(ada, 10).map((attempt) => limiter.admit(attempt));
    expect(readWait(limiter, ada)).toBe(1);
    for (const admission of pending) if (admission.allowed) limiter.recordFailure(admission.attempt);
    expect(readWait(limiter, ada)).toBe(90);
  });

  it("S-05 counts neither a success nor an attempt that the server did not finish", () => {
    const { limiter } = startLimiter();
    const kinds: SignInAttempt[] = [
      ada,
      adasDevice,
      { kind: "password-change", accountId: "a", sessionId: "s", address: "203.0.113.7" },
      { kind: "second-factor", accountId: "a", address: "203.0.113.7" },
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

  it("S-05 does not let attackers clear their failures by signing in to their own account", () => {
    const { limiter } = startLimiter();
    let guesses = 0;
    for (let round = 0; round < 500; round += 1) {
      guesses += countGuesses(limiter, [{ ...ada, login: `victim ${round}`, accountId: `${round}` }]);
      canSignIn(limiter, { ...ada, login: "guesser", accountId: "guesser" });
      canSignIn(limiter, { kind: "known-device", deviceId: "device of the guesser" });
    }
    expect(guesses).toBe(50);
  });

  it("S-05 limits second factor codes per account over all networks, and per network over all accounts", () => {
    const { limiter } = startLimiter();
    const code: SignInAttempt = { kind: "second-factor", accountId: "a", address: "203.0.113.7" };
    const networks = Array.from({ length: 200 }, (_, index) => ({ ...code, address: `198.51.${index}.1` }));
    expect(countGuesses(limiter, networks)).toBe(10);
    const accounts = Array.from({ length: 200 }, (_, index) => ({ ...code, accountId: `account ${index}` }));
    expect(countGuesses(limiter, accounts)).toBe(50);
    expect(countGuesses(limiter, [{ ...code, accountId: "b", address: null }])).toBe(1);
    expect(canSignIn(limiter, ada)).toBe(true);
  });

  it("S-05 limits a network over all login names, without affecting other networks", () => {
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

  it("S-61 does not count unreadable addresses as one network", () => {
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

  it("S-61 fifty failures over a few networks leave a user in another network their first attempts", () => {
    const { limiter } = startLimiter();
    expect(
      countGuesses(
        limiter,
        fromSites(ada, 5).flatMap((attempt) => repeat(attempt, 20)),
      ),
    ).toBe(50);
    expect(canSignIn(limiter, ada)).toBe(true);
    // Strangers need many sites at the same time, and addresses of one site count as one.
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

  it("S-61 failures of a known device do not use up other budgets", () => {
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
    // Sign-ins of strangers do not block a signed-in user either, and vice versa.
    expect(canSignIn(limiter, ada)).toBe(true);
  });

  it("S-05 limits tokens per network separately from passwords, and limits repeated use of one token", () => {
    const { limiter } = startLimiter();
    const token = { kind: "token", token: "made up", address: "203.0.113.7" } as const;
    expect(countGuesses(limiter, repeat(token))).toBe(10);
    const others = repeat(token).map((attempt, index) => ({ ...attempt, token: `made up ${index}` }));
    expect(countGuesses(limiter, others)).toBe(190);
    expect(canSignIn(limiter, ada)).toBe(true);
  });
});
