import { setImmediate, setTimeout } from "node:timers/promises";
import type { SecretUse } from "../store/records.ts";

const flushIntervalMs = 2000;
/** Few enough that writing them holds nothing else up for longer than a millisecond or two. */
const usesPerTransaction = 200;
const briefWaitMs = 200;

/**
 * Remembers last uses and writes them in batches, so that verify never costs a write and `lastUsedAt` is at most
 * 5 seconds behind. What cannot be written stays for the next batch; a crash loses at most the last interval.
 */
export class UsageRecorder {
  readonly #pending = new Map<string, SecretUse>();
  #timer: NodeJS.Timeout | undefined;
  #flushing: Promise<void> | undefined;
  readonly #write: (uses: readonly SecretUse[]) => Promise<void>;
  readonly #reportFailure: (error: unknown) => void;

  constructor(write: (uses: readonly SecretUse[]) => Promise<void>, reportFailure: (error: unknown) => void) {
    this.#write = write;
    this.#reportFailure = reportFailure;
  }

  /** Notes a use; costs a map entry per secret in use. */
  record(use: SecretUse): void {
    this.#pending.set(use.secretId, use);
    if (this.#timer !== undefined) return;
    this.#timer = globalThis.setTimeout(() => {
      this.#timer = undefined;
      void this.flush();
    }, flushIntervalMs);
    this.#timer.unref();
  }

  /** As `flush`, but for whoever would rather see older uses than wait longer than a moment. */
  async flushBriefly(): Promise<void> {
    if (this.#pending.size === 0 && this.#flushing === undefined) return;
    const controller = new AbortController();
    const moment = setTimeout(briefWaitMs, undefined, { signal: controller.signal }).catch(() => undefined);
    await Promise.race([this.flush(), moment]);
    controller.abort();
  }

  /** Writes what is pending now; never rejects. */
  flush(): Promise<void> {
    this.#flushing ??= this.#writePending().finally(() => {
      this.#flushing = undefined;
    });
    return this.#flushing;
  }

  /** Writes everything noted so far, also what came in while an earlier flush was under way. */
  async close(): Promise<void> {
    await this.#flushing;
    await this.flush();
  }

  async #writePending(): Promise<void> {
    // In the order of the table: neighbours share a page. What is noted meanwhile waits for the next time.
    const uses = [...this.#pending.values()].sort((a, b) => (a.keyId < b.keyId ? -1 : 1));
    for (let start = 0; start < uses.length; start += usesPerTransaction) {
      const batch = uses.slice(start, start + usesPerTransaction);
      for (const use of batch) if (this.#pending.get(use.secretId) === use) this.#pending.delete(use.secretId);
      try {
        await this.#write(batch);
      } catch (error) {
        this.#reportFailure(error);
        for (const use of batch) if (!this.#pending.has(use.secretId)) this.record(use);
        return;
      }
      await setImmediate();
    }
  }
}
