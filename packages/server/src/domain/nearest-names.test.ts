import { expect, it } from "vitest";
import { findMisspelledNames, findNearestNames } from "./nearest-names.ts";

it("suggests the nearest names first, and parts of names", () => {
  const names = ["Acme Corp", "Acme Corporation", "Globex", "Initech"];
  expect(findNearestNames("Acme Crop", names)).toEqual(["Acme Corp"]);
  expect(findNearestNames("acme", names)).toEqual(["Acme Corp", "Acme Corporation"]);
  expect(findNearestNames("Glbex", names)).toEqual(["Globex"]);
  expect(findNearestNames("Umbrella", names)).toEqual([]);
});

it("treats a name as misspelled if it is close to another, unless only numbers or a short first part differ", () => {
  for (const typed of ["Acme Crop", "acme corp", "Acme Cor", "Acme  Corp", "Amce Corp", "cme Corp", "ACME CORP"]) {
    expect(findMisspelledNames(typed, ["Acme Corp"]), typed).toEqual(["Acme Corp"]);
  }
  expect(findMisspelledNames("Globx", ["Globex"])).toEqual(["Globex"]);
  for (const [typed, known] of [
    ["Acme Corp 2", "Acme Corp 1"],
    ["Acme Corp 2", "Acme Corp"],
    ["Zeta Ltd", "Beta Ltd"],
    ["Eta Ltd", "Zeta Ltd"],
    ["Second Corp", "Acme Corp"],
    ["Acme", "Acme Corp"],
  ] as const) {
    expect(findMisspelledNames(typed, [known]), typed).toEqual([]);
  }
});
