/** A bucket is its debt: it will be full again at `fullAtMs` and refills at `tokensPerMs` until then. */
export interface Bucket {
  fullAtMs: number;
  tokensPerMs: number;
  burst: number;
}

/** How many buckets are looked at for each new one; with more than one, what is full goes faster than it comes. */
const GLANCES = 2;
/** From so many on, newer buckets become the older ones: few enough for a processor's cache. */
const GENERATION_SIZE = 64;

/**
 * The buckets that are not full, and a few that are: for each new one a few older ones are looked at, and what is full is
 * dropped. So few are kept, however many keys are in use: a large map is slow.
 *
 * Buckets move from map to map, and no map lasts. V8 makes the table of a map anew after every so many changes, and
 * a table it gave up points to the next one. Once one of them has got into V8's old space, collections of its young space
 * take all that come after for alive, and the buckets in them, until a full one (decision 0028).
 */
export class BucketTable {
  #older = new Map<string, Bucket>();
  #newer = new Map<string, Bucket>();
  /** Goes through the older ones once. */
  #glancing = this.#older.entries();

  get size(): number {
    return this.#older.size + this.#newer.size;
  }

  get(key: string): Bucket | undefined {
    return this.#newer.get(key) ?? this.#older.get(key);
  }

  /** Adds the bucket of a key that has none. */
  add(key: string, bucket: Bucket): void {
    this.#newer.set(key, bucket);
  }

  /** Drops the next few older buckets that are full, and takes those that are not to the newer ones. For each new bucket. */
  dropSome(nowMs: number): void {
    for (let glance = 0; glance < GLANCES; glance++) {
      const { done, value } = this.#glancing.next();
      if (done === true) {
        if (this.#newer.size >= GENERATION_SIZE) this.#startGeneration();
        return;
      }
      const [key, bucket] = value;
      this.#older.delete(key);
      if (bucket.fullAtMs > nowMs) this.#newer.set(key, bucket);
    }
  }

  /** Drops every bucket that is full; says when the first of the others will be. */
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
