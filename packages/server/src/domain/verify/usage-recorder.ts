import { setTimeout } from "node:timers/promises";
import type { LiveSecret } from "../../store/records.ts";
import type { LastUsedBuffer } from "../../store/store.ts";

const flushIntervalMs = 3500;
const briefWaitMs = 500;

/**
 * Has last uses written now and then, so that verify never costs a write and `lastUsedAt` is at most
 * 5 seconds behind. What cannot be written stays for the next time; a crash loses at most the last interval.
 */
export class UsageRecorder {
  readonly #journal: LastUsedBuffer;
  readonly #reportFailure: (error: unknown) => void;
  #timer: NodeJS.Timeout | undefined;
  #flushing: Promise<void> | undefined;

  constructor(journal: LastUsedBuffer, reportFailure: (error: unknown) => void) {
    this.#journal = journal;
    this.#reportFailure = reportFailure;
  }

  /** Notes a use, to be written soon. */
  record(secret: LiveSecret, usedAtMs: number, ip: string | null): void {
    this.#journal.note(secret, usedAtMs, ip);
    if (this.#timer === undefined) this.#schedule();
  }

  /** As `flush`, but for whoever would rather see older uses than wait longer than a moment. */
  async flushBriefly(): Promise<void> {
    if (this.#journal.isEmpty && this.#flushing === undefined) return;
    const controller = new AbortController();
    const moment = setTimeout(briefWaitMs, undefined, { signal: controller.signal }).catch(() => undefined);
    await Promise.race([this.flush(), moment]);
    controller.abort();
  }

  /** Writes what is pending now; never rejects. */
  flush(): Promise<void> {
    this.#flushing ??= this.#write().finally(() => {
      this.#flushing = undefined;
    });
    return this.#flushing;
  }

  /** Writes everything noted so far, also what came in while an earlier flush was under way. */
  async close(): Promise<void> {
    await this.#flushing;
    await this.flush();
  }

  #schedule(): void {
    this.#timer = globalThis.setTimeout(() => {
      this.#timer = undefined;
      void this.flush();
    }, flushIntervalMs);
    this.#timer.unref();
  }

  async #write(): Promise<void> {
    if (this.#journal.isEmpty) return;
    try {
      await this.#journal.write();
    } catch (error) {
      this.#reportFailure(error);
    }
    // What failed, or came in meanwhile when the timer found this write still under way.
    if (!this.#journal.isEmpty && this.#timer === undefined) this.#schedule();
  }
}
