/**
 * Shares out the event loop among long reads. Each step of one waits for its turn, and every turn of the event loop
 * lets one step of one caller run, whatever many callers there are. Whoever else has a request is served in between.
 */
export class Turns {
  readonly #waiting: (() => void)[] = [];

  /** Resolves when the caller may do its next step, in the order of asking. */
  next(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#waiting.push(resolve) === 1) setImmediate(this.#grant);
    });
  }

  readonly #grant = (): void => {
    this.#waiting.shift()?.();
    // An immediate that is set by another one runs after the loop has looked for new input.
    if (this.#waiting.length > 0) setImmediate(this.#grant);
  };
}
