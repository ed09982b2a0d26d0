import { setTimeout } from "node:timers/promises";
import type { LiveSecret } from "../../store/records.ts";
import type { LastUsedBuffer } from "../../store/store.ts";

const flushIntervalMs = 3500;
const briefWaitMs = 500;

/**
 * Writes last-used times periodically, so that verify causes no write and `lastUsedAt` is at most 5 seconds behind.
 * Failed writes are retried. A crash loses at most the last interval.
 */
export class UsageRecorder {
  readonly #buffer: LastUsedBuffer;
  readonly #reportFailure: (error: unknown) => void;
  #timer: NodeJS.Timeout | undefined;
  #flushing: Promise<void> | undefined;

  constructor(buffer: LastUsedBuffer, reportFailure: (error: unknown) => void) {
    this.#buffer = buffer;
    this.#reportFailure = reportFailure;
  }

  /** Adds a last-used time, which is written soon. */
  record(secret: LiveSecret, usedAtMs: number, ip: string | null): void {
    this.#buffer.note(secret, usedAtMs, ip);
    if (this.#timer === undefined) this.#schedule();
  }

  /** Flushes, but waits only a short time. The caller may then see older times. */
  async flushBriefly(): Promise<void> {
    if (this.#buffer.isEmpty && this.#flushing === undefined) return;
    const controller = new AbortController();
    const moment = setTimeout(briefWaitMs, undefined, { signal: controller.signal }).catch(() => undefined);
    await Promise.race([this.flush(), moment]);
    controller.abort();
  }

  /** Writes pending last-used times. Never rejects. */
  flush(): Promise<void> {
    this.#flushing ??= this.#write().finally(() => {
      this.#flushing = undefined;
    });
    return this.#flushing;
  }

  /** Writes all last-used times so far, including those added during an earlier flush. */
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
    if (this.#buffer.isEmpty) return;
    try {
      await this.#buffer.write();
    } catch (error) {
      this.#reportFailure(error);
    }
    // Some last-used times were not written, or were added while the timer found this write running.
    if (!this.#buffer.isEmpty && this.#timer === undefined) this.#schedule();
  }
}
