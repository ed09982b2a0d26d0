/** The longest delay of a timer. A longer one overflows, and the timer fires at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/**
 * The end of one call, by time or by the caller's signal, over everything the call does. One timer and at
 * most one listener, both gone after `close()`.
 */
export class Deadline {
  /** What ended the call early, if anything did. */
  stoppedBy: "timeout" | "signal" | null = null;
  /** Called once when the call is ended early; whoever waits for something puts its cancellation here. */
  onStop: (() => void) | null = null;
  readonly #endsAtMs: number;
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #signal: AbortSignal | undefined;
  readonly #stopBySignal = (): void => this.stop("signal");

  constructor(timeoutMs: number, signal: AbortSignal | undefined) {
    this.#endsAtMs = performance.now() + timeoutMs;
    this.#stopLater();
    this.#signal = signal;
    if (signal?.aborted) this.stop("signal");
    else signal?.addEventListener("abort", this.#stopBySignal);
  }

  /** Stops the call at its end, which may be farther away than a timer reaches. */
  #stopLater(): void {
    const leftMs = this.#endsAtMs - performance.now();
    this.#timer = setTimeout(
      () => (leftMs > LONGEST_TIMER_MS ? this.#stopLater() : this.stop("timeout")),
      Math.min(leftMs, LONGEST_TIMER_MS),
    );
  }

  /** Milliseconds left; 0 when the call was ended. */
  get remainingMs(): number {
    return this.stoppedBy === null ? Math.max(0, this.#endsAtMs - performance.now()) : 0;
  }

  stop(by: "timeout" | "signal"): void {
    if (this.stoppedBy !== null) return;
    this.stoppedBy = by;
    const onStop = this.onStop;
    this.onStop = null;
    onStop?.();
  }

  /** Waits, but no longer than the call lasts. */
  wait(delayMs: number): Promise<void> {
    if (this.stoppedBy !== null) return Promise.resolve();
    return new Promise((resolve) => {
      let timer: ReturnType<typeof setTimeout>;
      const finish = (): void => {
        clearTimeout(timer);
        this.onStop = null;
        resolve();
      };
      const waitFor = (leftMs: number): void => {
        const nextMs = Math.min(leftMs, LONGEST_TIMER_MS);
        timer = setTimeout(() => (leftMs > nextMs ? waitFor(leftMs - nextMs) : finish()), nextMs);
      };
      this.onStop = finish;
      waitFor(delayMs);
    });
  }

  /** Passes a promise on, but no longer than the call lasts: then it rejects with `DeadlineStop`. The work itself goes on. */
  limit<T>(work: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.onStop = () => reject(new DeadlineStop());
      if (this.stoppedBy !== null) this.onStop();
      work
        .finally(() => {
          this.onStop = null;
        })
        .then(resolve, reject);
    });
  }

  /** Releases the timer and the listener. */
  close(): void {
    clearTimeout(this.#timer);
    this.#signal?.removeEventListener("abort", this.#stopBySignal);
  }
}

/** Thrown where a call was ended early; never leaves this package. */
export class DeadlineStop extends Error {
  /** False only when it is certain that no byte of a running request left. */
  readonly wasSent: boolean;

  constructor(wasSent = false) {
    super();
    this.wasSent = wasSent;
  }
}
