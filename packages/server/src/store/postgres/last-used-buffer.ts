import { setImmediate } from "node:timers/promises";
import type { LiveSecret, SecretUse } from "../records.ts";
import type { LastUsedBuffer } from "../store.ts";

/** Small enough that building the statement does not block other work. */
const usesPerBatch = 200;

/** Writes uses. Also replaces a stored use after `latest`, which comes from a wrong clock. */
type WriteBatch = (uses: readonly SecretUse[], latest: string) => Promise<void>;

/** Maximum difference between the clocks of two nodes. */
const clockLeewayMs = 60_000;

/** Collects last uses by secret, so that a secret needs only one row, and writes them in batches with `writeBatch`. */
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
    // In the order of the table, because neighbors share a page. New uses wait for the next write.
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
  /** Corrects uses by the time of the last one, because an earlier use cannot be later. */
  #correct(batch: readonly SecretUse[]): [uses: SecretUse[], latest: string] {
    const last = new Date(this.#lastNotedMs).toISOString();
    const latest = new Date(this.#lastNotedMs + clockLeewayMs).toISOString();
    return [batch.map((use) => (use.usedOn > latest ? { ...use, usedOn: last } : use)), latest];
  }
}
