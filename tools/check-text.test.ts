import { describe, expect, it } from "vitest";
import { findSubjectFault, findTextFaults } from "./check-text.ts";

describe("pnpm check", () => {
  it.each([
    ["Share the look-up of a provider's session with its takeover", null],
    [`Add ${"a".repeat(68)}`, null],
    [`Add ${"a".repeat(69)}`, "has 73 characters instead of at most 72"],
    ["fix the thing", "does not start with a verb in upper case"],
    ["fix(cli): Read the flag", "does not start with a verb in upper case"],
    ["Fix: read the flag", "does not start with a verb in upper case"],
    ["Read the flag.", "ends with a period"],
  ])("judges the commit subject %j", (subject, fault) => {
    expect(findSubjectFault(subject)).toBe(fault);
  });

  it.each([
    ["a.ts", "one\ntwo\n", []],
    ["a.ts", "", []],
    ["a.ts", "one", ["has no line break at its end"]],
    ["a.ts", "one\r\n", ["has a carriage return"]],
    ["a.md", "one\ntwo  \n", ["has a space at the end of line 2"]],
    ["a.ts", "\tone\n", ["has a tab at the start of line 1"]],
    ["bench/tricks/a.patch", "@@ -1 +1 @@\n \n", []],
    ["docs/deploy/Caddyfile", "\tone\n", []],
  ])("judges the text of %s: %j", (path, text, faults) => {
    expect(findTextFaults(path, text)).toEqual(faults);
  });
});
