import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { generateCheckedText } from "../keys/client-secret.ts";
import { formatUserCode, generateUserCode, readUserCode } from "./device-codes.ts";

describe("codes of devices", () => {
  it("have 8 letters without vowels, and all letters occur", () => {
    const codes = Array.from({ length: 2_000 }, () => generateUserCode(randomBytes));
    for (const code of codes) expect(code).toMatch(/^[BCDFGHJKLMNPQRSTVWXZ]{8}$/);
    const counts = new Map<string, number>();
    for (const letter of codes.join("")) counts.set(letter, (counts.get(letter) ?? 0) + 1);
    expect(counts.size).toBe(20);
    // 16,000 letters, 800 of each on average. A modulo without rejection would give 750 and 938.
    for (const [letter, count] of counts) expect(Math.abs(count - 800), letter).toBeLessThan(130);
    expect(new Set(codes).size).toBe(codes.length);
  });

  it("skip bytes that would make some letters more likely", () => {
    const bytes = [255, 240, 239, 0, 1, 2, 3, 4, 5, 6];
    expect(generateUserCode(() => Buffer.from([bytes.shift() ?? 0]))).toBe("ZBCDFGHJ");
  });

  it("are read regardless of case, spaces and dashes", () => {
    expect(formatUserCode("BCDFGHJK")).toBe("BCDF-GHJK");
    for (const text of ["BCDF-GHJK", "bcdfghjk", " bcdf ghjk ", "BCDF–GHJK", "b-c-d-f-g-h-j-k", "BCDF\u00a0GHJK"]) {
      expect(readUserCode(text), text).toBe("BCDFGHJK");
    }
    for (const text of ["", "BCDFGHJ", "BCDFGHJKL", "ACDFGHJK", "BCDF_GHJK", "BCDF.GHJK", "B".repeat(64)]) {
      expect(readUserCode(text), text).toBeNull();
    }
  });

  it("of devices have 160 random bits and a checksum", () => {
    expect(generateCheckedText("dev", randomBytes)).toMatch(/^dev_[0-9a-f]{48}$/);
  });
});
