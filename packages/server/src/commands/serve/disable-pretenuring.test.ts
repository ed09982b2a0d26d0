import { spawnSync } from "node:child_process";
import { expect, it } from "vitest";

/** Whether V8 tells of a guess while a process makes many objects that live for a while, and what else the process says. */
function watchGuesses(statement: string): { hasGuessed: boolean; stderr: string } {
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
  return { hasGuessed: stdout.includes("pretenuring: "), stderr };
}

it("disablePretenuring ends V8's guessing in a process that already runs", () => {
  expect(watchGuesses("")).toEqual({ hasGuessed: true, stderr: "" });
  expect(watchGuesses("disablePretenuring()")).toEqual({ hasGuessed: false, stderr: "" });
});
