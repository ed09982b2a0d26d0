import { spawnSync } from "node:child_process";
import { describe, expect, it } from "vitest";
import { quoteForBash, splitBashLine } from "./bash-line.ts";

describe("splitBashLine", () => {
  it.each([
    ["briksync keys show CRM\\ In", ["briksync", "keys", "show", "CRM In"], "CRM\\ In", ""],
    ['briksync keys show "CRM In', ["briksync", "keys", "show", "CRM In"], '"CRM In', '"'],
    ["briksync keys show 'it", ["briksync", "keys", "show", "it"], "'it", "'"],
    ["briksync keys show ", ["briksync", "keys", "show", ""], "", ""],
    ['a "x\\"y\\z" ', ["a", 'x"y\\z', ""], "", ""],
    ["a $(rm -rf x)", ["a", "$(rm", "-rf", "x)"], "x)", ""],
  ] as const)("%s", (line, words, rawWord, openQuote) => {
    expect(splitBashLine(line)).toEqual({ words, rawWord, openQuote });
  });

  it.each([
    ['briksync keys show "C', "CRM! x", null],
    ['briksync keys show "C', 'CRM "x" $y', 'CRM \\"x\\" \\$y'],
    ["briksync keys show 'C", "CRM! x", "CRM! x"],
    ["briksync keys show ", "CRM! x", "CRM\\!\\ x"],
  ])("C-07 offers nothing that %s would expand: %j", (line, value, quoted) => {
    expect(quoteForBash(value, splitBashLine(line), "")).toBe(quoted);
  });

  it("quotes values so that bash reads them unchanged", () => {
    for (const value of ["CRM Integration", "Accounting", "it's 50% $HOME; `x`", "a:b=c", "--yes", "-x"]) {
      const quoted = quoteForBash(value, splitBashLine("briksync keys show "), "") ?? "";
      expect(spawnSync("bash", ["-c", `printf %s ${quoted}`], { encoding: "utf8" }).stdout).toBe(value);
    }
  });
});
