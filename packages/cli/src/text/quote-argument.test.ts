import { spawnSync } from "node:child_process";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { quoteCommand } from "./quote-argument.ts";

describe.skipIf(process.platform === "win32")("a command line for copying", () => {
  it("is parsed by a shell into the same arguments", () => {
    const words = fc.array(fc.string({ unit: "grapheme-ascii" }), { maxLength: 6 });
    fc.assert(
      fc.property(words, (argv) => {
        const script = `briksync() { for word; do printf '%s\\n.\\n' "$word"; done; }\n${quoteCommand({ argv })}`;
        const { stdout } = spawnSync("/bin/sh", ["-c", script], { encoding: "utf8" });
        expect(stdout).toBe(argv.map((word) => `${word}\n.\n`).join(""));
      }),
      { numRuns: 60 },
    );
  });
});
