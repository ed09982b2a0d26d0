import { spawnSync } from "node:child_process";
import { expect, it } from "vitest";

/**
 * Runs a process that creates many objects with a longer life. Returns whether V8 traced a pretenuring decision, and
 * other output.
 */
function traceDecisions(statement: string): { hasDecided: boolean; stderr: string } {
  const script = `
    import { disablePretenuring } from ${JSON.stringify(new URL("./disable-pretenuring.ts", import.meta.url).href)};
    ${statement};
    const make = (number) => [number, { number, list: [number] }];
    const kept = [];
    for (let round = 0; round < 200; round++) {
      kept.push(Array.from({ length: 5_000 }, (_, number) => make(number)));
      if (kept.length > 50) kept.shift();
    }
  `;
  const options = ["--trace-pretenuring-statistics", "--disable-warning=ExperimentalWarning", "--input-type=module"];
  const { stdout, stderr } = spawnSync(process.execPath, [...options, "--eval", script], { encoding: "utf8" });
  return { hasDecided: stdout.includes("pretenuring: "), stderr };
}

it("disablePretenuring stops V8's pretenuring decisions in a running process", () => {
  expect(traceDecisions("")).toEqual({ hasDecided: true, stderr: "" });
  expect(traceDecisions("disablePretenuring()")).toEqual({ hasDecided: false, stderr: "" });
});
