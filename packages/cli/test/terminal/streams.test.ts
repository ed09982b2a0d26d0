import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CliHome, cliPath, createCliHome, spawnCli, waitForEnd } from "../support/cli-process.ts";

let home: CliHome;
beforeAll(async () => {
  home = await createCliHome();
});
afterAll(() => home.remove());

describe("streams", () => {
  it("C-05 a reader that closes the pipe is not an error", async () => {
    const child = spawnCli(["--help"], { env: home.env });
    child.process.stdout.destroy();
    expect(await waitForEnd(child, 10_000)).toEqual({ exitCode: 0, signal: null });
    expect(await child.texts.stderr).toBe("");
  });

  it.skipIf(process.platform !== "linux")("a full disk behind stdout is reported", async () => {
    const { spawnSync } = await import("node:child_process");
    const { status, stderr } = spawnSync("sh", ["-c", `"${process.execPath}" "${cliPath}" --help >/dev/full`], {
      env: home.env,
      encoding: "utf8",
    });
    expect(status).toBe(1);
    expect(stderr).toContain("the disk is full");
  });

  it("works with stdin, stdout or stderr closed", async () => {
    const { spawnSync } = await import("node:child_process");
    const directory = await mkdtemp(join(tmpdir(), "briksync-streams-"));
    for (const [redirection, exitCode] of [
      ["<&-", 0],
      ["2>&-", 0],
      [">&-", 0],
    ] as const) {
      const { status } = spawnSync("sh", ["-c", `"${process.execPath}" "${cliPath}" --help ${redirection}`], {
        env: home.env,
        cwd: directory,
      });
      expect(status, redirection).toBe(exitCode);
    }
    await rm(directory, { recursive: true });
  });
});
