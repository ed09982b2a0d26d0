/** The longest delay of a timer. A longer delay overflows, and the timer fires immediately. */
const longestTimerMs = 2 ** 31 - 1;

/**
 * The end of a call, by time or by the caller's signal. It uses one timer and at most one listener, until `close()`.
 */
export class Deadline {
  /** What ended the call early, if anything. */
  stoppedBy: "timeout" | "signal" | null = null;
  /** Called once if the call ends early. Set it to cancel the current wait. */
  onStop: (() => void) | null = null;
  readonly #endsAtMs: number;
  readonly #cancelTimer: () => void;
  readonly #signal: AbortSignal | undefined;
  readonly #stopBySignal = (): void => this.stop("signal");

  constructor(timeoutMs: number, signal: AbortSignal | undefined) {
    this.#endsAtMs = performance.now() + timeoutMs;
    this.#cancelTimer = startTimer(timeoutMs, () => this.stop("timeout"));
    this.#signal = signal;
    if (signal?.aborted) this.stop("signal");
    else signal?.addEventListener("abort", this.#stopBySignal);
  }

  /** Remaining milliseconds. 0 if the call has ended. */
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

  /** Waits, but at most until the call ends. */
  wait(delayMs: number): Promise<void> {
    if (this.stoppedBy !== null) return Promise.resolve();
    return new Promise((resolve) => {
      const finish = (): void => {
        cancel();
        this.onStop = null;
        resolve();
      };
      const cancel = startTimer(delayMs, finish);
      this.onStop = finish;
    });
  }

  /** Returns the result of a promise, or throws `DeadlineStop` when the call ends. The work itself continues. */
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

  /** Removes the timer and the listener. */
  close(): void {
    this.#cancelTimer();
    this.#signal?.removeEventListener("abort", this.#stopBySignal);
  }
}

/** Calls `act` after a delay, which can exceed the range of a timer. Returns a function that cancels it. */
function startTimer(delayMs: number, act: () => void): () => void {
  let timer: ReturnType<typeof setTimeout>;
  const waitFor = (leftMs: number): void => {
    const nextMs = Math.min(leftMs, longestTimerMs);
    timer = setTimeout(() => (leftMs > nextMs ? waitFor(leftMs - nextMs) : act()), nextMs);
  };
  waitFor(delayMs);
  return () => clearTimeout(timer);
}

/** Thrown when a call ends early. It never leaves the SDK. */
export class DeadlineStop extends Error {
  /** False only if it is certain that nothing of the request was sent. */
  readonly wasSent: boolean;

  constructor(wasSent = false) {
    super();
    this.wasSent = wasSent;
  }
}
