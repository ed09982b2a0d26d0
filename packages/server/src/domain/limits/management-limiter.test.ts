import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ManagementLimiter, sessionsPerCompany } from "./management-limiter.ts";

const limit = { perMinute: 60, burst: 10 };
const one = { sessionId: "one", companyId: "acme" };

function create(): { limiter: ManagementLimiter; wait(seconds: number): void } {
  let nowMs = 1_000;
  const limiter = new ManagementLimiter({ nowMs: () => nowMs, maxKeys: 1_000, limit });
  return {
    limiter,
    wait: (seconds) => {
      nowMs += seconds * 1000;
    },
  };
}

/** Returns how many calls in a row pass, and the wait of the first refused call. */
function drain(limiter: ManagementLimiter, actor = one): { passed: number; retryAfterSeconds: number } {
  for (let passed = 0; ; passed++) {
    const taken = limiter.take(actor);
    if (!taken.allowed) return { passed, retryAfterSeconds: taken.retryAfterSeconds };
  }
}

describe("the limiter of management calls", () => {
  it("S-63 allows a full bucket of calls, then as many as refill, and returns the exact wait", () => {
    const { limiter, wait } = create();
    expect(drain(limiter)).toEqual({ passed: 10, retryAfterSeconds: 1 });
    wait(0.5);
    expect(drain(limiter)).toEqual({ passed: 0, retryAfterSeconds: 1 });
    wait(0.5);
    expect(drain(limiter)).toEqual({ passed: 1, retryAfterSeconds: 1 });
    wait(4);
    expect(drain(limiter).passed).toBe(4);
    wait(3_600);
    expect(drain(limiter).passed).toBe(10);
  });

  it("S-63 has a separate bucket for every session", () => {
    const { limiter } = create();
    drain(limiter);
    expect(drain(limiter, { sessionId: "two", companyId: "acme" }).passed).toBe(10);
    expect(drain(limiter, { sessionId: "three", companyId: "beta" }).passed).toBe(10);
  });

  it("S-63 limits many sessions of one company together, and does not affect another company", () => {
    const { limiter } = create();
    let passed = 0;
    for (let index = 0; index < 20; index++)
      passed += drain(limiter, { sessionId: `s${index}`, companyId: "acme" }).passed;
    expect(passed).toBe(10 * sessionsPerCompany);
    expect(drain(limiter, { sessionId: "other", companyId: "beta" }).passed).toBe(10);
  });

  it("S-63 a session without tokens does not consume the limit of its company, however often it calls", () => {
    const { limiter } = create();
    drain(limiter);
    for (let call = 0; call < 1_000; call++) expect(limiter.take(one).allowed).toBe(false);
    for (let index = 1; index < sessionsPerCompany; index++) {
      expect(drain(limiter, { sessionId: `s${index}`, companyId: "acme" }).passed).toBe(10);
    }
  });

  it("S-63 a call that the company's limit refuses does not consume the session's limit, and waits for both", () => {
    const { limiter, wait } = create();
    for (let index = 0; index < sessionsPerCompany; index++)
      drain(limiter, { sessionId: `s${index}`, companyId: "acme" });
    for (let call = 0; call < 100; call++) expect(limiter.take(one).allowed).toBe(false);
    wait(3);
    // 15 tokens returned to the company, and this session has its 10.
    expect(drain(limiter).passed).toBe(10);
    limiter.charge(one, 200 * 8);
    expect(limiter.take(one)).toEqual({ allowed: false, retryAfterSeconds: 8 });
  });

  it("S-63 charges one token for every 200 rows, and the call itself pays for the first 200", () => {
    for (const [rows, left] of [
      [0, 9],
      [1, 9],
      [200, 9],
      [201, 8],
      [1_000, 5],
      [1_000.5, 4],
    ] as const) {
      const { limiter } = create();
      expect(limiter.take(one).allowed).toBe(true);
      limiter.charge(one, rows);
      expect(limiter.measure(one).remaining, String(rows)).toBe(left);
      expect(drain(limiter).passed, String(rows)).toBe(left);
    }
  });

  it("S-63 a charge beyond the available tokens delays later calls of the session and of its company", () => {
    const { limiter, wait } = create();
    limiter.take(one);
    limiter.charge(one, 200 * 30);
    expect(limiter.measure(one)).toEqual({ limit: 10, remaining: 0, resetSeconds: 30 });
    expect(drain(limiter)).toEqual({ passed: 0, retryAfterSeconds: 21 });
    wait(21);
    expect(drain(limiter).passed).toBe(1);
    for (let index = 0; index < 9; index++) {
      const actor = { sessionId: `heavy ${index}`, companyId: "beta" };
      limiter.take(actor);
      limiter.charge(actor, 200 * 10);
    }
    expect(drain(limiter, { sessionId: "light", companyId: "beta" }).passed).toBe(0);
  });

  it("S-63 returns how many calls are left and when the bucket is full again", () => {
    const { limiter, wait } = create();
    expect(limiter.measure(one)).toEqual({ limit: 10, remaining: 10, resetSeconds: 0 });
    limiter.take(one);
    expect(limiter.measure(one)).toEqual({ limit: 10, remaining: 9, resetSeconds: 1 });
    drain(limiter);
    expect(limiter.measure(one)).toEqual({ limit: 10, remaining: 0, resetSeconds: 10 });
    wait(2.5);
    expect(limiter.measure(one)).toEqual({ limit: 10, remaining: 2, resetSeconds: 8 });
    for (let index = 0; index < sessionsPerCompany; index++)
      drain(limiter, { sessionId: `s${index}`, companyId: "acme" });
    // The bucket of the company contains fewer tokens.
    expect(limiter.measure({ sessionId: "new", companyId: "acme" })).toMatchObject({ limit: 50, remaining: 0 });
  });

  it("S-63 its predictions hold after any calls, charges and waits", () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant("take" as const), session: fc.nat(3) }),
      fc.record({ kind: fc.constant("charge" as const), session: fc.nat(3), rows: fc.nat(1_000) }),
      fc.record({ kind: fc.constant("wait" as const), seconds: fc.integer({ min: 0, max: 20 }) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const { limiter, wait } = create();
        for (const each of steps) {
          if (each.kind === "wait") wait(each.seconds);
          else if (each.kind === "take") limiter.take({ sessionId: `s${each.session}`, companyId: "acme" });
          else limiter.charge({ sessionId: `s${each.session}`, companyId: "acme" }, each.rows);
        }
        const actor = { sessionId: "s0", companyId: "acme" };
        const { remaining } = limiter.measure(actor);
        const { passed, retryAfterSeconds } = drain(limiter, actor);
        expect(passed).toBe(remaining);
        wait(retryAfterSeconds - 1);
        if (retryAfterSeconds > 1) expect(limiter.take(actor).allowed).toBe(false);
        wait(1);
        expect(limiter.take(actor).allowed).toBe(true);
      }),
    );
  });
});
