/** Too many passwords are queued for hashing. Nothing was done. */
export class HashingBusyError extends Error {
  override readonly name = "HashingBusyError";
  readonly retryAfterSeconds: number;

  constructor(retryAfterSeconds: number) {
    super("Too many sign-ins are in progress. Try again shortly.");
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** Limits of concurrent hashes and of queued strangers. */
export interface HashQueueLimits {
  readonly maxConcurrent: number;
  readonly maxQueued: number;
}

type Waiter = () => void;

/** Retry-After in seconds. The queue is usually empty after this time, because a hash takes about ten milliseconds. */
const busyRetrySeconds = 1;
/** Maximum number of queued passwords per holder. A holder normally waits for one or two. */
const queuedPerHolderMax = 4;
/** Maximum number of queued holders. Waiting needs almost no memory, and holders take turns. */
const queuedHoldersMax = 512;

/**
 * Runs at most `maxConcurrent` tasks at a time. There are two kinds of callers: strangers, and holders of a known
 * device or a session. Both kinds take turns, and so do the holders, each with its own queue. Therefore neither a flood
 * of strangers nor one busy holder can block others.
 */
export class HashQueue {
  readonly #limits: HashQueueLimits;
  readonly #strangers: Waiter[] = [];
  /** Waiting calls per holder. The first holder is the next one to get a turn. */
  readonly #holders = new Map<string, Waiter[]>();
  #running = 0;
  #isHoldersTurn = true;

  constructor(limits: HashQueueLimits) {
    this.#limits = limits;
  }

  /**
   * Runs `work` immediately or when it is its turn. `holder` is null for strangers. Throws {@link HashingBusyError} if
   * the queue is full.
   */
  async run<T>(holder: string | null, work: () => Promise<T>): Promise<T> {
    if (this.#running >= this.#limits.maxConcurrent) await this.#wait(holder);
    else this.#running += 1;
    try {
      return await work();
    } finally {
      // Give the slot to the next waiter directly. A new call could otherwise overtake the queue.
      const next = this.#takeNext();
      if (next === undefined) this.#running -= 1;
      else next();
    }
  }

  #wait(holder: string | null): Promise<void> {
    const queue = holder === null ? this.#strangers : this.#queueOf(holder);
    const max = holder === null ? this.#limits.maxQueued : queuedPerHolderMax;
    if (queue.length >= max) throw new HashingBusyError(busyRetrySeconds);
    return new Promise((resolve) => queue.push(resolve));
  }

  #queueOf(holder: string): Waiter[] {
    const known = this.#holders.get(holder);
    if (known !== undefined) return known;
    if (this.#holders.size >= queuedHoldersMax) throw new HashingBusyError(busyRetrySeconds);
    const queue: Waiter[] = [];
    this.#holders.set(holder, queue);
    return queue;
  }

  #takeNext(): Waiter | undefined {
    const isHoldersTurn = this.#isHoldersTurn;
    this.#isHoldersTurn = !isHoldersTurn;
    if (isHoldersTurn) return this.#takeHolder() ?? this.#strangers.shift();
    return this.#strangers.shift() ?? this.#takeHolder();
  }

  #takeHolder(): Waiter | undefined {
    for (const [holder, queue] of this.#holders) {
      const waiter = queue.shift();
      this.#holders.delete(holder);
      if (queue.length > 0) this.#holders.set(holder, queue);
      return waiter;
    }
    return undefined;
  }
}
