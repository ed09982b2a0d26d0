import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import fc from "fast-check";
import { describe, expect, it, onTestFinished } from "vitest";
import { openStore } from "../../src/store/open-store.ts";
import type { LiveSecret } from "../../src/store/records.ts";
import { type LastUsedBatch, orderByDigest } from "../../src/store/sqlite/last-used.ts";
import { SqliteLastUsedBuffer } from "../../src/store/sqlite/last-used-buffer.ts";
import { SqliteLastUsedThread } from "../../src/store/sqlite/last-used-thread.ts";
import { StoreUnavailableError } from "../../src/store/store.ts";
import { useTemporaryDirectory } from "../support/lifetimes.ts";
import { useDatabaseWithLastUsed } from "../support/sqlite-connection.ts";

interface Use {
  readonly high: number;
  readonly low: number;
  readonly time: number;
  readonly ip: string | null;
}

const arbitraryUse: fc.Arbitrary<Use> = fc.record({
  // Few values, so that halves and whole values often match.
  high: fc.oneof(fc.integer({ min: -2, max: 2 }), fc.integer()),
  low: fc.oneof(fc.integer({ min: 0, max: 2 }), fc.nat()),
  time: fc.integer({ min: 0, max: 5 }),
  ip: fc.constantFrom(null, "203.0.113.7", "2001:db8::1"),
});

function toSecret({ high, low }: Pick<Use, "high" | "low">): LiveSecret {
  const digest = Buffer.alloc(32);
  digest.writeInt32BE(high, 0);
  digest.writeUInt32BE(low >>> 0, 4);
  return { digest } as LiveSecret;
}

/** Returns the uses in a batch, one by one. */
function readBatch(batch: LastUsedBatch): Use[] {
  return Array.from(batch.highs, (high, index) => ({
    high,
    low: batch.lows[index] ?? 0,
    time: batch.times[index] ?? 0,
    ip: batch.addresses[batch.addressNumbers[index] ?? 0] ?? null,
  }));
}

/** Returns the newest use of each secret. Of uses at the same time, the later one counts. */
function keepNewest(uses: readonly Use[]): Map<string, Use> {
  const newest = new Map<string, Use>();
  for (const use of uses) {
    const known = newest.get(`${use.high} ${use.low}`);
    if (known === undefined || known.time <= use.time) newest.set(`${use.high} ${use.low}`, use);
  }
  return newest;
}

describe("last-used times in SQLite", () => {
  it("S-31 are sorted as in the table, and only the newest time of each secret is kept", () => {
    fc.assert(
      fc.property(fc.array(arbitraryUse), (uses) => {
        const batch: Pick<LastUsedBatch, "highs" | "lows" | "times"> = {
          highs: Int32Array.from(uses, (use) => use.high),
          lows: Uint32Array.from(uses, (use) => use.low),
          times: Float64Array.from(uses, (use) => use.time),
        };
        const ordered = [...orderByDigest(batch)].map((index) => uses[index] as Use);
        const highs = ordered.map((use) => use.high);
        expect(highs).toEqual(highs.toSorted((a, b) => a - b));
        // If two secrets start with the same bytes, one may appear twice, in the order of its uses. This is harmless.
        expect(keepNewest(ordered)).toEqual(keepNewest(uses));
        if (new Set(highs).size === keepNewest(uses).size) expect(ordered).toHaveLength(highs.length);
      }),
    );
  });

  it("S-31 that cannot be written stay buffered in order, together with newer ones", async () => {
    const step = fc.oneof(
      { arbitrary: fc.array(arbitraryUse, { maxLength: 40 }), weight: 4 },
      fc.constant("fail" as const),
      fc.constant("write" as const),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step), async (steps) => {
        const noted: Use[] = [];
        const written: Use[] = [];
        let mode: "fail" | "write" = "write";
        const journal: SqliteLastUsedBuffer = new SqliteLastUsedBuffer({
          prepare: () => undefined,
          write: async (batch) => {
            note(meanwhile);
            if (mode === "fail") throw new StoreUnavailableError("full");
            written.push(...readBatch(batch));
          },
        });
        const meanwhile: Use = { high: 7, low: 7, time: 7, ip: null };
        const note = (use: Use): void => {
          journal.note(toSecret(use), use.time, use.ip);
          noted.push(use);
        };
        for (const one of [...steps, "write" as const, "write" as const]) {
          if (typeof one !== "string") for (const use of one) note(use);
          else {
            mode = one;
            await journal.write().catch(() => undefined);
          }
        }
        // The use that was noted during the last write is not written yet.
        expect(written).toEqual(noted.slice(0, written.length));
        expect(noted.length - written.length).toBe(1);
        expect(journal.isEmpty).toBe(false);
      }),
    );
  });

  it("S-51 are bounded if no write succeeds: the newest times of half a million secrets stay buffered", async () => {
    let last: LastUsedBatch | undefined;
    const journal = new SqliteLastUsedBuffer({
      prepare: () => undefined,
      write: async (batch) => {
        last = batch;
        throw new StoreUnavailableError("full");
      },
    });
    const [secrets, uses] = [600_000, 1_300_000];
    const secret = toSecret({ high: 0, low: 1 });
    for (let index = 0; index < uses; index++) {
      secret.digest.writeInt32BE(index % secrets, 0);
      journal.note(secret, index, "203.0.113.7");
      if (index % 300_000 === 0) await journal.write().catch(() => undefined);
    }
    await journal.write().catch(() => undefined);
    expect(last?.times.length).toBeLessThanOrEqual(2 ** 20);
    const kept = new Map(readBatch(last as LastUsedBatch).map(({ high, time }) => [high, time]));
    const isKept = (index: number): boolean => kept.get(index % secrets) === index;
    for (let index = uses - 2 ** 19; index < uses; index++) if (!isKept(index)) throw new Error(`${index} is lost`);
  });

  it("S-31 are written by a thread, and the newest time of all processes wins in any order of arrival", async () => {
    const path = join(useTemporaryDirectory(), "briksync.db");
    await (await openStore({ engine: "sqlite", path })).close();
    const threads = [new SqliteLastUsedThread(path), new SqliteLastUsedThread(path)];
    onTestFinished(() => Promise.all(threads.map((thread) => thread.close())).then(() => undefined));
    const journals = threads.map((thread) => new SqliteLastUsedBuffer(thread));
    const uses = fc.sample(arbitraryUse, 5_000);
    for (const [index, use] of uses.entries()) journals[index % 2]?.note(toSecret(use), use.time, use.ip);
    await Promise.all(journals.map((journal) => journal.write()));
    const rows = useDatabaseWithLastUsed(path)
      .prepare("select place, used_at from last_uses")
      .safeIntegers()
      .raw()
      .all();
    const found = new Map((rows as [bigint, bigint][]).map(([place, time]) => [place, Number(time)]));
    for (const use of keepNewest(uses).values()) {
      expect(found.get((BigInt(use.high) << 32n) | BigInt(use.low))).toBe(use.time);
    }
    expect(found.size).toBe(keepNewest(uses).size);
  });

  it("S-51 survive a crash of the thread: the batch fails, and the next batch starts a new thread", async () => {
    const directory = join(useTemporaryDirectory(), "not there yet");
    const path = join(directory, "briksync.db");
    const thread = new SqliteLastUsedThread(path);
    onTestFinished(() => thread.close());
    const journal = new SqliteLastUsedBuffer(thread);
    journal.note(toSecret({ high: 1, low: 2 }), 3, null);
    await expect(journal.write()).rejects.toThrow(/ENOENT|directory/);
    await expect(journal.write()).rejects.toThrow(/ENOENT|directory/);
    mkdirSync(directory);
    await (await openStore({ engine: "sqlite", path })).close();
    await journal.write();
    expect(journal.isEmpty).toBe(true);
    expect(useDatabaseWithLastUsed(path).prepare("select used_at from last_uses").pluck().all()).toEqual([3]);
  });

  it("S-51 wait in the thread for the lock of another process, and block nothing else", async () => {
    const path = join(useTemporaryDirectory(), "briksync.db");
    await (await openStore({ engine: "sqlite", path })).close();
    const thread = new SqliteLastUsedThread(path);
    onTestFinished(() => thread.close());
    const journal = new SqliteLastUsedBuffer(thread);
    const other = useDatabaseWithLastUsed(path);
    other.exec("begin immediate");
    journal.note(toSecret({ high: 1, low: 2 }), 3, null);
    const writing = journal.write();
    // A write in this thread would fail here with SQLITE_BUSY.
    for (let turn = 0; turn < 20; turn++) await setTimeout(20);
    expect(other.prepare("select count(*) from last_uses").pluck().get()).toBe(0);
    other.exec("rollback");
    await writing;
    expect(other.prepare("select count(*) from last_uses").pluck().get()).toBe(1);
  });
});
