import type { LiveSecret } from "../records.ts";
import type { LastUsedBuffer } from "../store.ts";
import { orderByDigest, type UseBatch } from "./last-used.ts";

const firstCapacity = 1_024;
/** Where nothing can be written for long the oldest go, but never the last half million. */
const capacityMax = 2 ** 20;

/** Uses noted so far, in arrays that have room for more. */
class Notes {
  readonly #highs: Int32Array;
  readonly #lows: Uint32Array;
  readonly #times: Float64Array;
  readonly #addressNumbers: Uint32Array;
  readonly #addresses: (string | null)[] = [];
  readonly #numbers = new Map<string | null, number>();
  #count = 0;

  constructor(capacity: number) {
    this.#highs = new Int32Array(capacity);
    this.#lows = new Uint32Array(capacity);
    this.#times = new Float64Array(capacity);
    this.#addressNumbers = new Uint32Array(capacity);
  }

  get isEmpty(): boolean {
    return this.#count === 0;
  }

  get isFull(): boolean {
    return this.#count === this.#highs.length;
  }

  add(high: number, low: number, timeMs: number, address: string | null): void {
    let number = this.#numbers.get(address);
    if (number === undefined) {
      number = this.#addresses.push(address) - 1;
      this.#numbers.set(address, number);
    }
    const index = this.#count++;
    this.#highs[index] = high;
    this.#lows[index] = low;
    this.#times[index] = timeMs;
    this.#addressNumbers[index] = number;
  }

  toBatch(): UseBatch {
    return {
      highs: this.#highs.slice(0, this.#count),
      lows: this.#lows.slice(0, this.#count),
      times: this.#times.slice(0, this.#count),
      addressNumbers: this.#addressNumbers.slice(0, this.#count),
      addresses: this.#addresses,
    };
  }

  /** The same uses with more room; where there is no more, without those that later ones of the same secret outdate. */
  withRoom(): Notes {
    const capacity = Math.max(firstCapacity, this.#highs.length * 2);
    const larger = new Notes(Math.min(capacity, capacityMax));
    const batch = this.toBatch();
    if (capacity <= capacityMax) return larger.addAll(batch);
    return larger.addAll(
      batch,
      orderByDigest(batch)
        .sort()
        .slice(-capacityMax / 2),
    );
  }

  /** Adds these uses of the batch, all if none are named. */
  addAll(batch: UseBatch, indexes: Iterable<number> = batch.highs.keys()): Notes {
    for (const index of indexes) {
      const address = batch.addresses[batch.addressNumbers[index] ?? 0] ?? null;
      this.add(batch.highs[index] ?? 0, batch.lows[index] ?? 0, batch.times[index] ?? 0, address);
    }
    return this;
  }
}

/** Who takes batches of last uses to the database. */
export interface UseWriter {
  /** There will be something to write. */
  prepare(): void;
  /** Writes a batch, one at a time. */
  write(batch: UseBatch): Promise<void>;
}

/**
 * Last uses in SQLite: noted as a few numbers each and handed on in batches, so that verify pays neither for
 * a write nor for memory to be cleaned up. What could not be written is noted again.
 */
export class SqliteLastUsedBuffer implements LastUsedBuffer {
  #notes = new Notes(0);
  readonly #writer: UseWriter;

  constructor(writer: UseWriter) {
    this.#writer = writer;
  }

  get isEmpty(): boolean {
    return this.#notes.isEmpty;
  }

  note({ digest }: LiveSecret, usedAtMs: number, ip: string | null): void {
    if (this.#notes.isFull) {
      this.#notes = this.#notes.withRoom();
      this.#writer.prepare();
    }
    this.#notes.add(digest.readInt32BE(0), digest.readUInt32BE(4), usedAtMs, ip);
  }

  async write(): Promise<void> {
    const batch = this.#notes.toBatch();
    this.#notes = new Notes(batch.highs.length);
    try {
      await this.#writer.write(batch);
    } catch (error) {
      const since = this.#notes.toBatch();
      const notes = new Notes(batch.highs.length + since.highs.length).addAll(batch).addAll(since);
      this.#notes = batch.highs.length + since.highs.length > capacityMax ? notes.withRoom() : notes;
      throw error;
    }
  }
}
