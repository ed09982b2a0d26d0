import { execFileSync } from "node:child_process";
import { expect, it } from "vitest";

it("disablePretenuring names a flag that this Node knows; it ignores others with a complaint at each start", () => {
  expect(execFileSync(process.execPath, ["--v8-options"], { encoding: "utf8" })).toContain(
    "--allocation-site-pretenuring ",
  );
});
