import type { LiveSecret } from "../records.ts";
import type { LastUsedBuffer } from "../store.ts";
import { type LastUsedBatch, orderByDigest } from "./last-used.ts";

const firstCapacity = 1_024;
/** Limit of pending uses if writes fail for a long time. The oldest are dropped, but never the last half million. */
const capacityMax = 2 ** 20;

/** Pending uses, in arrays with free space. */
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

  toBatch(): LastUsedBatch {
    return {
      highs: this.#highs.slice(0, this.#count),
      lows: this.#lows.slice(0, this.#count),
      times: this.#times.slice(0, this.#count),
      addressNumbers: this.#addressNumbers.slice(0, this.#count),
      addresses: this.#addresses,
    };
  }

  /** Returns the same uses with more space. At the limit, drops uses with a later use of the same secret. */
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

  /** Adds uses of a batch: those at `indexes`, or all. */
  addAll(batch: LastUsedBatch, indexes: Iterable<number> = batch.highs.keys()): Notes {
    for (const index of indexes) {
      const address = batch.addresses[batch.addressNumbers[index] ?? 0] ?? null;
      this.add(batch.highs[index] ?? 0, batch.lows[index] ?? 0, batch.times[index] ?? 0, address);
    }
    return this;
  }
}

/** Writes batches of last uses to the database. */
export interface LastUsedWriter {
  /** Called before the first write. */
  prepare(): void;
  /** Writes a batch, one at a time. */
  write(batch: LastUsedBatch): Promise<void>;
}

/**
 * Buffers last uses for SQLite as a few numbers each and writes them in batches, so that verify costs no write and no
 * garbage collection. Failed batches are added again.
 */
export class SqliteLastUsedBuffer implements LastUsedBuffer {
  #notes = new Notes(0);
  readonly #writer: LastUsedWriter;

  constructor(writer: LastUsedWriter) {
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
