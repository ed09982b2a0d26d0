import { clockLeewaySeconds } from "../timestamp.ts";

/** The kinds of data that retention removes. */
export const retentionKinds = [
  "idempotency_record",
  "secret",
  "refresh_token",
  "session",
  "device_token",
  "device_sign_in",
  "second_factor_sign_in",
  "spent_sign_in",
  "billing_event",
  "automation_token",
  "run_token",
  "spent_assertion",
  "trust_event",
] as const;

/** Number of removed rows by kind. */
export type RetentionCounts = Record<(typeof retentionKinds)[number], number>;

/** After a clock change, nothing is removed for this time, because the change may be reverted. */
const settlingMs = 10 * 60_000;

/** Runs the removal of expired data (`remove-expired.ts`), one run at a time, and counts the removed rows. */
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

  /** When the last run finished. */
  get lastRunOn(): Date | null {
    return this.#lastRunOn;
  }

  /**
   * Runs `remove`, or joins the current run. Removes nothing for ten minutes after a clock change. Throws the errors of
   * `remove`.
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

  /** Returns whether the clock was changed recently. The monotonic clock shows how much time has really passed. */
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
