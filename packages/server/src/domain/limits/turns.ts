/** How long the event loop belongs to others between two turns. */
const pauseMs = 2;

/**
 * Shares out the event loop among management calls and the steps of long reads. Each waits for its turn, and turns are
 * at least two milliseconds apart, however many callers there are. Whoever else has a request is served in between.
 */
export class Turns {
  readonly #waiting: (() => void)[] = [];
  #isScheduled = false;
  #lastEndMs = Number.NEGATIVE_INFINITY;

  /** Resolves when the caller may do its next step, in the order of asking. */
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
    // The step has run when the loop comes here again, as far as it does not wait for anything.
    setImmediate(() => {
      this.#lastEndMs = performance.now();
      this.#isScheduled = false;
      this.#schedule();
    });
  };
}
