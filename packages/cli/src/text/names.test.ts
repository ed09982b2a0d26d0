import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { countMistakes, findNearestNames } from "./names.ts";

const names = ["CRM Integration", "Payroll Integration", "Accounting Sync", "CI"];

describe("the nearest names", () => {
  it("are those with a typing mistake, another letter case, or a correctly typed part", () => {
    expect(findNearestNames("crm integraton", names)).toEqual(["CRM Integration"]);
    expect(findNearestNames("Payrol Integration", names)).toEqual(["Payroll Integration"]);
    expect(findNearestNames("accounting", names)).toEqual(["Accounting Sync"]);
    expect(findNearestNames("ic", names)).toEqual(["CI"]);
    expect(findNearestNames("CRM (EU)", names)).toEqual(["CRM Integration"]);
    expect(findNearestNames("integration", names)).toEqual(["CRM Integration", "Payroll Integration"]);
  });

  it("are none if nothing is similar, and never more than three", () => {
    expect(findNearestNames("Warehouse", names)).toEqual([]);
    expect(findNearestNames("", names)).toEqual([]);
    expect(findNearestNames("Nightly Exprt", ["x", "Nightly Export"])).toEqual(["Nightly Export"]);
    expect(findNearestNames("Key 1", ["Key 2", "Key 3", "Key 4", "Key 5"])).toHaveLength(3);
  });

  it("have the same distance in both directions, 0 for equal texts and at most the longer length", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 20 }), fc.string({ maxLength: 20 }), (a, b) => {
        const mistakes = countMistakes(a, b);
        expect(mistakes).toBe(countMistakes(b, a));
        expect(mistakes === 0).toBe(a === b);
        expect(mistakes).toBeLessThanOrEqual(Math.max([...a].length, [...b].length));
      }),
    );
  });
});
