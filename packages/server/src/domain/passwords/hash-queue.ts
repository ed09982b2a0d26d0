/** Too many passwords wait to be hashed; nothing was done. */
export class HashingBusyError extends Error {
  override readonly name = "HashingBusyError";
  readonly retryAfterSeconds: number;

  constructor(retryAfterSeconds: number) {
    super("Too many sign-ins are in progress. Try again shortly.");
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** How many hashes run at a time, and how many of strangers wait. */
export interface HashQueueLimits {
  readonly maxConcurrent: number;
  readonly maxQueued: number;
}

type Waiter = () => void;

/** A queue of hashes of some ten milliseconds each is through by then. */
const RETRY_AFTER_SECONDS = 1;
/** One holder waits for a password or two at a time; a program that sends more is told to slow down. */
const QUEUED_PER_HOLDER_MAX = 4;
/** Waiting costs next to no memory, and holders take turns: this only keeps the queue finite. */
const QUEUED_HOLDERS_MAX = 512;

/**
 * Runs at most `maxConcurrent` pieces of work at a time. Those who wait are of two kinds: strangers, and holders of something that
 * strangers do not have (a known device, a session). The two kinds take turns, and so do holders among themselves, each with a queue
 * of its own. So neither a flood of strangers nor one busy holder keeps anybody else from being served.
 */
export class HashQueue {
  readonly #limits: HashQueueLimits;
  readonly #strangers: Waiter[] = [];
  /** The holder whose turn is next comes first. */
  readonly #holders = new Map<string, Waiter[]>();
  #running = 0;
  #isHoldersTurn = true;

  constructor(limits: HashQueueLimits) {
    this.#limits = limits;
  }

  /** Runs `work` at once or in turn. `holder` is null for strangers. Throws {@link HashingBusyError} when the queue is full. */
  async run<T>(holder: string | null, work: () => Promise<T>): Promise<T> {
    if (this.#running >= this.#limits.maxConcurrent) await this.#wait(holder);
    else this.#running += 1;
    try {
      return await work();
    } finally {
      // The place is handed on, not given up: nobody who comes now may overtake those who wait.
      const next = this.#takeNext();
      if (next === undefined) this.#running -= 1;
      else next();
    }
  }

  #wait(holder: string | null): Promise<void> {
    const queue = holder === null ? this.#strangers : this.#queueOf(holder);
    const max = holder === null ? this.#limits.maxQueued : QUEUED_PER_HOLDER_MAX;
    if (queue.length >= max) throw new HashingBusyError(RETRY_AFTER_SECONDS);
    return new Promise((resolve) => queue.push(resolve));
  }

  #queueOf(holder: string): Waiter[] {
    const known = this.#holders.get(holder);
    if (known !== undefined) return known;
    if (this.#holders.size >= QUEUED_HOLDERS_MAX) throw new HashingBusyError(RETRY_AFTER_SECONDS);
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
