import { setTimeout } from "node:timers/promises";
import type Database from "better-sqlite3";

/**
 * Last uses in the order in which they were noted, as parallel arrays: noting one costs a few numbers, and a batch of them
 * travels to another thread as it is.
 */
export interface UseBatch {
  /** The first and the second half of each secret's place (`sqlite-verification.ts`). */
  readonly highs: Int32Array;
  readonly lows: Uint32Array;
  /** Milliseconds since 1970. */
  readonly times: Float64Array;
  /** Which of `addresses`. */
  readonly addressNumbers: Uint32Array;
  readonly addresses: readonly (string | null)[];
}

/** How far the clocks of two processes may be apart. A stored use later than that is from a time when a clock was wrong. */
const clockLeewayMs = 60_000;

/** How often a transaction ends, and how long others may then write before the next one begins. */
const usesPerTransaction = 1_000;
const pauseMs = 1;

/** The most uses in a batch: 32 bits and these make a number that JavaScript holds exactly. */
const turnsMax = 2 ** 21;

/** The numbers of the uses in the order of the table, where neighbors share a page; of a secret's uses the last one only. */
export function orderByDigest({ highs, lows, times }: Pick<UseBatch, "highs" | "lows" | "times">): Uint32Array {
  // Numbers sort many times faster than anything that takes a function to compare: these are a place's half and a turn.
  const keys = Float64Array.from(highs, (high, index) => high * turnsMax + index).sort();
  const order = new Uint32Array(keys.length);
  let count = 0;
  for (const key of keys) {
    const index = ((key % turnsMax) + turnsMax) % turnsMax;
    const before = order[count - 1] ?? 0;
    const isSame = count > 0 && highs[before] === highs[index] && lows[before] === lows[index];
    if (!isSame) order[count++] = index;
    else if ((times[before] ?? 0) <= (times[index] ?? 0)) order[count - 1] = index;
  }
  return order.subarray(0, count);
}

/**
 * The times of the uses. The last one noted says what the clock shows now: an earlier use cannot have been later, so its time
 * is from before the clock was set back.
 */
function readTimes({ times }: UseBatch): { readonly times: Float64Array; readonly latestMs: number } {
  const lastMs = times.at(-1) ?? 0;
  const latestMs = lastMs + clockLeewayMs;
  return { times: times.map((timeMs) => (timeMs > latestMs ? lastMs : timeMs)), latestMs };
}

/**
 * Prepares writing last uses over a connection of their own, in bounded transactions with pauses between them. The commits
 * are not flushed one by one (`synchronous=NORMAL`): a crash may lose the last seconds of them. Of several processes' uses the newest
 * stays.
 */
export function prepareLastUsedWrites(connection: Database.Database): (batch: UseBatch) => Promise<void> {
  connection.pragma("synchronous = NORMAL");
  const upsert = connection.prepare<[number, number, number, string | null, number]>(
    `insert into last_uses (place, used_at, ip) values (? << 32 | ?, ?, ?)
     on conflict (place) do update set used_at = excluded.used_at, ip = excluded.ip
     where excluded.used_at > last_uses.used_at or last_uses.used_at > ?`,
  );
  const writeSome = connection.transaction((batch: UseBatch, latestMs: number, order: Uint32Array) => {
    for (const index of order) {
      const address = batch.addresses[batch.addressNumbers[index] ?? 0] ?? null;
      upsert.run(batch.highs[index] ?? 0, batch.lows[index] ?? 0, batch.times[index] ?? 0, address, latestMs);
    }
  });
  return async (noted) => {
    const { times, latestMs } = readTimes(noted);
    const batch = { ...noted, times };
    const order = orderByDigest(batch);
    for (let start = 0; start < order.length; start += usesPerTransaction) {
      if (start > 0) await setTimeout(pauseMs);
      writeSome.immediate(batch, latestMs, order.subarray(start, start + usesPerTransaction));
    }
  };
}
