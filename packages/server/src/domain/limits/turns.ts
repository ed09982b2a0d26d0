/** Minimum pause between two turns, in which other work runs, unless the caller chooses one. */
const defaultPauseMsMin = 2;
/** Length of a pause as a multiple of the turn before it. With 2, turns take at most a third of the time. */
const pausePerTurn = 2;
/**
 * Maximum pause. The measured length of a turn includes other work, which must not delay the turns of a busy server for
 * long.
 */
const pauseMsMax = 10;

/**
 * Shares the event loop between management calls and the steps of long reads. Each waits for its turn. All other
 * requests are served in the pauses between turns.
 */
export class Turns {
  readonly #pauseMsMin: number;
  readonly #waiting: (() => void)[] = [];
  #isScheduled = false;
  #nextStartMs = Number.NEGATIVE_INFINITY;

  /** `pauseMsMin` is the minimum pause between two turns, at most 10 ms. */
  constructor(pauseMsMin: number = defaultPauseMsMin) {
    this.#pauseMsMin = pauseMsMin;
  }

  /** Resolves when it is the caller's turn, in the order of calls. */
  next(): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
      this.#schedule();
    });
  }

  #schedule(): void {
    if (this.#isScheduled || this.#waiting.length === 0) return;
    this.#isScheduled = true;
    const waitMs = this.#nextStartMs - performance.now();
    if (waitMs > 0) setTimeout(this.#grant, Math.ceil(waitMs));
    else setImmediate(this.#grant);
  }

  readonly #grant = (): void => {
    const startMs = performance.now();
    this.#waiting.shift()?.();
    // The step has run by the next loop iteration, unless it waits for something.
    setImmediate(() => {
      const endMs = performance.now();
      const pauseMs = pausePerTurn * (endMs - startMs);
      this.#nextStartMs = endMs + Math.min(pauseMsMax, Math.max(this.#pauseMsMin, pauseMs));
      this.#isScheduled = false;
      this.#schedule();
    });
  };
}

/** Gives turns to callers that need no session. Each holder has a limited number of waiting calls. */
export class BoundedTurns {
  readonly #turns: Turns;
  readonly #maxPerHolder: number;
  /** Number of waiting calls per holder. Holders without one are removed. */
  readonly #waiting = new Map<string, number>();

  /** `pauseMsMin` is the minimum pause between two turns, as for {@link Turns}. */
  constructor(maxPerHolder: number, pauseMsMin?: number) {
    this.#maxPerHolder = maxPerHolder;
    this.#turns = new Turns(pauseMsMin);
  }

  /** Resolves to true when it is the caller's turn, or to false immediately if the holder has too many waiting calls. */
  async next(holder: string): Promise<boolean> {
    const waiting = this.#waiting.get(holder) ?? 0;
    if (waiting >= this.#maxPerHolder) return false;
    this.#waiting.set(holder, waiting + 1);
    await this.#turns.next();
    const left = (this.#waiting.get(holder) ?? 1) - 1;
    if (left === 0) this.#waiting.delete(holder);
    else this.#waiting.set(holder, left);
    return true;
  }
}
