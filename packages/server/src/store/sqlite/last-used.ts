import { setTimeout } from "node:timers/promises";
import type Database from "better-sqlite3";

/**
 * Last uses in the order in which they were added, as parallel arrays. Adding one costs a few numbers, and a batch can
 * be sent to another thread unchanged.
 */
export interface LastUsedBatch {
  /** The two halves of the location of each secret (`verification.ts`). */
  readonly highs: Int32Array;
  readonly lows: Uint32Array;
  /** Milliseconds since 1970. */
  readonly times: Float64Array;
  /** Index in `addresses`. */
  readonly addressNumbers: Uint32Array;
  readonly addresses: readonly (string | null)[];
}

/** Maximum difference between the clocks of two processes. A later stored use comes from a wrong clock. */
const clockLeewayMs = 60_000;

/** Size of a transaction, and the pause after it, in which others can write. */
const usesPerTransaction = 1_000;
const pauseMs = 1;

/** Maximum size of a batch, so that index and 32 bits fit exactly into a JavaScript number. */
const turnsMax = 2 ** 21;

/**
 * Returns the indexes of the uses in table order, because neighbors share a page. Includes only the last use of each
 * secret.
 */
export function orderByDigest({ highs, lows, times }: Pick<LastUsedBatch, "highs" | "lows" | "times">): Uint32Array {
  // Sorting numbers is much faster than sorting with a function. Each number combines half of a location and an index.
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
 * Returns the corrected times of the uses. The last use has the current time. An earlier use with a later time is from
 * before the clock was set back.
 */
function readTimes({ times }: LastUsedBatch): { readonly times: Float64Array; readonly latestMs: number } {
  const lastMs = times.at(-1) ?? 0;
  const latestMs = lastMs + clockLeewayMs;
  return { times: times.map((timeMs) => (timeMs > latestMs ? lastMs : timeMs)), latestMs };
}

/**
 * Returns a function that writes last uses over its own connection, in limited transactions with pauses. Commits are
 * not flushed individually (`synchronous=NORMAL`), so a crash may lose the last seconds. Of several processes' uses,
 * the newest is kept.
 */
export function prepareLastUsedWrites(connection: Database.Database): (batch: LastUsedBatch) => Promise<void> {
  connection.pragma("synchronous = NORMAL");
  const upsert = connection.prepare<[number, number, number, string | null, number]>(
    `insert into last_uses (place, used_at, ip) values (? << 32 | ?, ?, ?)
     on conflict (place) do update set used_at = excluded.used_at, ip = excluded.ip
     where excluded.used_at > last_uses.used_at or last_uses.used_at > ?`,
  );
  const writeSome = connection.transaction((batch: LastUsedBatch, latestMs: number, order: Uint32Array) => {
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
