import { setImmediate } from "node:timers/promises";
import type { LiveSecret, SecretUse } from "../records.ts";
import type { LastUsedBuffer } from "../store.ts";

/** Few enough that making a statement of them holds nothing else up. */
const usesPerBatch = 200;

/** Writes uses. A stored one after `latest` is from a time when a clock was wrong, and is replaced too. */
type WriteBatch = (uses: readonly SecretUse[], latest: string) => Promise<void>;

/** How far the clocks of two nodes may be apart. */
const clockLeewayMs = 60_000;

/** Last uses noted by secret, so that a secret costs one row however often it is used, and handed to `writeBatch` in batches. */
export class PostgresLastUsedBuffer implements LastUsedBuffer {
  readonly #pending = new Map<string, SecretUse>();
  readonly #writeBatch: WriteBatch;
  #lastNotedMs = 0;

  constructor(writeBatch: WriteBatch) {
    this.#writeBatch = writeBatch;
  }

  get isEmpty(): boolean {
    return this.#pending.size === 0;
  }

  note({ secretId, keyId }: LiveSecret, usedAtMs: number, ip: string | null): void {
    this.#lastNotedMs = usedAtMs;
    this.#pending.set(secretId, { secretId, keyId, usedOn: new Date(usedAtMs).toISOString(), ip });
  }

  async write(): Promise<void> {
    // In the order of the table: neighbors share a page. What is noted meanwhile waits for the next time.
    const uses = [...this.#pending.values()].sort((a, b) => (a.keyId < b.keyId ? -1 : 1));
    for (let start = 0; start < uses.length; start += usesPerBatch) {
      const batch = uses.slice(start, start + usesPerBatch);
      for (const use of batch) if (this.#pending.get(use.secretId) === use) this.#pending.delete(use.secretId);
      try {
        await this.#writeBatch(...this.#correct(batch));
      } catch (error) {
        for (const use of batch) if (!this.#pending.has(use.secretId)) this.#pending.set(use.secretId, use);
        throw error;
      }
      await setImmediate();
    }
  }
  /** The last use noted says what the clock shows now: an earlier one cannot have been later. */
  #correct(batch: readonly SecretUse[]): [uses: SecretUse[], latest: string] {
    const last = new Date(this.#lastNotedMs).toISOString();
    const latest = new Date(this.#lastNotedMs + clockLeewayMs).toISOString();
    return [batch.map((use) => (use.usedOn > latest ? { ...use, usedOn: last } : use)), latest];
  }
}
