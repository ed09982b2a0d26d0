import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseDuration, parseIsoTime } from "./time.ts";

describe("a duration", () => {
  it("is parsed from a number and a unit", () => {
    expect(["45s", "30m", "2h", "90d", "2w", " 1D "].map(parseDuration)).toEqual([
      45,
      1800,
      7200,
      90 * 86_400,
      14 * 86_400,
      86_400,
    ]);
  });

  it("is refused in any other form", () => {
    for (const text of [
      "",
      "90",
      "d",
      "1.5h",
      "-1d",
      "0d",
      "1y",
      "1mo",
      "1d2h",
      "9999999999w",
      "36526d",
      "1 d",
      "١d",
    ]) {
      expect(parseDuration(text), text).toBeNull();
    }
  });

  it("never throws, and always results in a valid date", () => {
    fc.assert(
      fc.property(fc.string(), fc.nat(), fc.constantFrom("s", "m", "h", "d", "w"), (junk, amount, unit) => {
        for (const text of [junk, `${amount}${unit}`, `${junk}${unit}`]) {
          const seconds = parseDuration(text);
          if (seconds !== null) expect(Number.isNaN(new Date(Date.now() - seconds * 1000).getTime())).toBe(false);
        }
      }),
    );
  });
});

describe("a time", () => {
  it("is ISO 8601, in UTC unless it names a time zone, regardless of the zone of this machine", () => {
    const read = (text: string): string | undefined => parseIsoTime(text)?.toISOString();
    expect(read("2026-02-01")).toBe("2026-02-01T00:00:00.000Z");
    expect(read("2026-02-01T10:30")).toBe("2026-02-01T10:30:00.000Z");
    expect(read("2026-02-01 10:30:15.5Z")).toBe("2026-02-01T10:30:15.500Z");
    expect(read("2026-02-01T10:30:00+05:30")).toBe("2026-02-01T05:00:00.000Z");
  });

  it("is refused for a nonexistent date, or if it is incomplete", () => {
    for (const text of [
      "",
      "yesterday",
      "2026-02-30",
      "2026-13-01",
      "2026-02-01T25:00",
      "2026-2-1",
      "1767225600",
      "2026",
    ]) {
      expect(parseIsoTime(text), text).toBeNull();
    }
  });
});
