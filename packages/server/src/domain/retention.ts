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

/** Runs the removal of what has had its time (`remove-expired.ts`), one at a time, and counts what it removed. */
export class Retention {
  readonly totals = Object.fromEntries(retentionKinds.map((kind) => [kind, 0])) as RetentionCounts;
  #lastRunOn: Date | null = null;
  #running: Promise<RetentionCounts> | undefined;

  /** When a run last came to its end. */
  get lastRunOn(): Date | null {
    return this.#lastRunOn;
  }

  /** Runs `remove`, or joins the run that is under way. Rejects with what it throws. */
  run(remove: () => Promise<RetentionCounts>, now: () => Date): Promise<RetentionCounts> {
    this.#running ??= this.#count(remove, now).finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  async #count(remove: () => Promise<RetentionCounts>, now: () => Date): Promise<RetentionCounts> {
    const counts = await remove();
    for (const kind of retentionKinds) this.totals[kind] += counts[kind];
    this.#lastRunOn = now();
    return counts;
  }
}
