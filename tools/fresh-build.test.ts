import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, it } from "vitest";
import { requireFreshBuild } from "./fresh-build.ts";

it("refuses a build that is missing, or older than a source file of the package or of a package in it", ({
  onTestFinished,
}) => {
  const root = mkdtempSync(join(tmpdir(), "briksync-build-"));
  onTestFinished(() => rmSync(root, { recursive: true }));
  const write = (path: string, seconds: number): void => {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), "");
    utimesSync(join(root, path), seconds, seconds);
  };
  write("packages/sdk/src/call/caller.ts", 100);
  write("packages/cli/src/program/main.ts", 100);
  expect(() => requireFreshBuild("cli", root)).toThrow("packages/cli/dist is missing. Build it: pnpm build");

  write("packages/sdk/dist/index.js", 200);
  write("packages/cli/dist/bin.js", 200);
  expect(() => requireFreshBuild("cli", root)).not.toThrow();

  write("packages/sdk/src/call/caller.test.ts", 300);
  expect(() => requireFreshBuild("cli", root)).not.toThrow();

  write("packages/sdk/src/call/caller.ts", 300);
  const older = "packages/cli/dist is older than its sources. Build it again: pnpm build";
  expect(() => requireFreshBuild("cli", root)).toThrow(older);
  expect(() => requireFreshBuild("sdk", root)).toThrow("packages/sdk/dist is older");

  write("packages/sdk/src/call/caller.ts", 100);
  write("packages/cli/dist/program.js", 50);
  expect(() => requireFreshBuild("cli", root)).toThrow(older);
});
