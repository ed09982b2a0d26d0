import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { findMissingPrograms } from "../../../../tools/installed-programs.ts";
import { useTemporaryDirectory } from "../support/lifetimes.ts";
import { adaptRecipe, readRecipe } from "../support/recipe.ts";

/** Highest accepted exposure, in tenths of systemd's scale from 0 (nothing) to 10 (the whole machine). */
const exposureMax = 15;

const missing = findMissingPrograms("systemd-analyze");

describe.skipIf(missing !== undefined)(`the systemd unit${missing === undefined ? "" : `: ${missing}`}`, () => {
  const analyze = (...args: readonly string[]) => {
    const path = join(useTemporaryDirectory(), "briksync.service");
    // systemd checks that the programs exist, so the unit uses one of this machine.
    writeFileSync(path, adaptRecipe("briksync.service", { "/usr/bin/node": process.execPath }));
    return spawnSync("systemd-analyze", [...args, path], {
      encoding: "utf8",
      env: { ...process.env, SYSTEMD_PAGER: "" },
    });
  };

  it("is accepted by systemd without warnings", () => {
    const result = analyze("verify", "--man=no");
    expect(result.stderr + result.stdout).toBe("");
    expect(result.status).toBe(0);
  });

  it("confines the server", () => {
    const result = analyze("security", "--offline=true", `--threshold=${exposureMax}`);
    expect(result.status, result.stdout + result.stderr).toBe(0);
    expect(result.stdout).toContain("Overall exposure level");
  });
});

describe("the systemd unit and the server", () => {
  const lines = readRecipe("briksync.service").split("\n");

  it("S-35 gives the server more time to drain than it needs", () => {
    const source = readFileSync(new URL("../../src/commands/serve/serve.ts", import.meta.url), "utf8");
    const drainDeadlineMs = Number(/drainDeadlineMs = ([\d_]+)/.exec(source)?.[1]?.replaceAll("_", ""));
    const stopSeconds = Number(/^TimeoutStopSec=(\d+)s$/m.exec(lines.join("\n"))?.[1]);
    expect(drainDeadlineMs).toBeGreaterThan(0);
    expect(stopSeconds * 1000).toBeGreaterThan(drainDeadlineMs + 5_000);
  });

  it("does not retry an invalid configuration, and lets Node compile", () => {
    expect(lines).toContain("RestartPreventExitStatus=78");
    expect(lines.filter((line) => line.startsWith("MemoryDenyWriteExecute="))).toEqual([]);
  });
});
