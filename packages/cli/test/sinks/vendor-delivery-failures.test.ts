import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { presentSecret, secretPattern } from "../support/admin.ts";
import { spawnCli, waitForEnd } from "../support/cli-process.ts";
import { isRunning, type ProgramRun } from "../support/fake-program.ts";
import { useAdmin, useServer } from "../support/lifetimes.ts";
import { findSecret, useVendorPrograms, vendorVersions } from "../support/vendor-programs.ts";

const server = useServer();
const admin = useAdmin(server);
const { programs, create } = useVendorPrograms(admin);

async function expectNothingRuns(runs: readonly ProgramRun[]): Promise<void> {
  expect(runs.length).toBeGreaterThan(0);
  for (const processId of runs.flatMap(({ processIds }) => processIds)) {
    await expect.poll(() => isRunning(processId)).toBe(false);
  }
}

describe("C-10 a secret that a vendor's program did not accept", () => {
  it("is recovered and delivered by the same command, and the key is created only once", async () => {
    await programs.set("gh", vendorVersions.gh, [
      { on: "secret set", exitCode: 1, stderr: "one\nHTTP 503: try later\n", echo: "base64" },
    ]);
    const name = "Recovered";
    const before = await admin.countKeys();
    const failed = await create(["file:recovered.key", "github:acme/web#KEY"], [], name);
    expect(failed).toMatchObject({ exitCode: 1, stdout: "" });
    const secret = findSecret(await programs.listRuns());
    expect(failed.stderr).toContain(
      'error: The key "Recovered" exists, but its secret was not delivered to all destinations.',
    );
    expect(failed.stderr).toContain("✓ the file recovered.key");
    expect(failed.stderr).toContain("✗ the Actions secret KEY of acme/web: gh secret set exited with code 1.");
    expect(failed.stderr).toContain("HTTP 503: try later");
    expect(failed.stderr).toContain("[secret]");
    expect(failed.stderr).toContain(
      "hint: Fix the problem. To recover the same secret within 24 hours, run: briksync keys create ",
    );
    for (const text of [secret.slice(4), Buffer.from(secret).toString("base64")])
      expect(failed.stderr).not.toContain(text);
    await programs.set("gh", vendorVersions.gh);
    await programs.forget();
    const again = await create(["file:recovered.key", "github:acme/web#KEY"], [], name);
    expect(again.exitCode).toBe(0);
    expect(again.stderr).toContain('✓ Recovered the secret of "Recovered". The creation of the key started');
    expect(findSecret(await programs.listRuns())).toBe(secret);
    expect(await admin.countKeys()).toBe(before + 1);
    expect(await presentSecret(server, secret)).toBe(200);
    expect(await readFile(join(admin.directory, "recovered.key"), "utf8")).toBe(secret);
    // The first creation is complete, so the same command creates a new key.
    await create(["github:acme/web#KEY"], [], name);
    expect(await admin.countKeys()).toBe(before + 2);
  });

  it("counts as not delivered if the program exits with 0 without reading it", async () => {
    await programs.set("gh", vendorVersions.gh, [{ on: "secret set", stdin: "ignore" }]);
    const { exitCode, stderr } = await create(["github:acme/web#KEY"]);
    expect(exitCode).toBe(1);
    expect(stderr).toContain("gh secret set exited without reading the secret from standard input");
  });

  it.each([false, true])("is stopped with its children after the time limit (stubborn: %s)", async (isStubborn) => {
    await programs.set("gh", vendorVersions.gh, [{ on: "secret set", hangMs: 60_000, isStubborn }]);
    const { exitCode, stderr } = await create(["github:acme/web#KEY"], ["--sink-timeout", "4"]);
    expect(exitCode).toBe(1);
    expect(stderr).toContain("gh was stopped because it did not exit within 4 seconds.");
    await expectNothingRuns(await programs.listRuns());
  });

  it("C-08 stops on Ctrl-C, says how to continue, and leaves no process", async () => {
    await programs.set("gh", vendorVersions.gh, [{ on: "secret set", hangMs: 60_000, isStubborn: true }]);
    const args = ["keys", "create", "Interrupted", "--to", "github:acme/web#KEY", "--to", "file:never.key"];
    const child = spawnCli(args, { env: { ...admin.env, PATH: programs.path }, cwd: admin.directory });
    await expect.poll(async () => findSecret(await programs.listRuns())).toMatch(secretPattern);
    child.process.kill("SIGINT");
    // Without the signal, the program runs for 60 s.
    expect(await waitForEnd(child, 20_000)).toMatchObject({ exitCode: 130 });
    const stderr = await child.texts.stderr;
    expect(stderr).toContain("Interrupted while gh was running.");
    expect(stderr).toContain("✗ the file never.key: Interrupted before the delivery.");
    expect(stderr).toContain("To recover the same secret within 24 hours, run: briksync keys create ");
    const runs = await programs.listRuns();
    await expectNothingRuns(runs);
    await programs.set("gh", vendorVersions.gh);
    const secret = findSecret(runs);
    await programs.forget();
    const again = await create(["github:acme/web#KEY"], [], "Interrupted");
    expect(again.exitCode).toBe(0);
    expect(findSecret(await programs.listRuns())).toBe(secret);
  });
});
