import { clockLeewaySeconds } from "../timestamp.ts";

/** What retention removes. */
export const retentionKinds = [
  "idempotency_record",
  "secret",
  "refresh_token",
  "session",
  "device_token",
  "spent_sign_in",
  "billing_event",
] as const;

/** How many rows of each kind. */
export type RetentionCounts = Record<(typeof retentionKinds)[number], number>;

/** After the clock was set, nothing is removed for so long: it may be set back, and what is removed stays removed. */
const settlingMs = 10 * 60_000;

/** Runs the removal of what has had its time (`remove-expired.ts`), one at a time, and counts what it removed. */
export class Retention {
  readonly totals = Object.fromEntries(retentionKinds.map((kind) => [kind, 0])) as RetentionCounts;
  readonly #nowMs: () => number;
  #lastRunOn: Date | null = null;
  #offsetMs: number | undefined;
  #setAtMs = Number.NEGATIVE_INFINITY;
  #running: Promise<RetentionCounts> | undefined;

  /** `nowMs` is a monotonic clock. */
  constructor({ nowMs }: { readonly nowMs: () => number }) {
    this.#nowMs = nowMs;
  }

  /** When a run last came to its end. */
  get lastRunOn(): Date | null {
    return this.#lastRunOn;
  }

  /**
   * Runs `remove`, or joins the run that is under way. Removes nothing for ten minutes after the clock was set. Rejects with what
   * `remove` throws.
   */
  run(remove: () => Promise<RetentionCounts>, now: () => Date): Promise<RetentionCounts> {
    this.#running ??= this.#count(remove, now).finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #count(remove: () => Promise<RetentionCounts>, now: () => Date): Promise<RetentionCounts> {
    if (this.#isSettling(now())) return Object.fromEntries(retentionKinds.map((kind) => [kind, 0])) as RetentionCounts;
    const counts = await remove();
    for (const kind of retentionKinds) this.totals[kind] += counts[kind];
    this.#lastRunOn = now();
    return counts;
  }

  /** Whether the clock was set a moment ago: the monotonic one knows how much time has really passed. */
  #isSettling(now: Date): boolean {
    const nowMs = this.#nowMs();
    const offsetMs = now.getTime() - nowMs;
    if (this.#offsetMs !== undefined && Math.abs(offsetMs - this.#offsetMs) > clockLeewaySeconds * 1_000) {
      this.#setAtMs = nowMs;
    }
    this.#offsetMs = offsetMs;
    return nowMs - this.#setAtMs < settlingMs;
  }
}
