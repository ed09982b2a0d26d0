/** Pause between two turns, in which other work runs. */
const pauseMs = 2;

/**
 * Shares the event loop between management calls and the steps of long reads. Each waits for its turn, and turns are at
 * least two milliseconds apart. All other requests are served in between.
 */
export class Turns {
  readonly #waiting: (() => void)[] = [];
  #isScheduled = false;
  #lastEndMs = Number.NEGATIVE_INFINITY;

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
    const waitMs = this.#lastEndMs + pauseMs - performance.now();
    if (waitMs > 0) setTimeout(this.#grant, Math.ceil(waitMs));
    else setImmediate(this.#grant);
  }

  readonly #grant = (): void => {
    this.#waiting.shift()?.();
    // The step has run by the next loop iteration, unless it waits for something.
    setImmediate(() => {
      this.#lastEndMs = performance.now();
      this.#isScheduled = false;
      this.#schedule();
    });
  };
}
