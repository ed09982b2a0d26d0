import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { LiveSecret } from "../../store/records.ts";
import type { LastUsedBuffer } from "../../store/store.ts";
import { UsageRecorder } from "./usage-recorder.ts";

/** A slow buffer. A write takes the uses that are buffered when it starts. */
class SlowBuffer implements LastUsedBuffer {
  readonly written: string[] = [];
  readonly #writeMs: number;
  #noted: string[] = [];

  constructor(writeMs: number) {
    this.#writeMs = writeMs;
  }

  get isEmpty(): boolean {
    return this.#noted.length === 0;
  }

  note({ secretId }: LiveSecret): void {
    this.#noted.push(secretId);
  }

  async write(): Promise<void> {
    const batch = this.#noted.splice(0);
    await new Promise((resolve) => globalThis.setTimeout(resolve, this.#writeMs));
    this.written.push(...batch);
  }
}

describe("last-used times", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it.each([1_000, 4_000])(
    "S-31 noted during a write of %i ms are written too, without another call",
    async (writeMs) => {
      const buffer = new SlowBuffer(writeMs);
      const recorder = new UsageRecorder(buffer, (error) => {
        throw error;
      });
      const note = (id: string): void => recorder.record({ secretId: id } as LiveSecret, Date.now(), null);
      note("first");
      await vi.advanceTimersByTimeAsync(3_000);
      void recorder.flush();
      await vi.advanceTimersByTimeAsync(200);
      note("second");
      await vi.advanceTimersByTimeAsync(4_000 + 2 * writeMs);
      expect(buffer.written).toEqual(["first", "second"]);
      expect(buffer.isEmpty).toBe(true);
    },
  );
});
