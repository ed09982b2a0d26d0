import { existsSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { engines } from "../support/engines.ts";

describe.each(Object.entries(engines))("the tests of %s", (_name, { leftOut }) => {
  it("leave out only existing files, and give the reason", () => {
    for (const [path, reason] of Object.entries(leftOut)) {
      expect(existsSync(join(import.meta.dirname, "..", path.replace("/**", ""))), path).toBe(true);
      expect(reason.length, path).toBeGreaterThan(10);
    }
  });
});
