import { verify as verifyByLibrary } from "@node-rs/argon2";
import { describe, expect, it } from "vitest";
import { HashingBusyError } from "./hash-queue.ts";
import { createPasswordHasher } from "./password-hash.ts";

const password = "correct horse battery staple";
const unbounded = { maxConcurrent: 2, maxQueued: 1_000 };

/**
 * Returns the processor time of each kind of work in milliseconds. It is the minimum of several rounds in which all
 * kinds take turns, so that other load on the machine affects them equally.
 */
async function measureWorkMs(...works: readonly (() => Promise<unknown>)[]): Promise<number[]> {
  const least = works.map(() => Number.POSITIVE_INFINITY);
  for (let round = 0; round < 12; round += 1) {
    for (const [index, work] of works.entries()) {
      const before = process.cpuUsage();
      await work();
      const { user, system } = process.cpuUsage(before);
      least[index] = Math.min(least[index] ?? 0, (user + system) / 1_000);
    }
  }
  return least;
}

const salt = "AAAAAAAAAAAAAAAAAAAAAA";
const digest = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
const malformed = [
  "",
  "garbage",
  "$argon2id$v=19$m=19456,t=2,p=1",
  `$argon2id$v=19$m=19456,t=2,p=1$${salt}`,
  `$argon2id$v=19$m=0,t=2,p=1$${salt}$${digest}`,
  `$argon2id$v=19$m=4294967295,t=2,p=1$${salt}$${digest}`,
  `$argon2id$v=19$m=19456,t=4294967295,p=1$${salt}$${digest}`,
  `$2b$10$${"a".repeat(53)}`,
];

describe("createPasswordHasher", () => {
  it("S-01 returns argon2id PHC strings with OWASP's minimum, each with its own salt", async () => {
    const hasher = createPasswordHasher(unbounded);
    const [first, second] = await Promise.all([hasher.hash(password), hasher.hash(password)]);
    expect(first).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[A-Za-z0-9+/]{22}\$[A-Za-z0-9+/]{43}$/);
    expect(second).not.toBe(first);
    expect(await verifyByLibrary(first, password)).toBe(true);
    expect(await hasher.verify(first, password)).toBe(true);
    expect(await hasher.verify(first, `${password} `)).toBe(false);
    expect(await hasher.verify(first, "")).toBe(false);
  });

  it("S-01 requires a new hash for weaker parameters or a damaged string", async () => {
    const hasher = createPasswordHasher(unbounded);
    expect(hasher.needsRehash(await hasher.hash(password))).toBe(false);
    const weaker = [
      `$argon2id$v=19$m=19455,t=2,p=1$${salt}$${digest}`,
      `$argon2id$v=19$m=65536,t=1,p=1$${salt}$${digest}`,
      `$argon2i$v=19$m=19456,t=2,p=1$${salt}$${digest}`,
      `$argon2d$v=19$m=19456,t=2,p=1$${salt}$${digest}`,
      `$argon2id$v=16$m=19456,t=2,p=1$${salt}$${digest}`,
      `$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAA$${digest}`,
      `$argon2id$v=19$m=19456,t=2,p=1$${salt}$AAAAAAAAAAAAAAAAAAAAAA`,
    ];
    for (const phc of [...weaker, ...malformed]) expect([phc, hasher.needsRehash(phc)]).toEqual([phc, true]);
    expect(hasher.needsRehash(`$argon2id$v=19$m=65536,t=3,p=4$${salt}$${digest}`)).toBe(false);
  });

  it("S-03 never truncates: long passwords that differ only in the last byte are different", async () => {
    const hasher = createPasswordHasher(unbounded);
    const phc = await hasher.hash(`${"x".repeat(1023)}a`);
    expect(await hasher.verify(phc, `${"x".repeat(1023)}a`)).toBe(true);
    expect(await hasher.verify(phc, `${"x".repeat(1023)}b`)).toBe(false);
    expect(await hasher.verify(await hasher.hash("nul\0a"), "nul\0b")).toBe(false);
  });

  it("S-03 treats both encodings of é as the same password, in any order", async () => {
    const hasher = createPasswordHasher(unbounded);
    const [decomposed, composed] = ["cafe\u0301 au lait, s'il vous plait", "caf\u00e9 au lait, s'il vous plait"];
    expect(await hasher.verify(await hasher.hash(decomposed), composed)).toBe(true);
    expect(await hasher.verify(await hasher.hash(composed), decomposed)).toBe(true);
  });

  it("S-03 refuses to hash more than 1024 bytes, and accepts no such password", async () => {
    const hasher = createPasswordHasher(unbounded);
    await expect(hasher.hash("x".repeat(1025))).rejects.toThrow(RangeError);
    const phc = await hasher.hash("x".repeat(1024));
    expect(await hasher.verify(phc, "x".repeat(1025))).toBe(false);
  });

  it("S-04 returns false for a damaged string instead of throwing", async () => {
    const hasher = createPasswordHasher(unbounded);
    for (const phc of malformed) expect(await hasher.verify(phc, password)).toBe(false);
    for (const guess of ["", password, "x".repeat(2_000)]) expect(await hasher.verifyDecoy(guess)).toBe(false);
  });

  it("S-04 does the same work for an unknown user, a damaged string and an oversized password", async () => {
    const hasher = createPasswordHasher(unbounded);
    const phc = await hasher.hash(password);
    const [real = 0, ...others] = await measureWorkMs(
      () => hasher.verify(phc, "wrong"),
      () => hasher.verifyDecoy("wrong"),
      () => hasher.verify("garbage", "wrong"),
      () => hasher.verify(phc, "x".repeat(2_000)),
    );
    expect(others).toHaveLength(3);
    for (const other of others) {
      expect(other / real).toBeGreaterThan(0.5);
      expect(other / real).toBeLessThan(2);
    }
  });

  it("S-02 refuses every kind of call immediately if the queue is full, and serves the rest in order", async () => {
    const hasher = createPasswordHasher({ maxConcurrent: 1, maxQueued: 2 });
    const finished: number[] = [];
    const accepted = [0, 1, 2].map((index) => hasher.verifyDecoy("x").then(() => finished.push(index)));
    for (const attempt of [hasher.hash(password), hasher.verify("garbage", "x"), hasher.verifyDecoy("x")]) {
      const error: unknown = await attempt.catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(HashingBusyError);
      expect(error).toMatchObject({ name: "HashingBusyError", retryAfterSeconds: 1 });
    }
    expect(finished).toEqual([]);
    await Promise.all(accepted);
    expect(finished).toEqual([0, 1, 2]);
    expect(await hasher.verifyDecoy("x")).toBe(false);
  });

  it("S-02 releases the slot if the work fails", async () => {
    const hasher = createPasswordHasher({ maxConcurrent: 1, maxQueued: 0 });
    for (let round = 0; round < 3; round += 1) {
      await expect(hasher.hash("x".repeat(1025))).rejects.toThrow(RangeError);
      expect(await hasher.verify("garbage", "x")).toBe(false);
    }
  });

  it("S-02 does not block the event loop", async () => {
    const hasher = createPasswordHasher({ maxConcurrent: 1, maxQueued: 100 });
    let turns = 0;
    let isOver = false;
    const countTurns = (): void => {
      turns += 1;
      if (!isOver) setImmediate(countTurns);
    };
    setImmediate(countTurns);
    await Promise.all(Array.from({ length: 20 }, () => hasher.verifyDecoy("x")));
    isOver = true;
    expect(turns).toBeGreaterThan(100);
  });
});
