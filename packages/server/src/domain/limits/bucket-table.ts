/** A bucket. It is full again at `fullAtMs` and refills at `tokensPerMs` until then. */
export interface Bucket {
  fullAtMs: number;
  tokensPerMs: number;
  burst: number;
}

/**
 * Number of buckets to check per new bucket. With more than one, full buckets are removed faster than new ones arrive.
 */
const glances = 2;
/** Size at which newer buckets become older ones. Small enough for a processor cache. */
const generationSize = 64;

/**
 * Stores the buckets that are not full, and a few full ones. For each new bucket, it checks a few older ones and
 * removes the full ones. So the map stays small, because large maps are slow.
 *
 * Buckets move from map to map, and no map lives long. V8 replaces the table of a map after a number of changes, and
 * the old table points to the new one. Once an old table is in V8's old space, young collections keep all later tables
 * and their buckets alive until a full collection (decision 0028).
 */
export class BucketTable {
  #older = new Map<string, Bucket>();
  #newer = new Map<string, Bucket>();
  /** Iterates once over the older buckets. */
  #glancing = this.#older.entries();

  get size(): number {
    return this.#older.size + this.#newer.size;
  }

  get(key: string): Bucket | undefined {
    return this.#newer.get(key) ?? this.#older.get(key);
  }

  /** Adds the first bucket of a key. */
  add(key: string, bucket: Bucket): void {
    this.#newer.set(key, bucket);
  }

  /**
   * Removes the next few older buckets that are full, and moves the others to the newer ones. Call it for each new
   * bucket.
   */
  dropSome(nowMs: number): void {
    for (let glance = 0; glance < glances; glance++) {
      const { done, value } = this.#glancing.next();
      if (done === true) {
        if (this.#newer.size >= generationSize) this.#startGeneration();
        return;
      }
      const [key, bucket] = value;
      this.#older.delete(key);
      if (bucket.fullAtMs > nowMs) this.#newer.set(key, bucket);
    }
  }

  /** Removes all full buckets. Returns when the next bucket will be full. */
  dropFull(nowMs: number): number {
    let earliestMs = Number.POSITIVE_INFINITY;
    for (const buckets of [this.#older, this.#newer]) {
      for (const [key, { fullAtMs }] of buckets) {
        if (fullAtMs <= nowMs) buckets.delete(key);
        else if (fullAtMs < earliestMs) earliestMs = fullAtMs;
      }
    }
    return earliestMs;
  }

  #startGeneration(): void {
    this.#older = this.#newer;
    this.#newer = new Map();
    this.#glancing = this.#older.entries();
  }
}
