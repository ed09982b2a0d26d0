import { Writable } from "node:stream";
import { setTimeout } from "node:timers/promises";
import stringWidth from "string-width";
import { describe, expect, it } from "vitest";
import { startSpinner } from "./spinner.ts";

describe("C-14 the spinner", () => {
  it("stays on one line of a narrow terminal, and follows its width", async () => {
    const frames: string[] = [];
    const terminal = Object.assign(
      new Writable({
        write(chunk, _encoding, done) {
          frames.push(String(chunk));
          done();
        },
      }),
      { columns: 30 },
    );
    const stop = startSpinner(terminal, `Waiting for 世界 ${"x".repeat(200)}`);
    await setTimeout(700);
    terminal.columns = 12;
    const narrowFrom = frames.length;
    await setTimeout(300);
    stop();
    const widths = frames.map((frame) => stringWidth(frame.slice("\r\u001b[K".length)));
    expect(Math.max(...widths.slice(0, narrowFrom))).toBeGreaterThan(12);
    expect(Math.max(...widths)).toBeLessThan(30);
    expect(narrowFrom).toBeLessThan(frames.length - 1);
    expect(Math.max(...widths.slice(narrowFrom))).toBeLessThan(12);
  });
});
