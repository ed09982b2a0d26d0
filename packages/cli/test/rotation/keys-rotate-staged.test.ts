import { mkdtemp, readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { presentSecret } from "../support/admin.ts";
import { spawnCli, waitForEnd } from "../support/cli-process.ts";
import { startFaultProxy } from "../support/fault-proxy.ts";
import { useAdmin, useKey, useServer } from "../support/lifetimes.ts";
import { listSecrets, useRotation } from "../support/rotation.ts";

const server = useServer({ ROTATION_LEASE_SECONDS: "2" });
const admin = useAdmin(server);
const key = useKey(admin);
const { rotate, openTerminal } = useRotation(admin, key);

describe("keys rotate --staged", () => {
  it("shows a second secret without a confirmation, and says how to finish", async () => {
    const { exitCode, stdout, stderr } = await rotate("--staged", "--secret-only");
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^sec_[0-9a-f]{48}\n$/);
    const [, pending] = await listSecrets(admin, key.id);
    expect(stderr).toBe(
      `✓ Created a new secret of "${key.name}". The old secret still works.\n` +
        `The new secret expires in 1 day, at ${pending?.expiresOn?.replace(/\.\d+Z$/, "Z")}, unless it is used.\n` +
        `To finish the rotation, run: briksync keys rotate ${key.clientId} --finish --rotation ${pending?.id}\n`,
    );
    expect(await presentSecret(server, key.clientSecret)).toBe(200);
    expect(await presentSecret(server, stdout.trim())).toBe(200);
  });

  it("prints the rotation and the secret for programs", async () => {
    const { stdout, stderr } = await rotate("--staged", "-o", "json");
    const [, pending] = await listSecrets(admin, key.id);
    expect(stderr).toBe("");
    expect(JSON.parse(stdout)).toMatchObject({
      id: key.id,
      clientId: key.clientId,
      clientSecret: expect.stringMatching(/^sec_/),
      rotationId: pending?.id,
      expiresOn: pending?.expiresOn,
    });
  });

  it("shows it in a frame at a terminal, with the commands to finish and abort", async () => {
    const terminal = openTerminal("--staged");
    expect((await terminal.waitForExit()).exitCode).toBe(0);
    expect(terminal.text).toContain("The secret is shown only once.");
    expect(terminal.text).toMatch(/Expires {3}in 1 day, at \d{4}-.*Z, unless it is used/);
    expect(terminal.text).toMatch(/Finish {4}briksync keys rotate api_[0-9a-f]+ --finish --rotation [0-9a-f-]{36}/);
    expect(terminal.text).toMatch(/Or abort {2}briksync keys rotate api_[0-9a-f]+ --abort --rotation [0-9a-f-]{36}/);
  });

  it("C-10 shows the same secret again after an interruption that follows its creation", async () => {
    let hasBegun = false;
    const proxy = await startFaultProxy(server.url, {
      decide: () => ({ kind: "pass" }),
      beforeResponse({ method }) {
        if (method === "POST" && !hasBegun) hasBegun = child.process.kill("SIGKILL");
      },
    });
    const env = { ...admin.env, BRIKSYNC_SERVER: proxy.url };
    const child = spawnCli(["keys", "rotate", key.id, "--staged", "--secret-only"], { env });
    try {
      expect(await waitForEnd(child, 15_000)).toMatchObject({ signal: "SIGKILL" });
      const [, pending] = await listSecrets(admin, key.id);
      const again = await admin.run(["keys", "rotate", key.id, "--staged", "--secret-only"], { env });
      expect(again).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^sec_/) });
      expect(again.stderr).toContain(
        `Recovered the new secret of "${key.name}" from the rotation that started just now`,
      );
      expect((await listSecrets(admin, key.id)).map(({ id }) => id)).toContain(pending?.id);
      expect(await listSecrets(admin, key.id)).toHaveLength(2);
      // The secret was shown, so the next run creates another one.
      const next = await admin.run(["keys", "rotate", key.id, "--staged", "--secret-only"], { env });
      expect(next.stdout).not.toBe(again.stdout);
    } finally {
      await proxy.stop();
    }
  });

  it("with --to, delivers and verifies, and does not finish", async () => {
    const directory = await mkdtemp(join(admin.directory, "sinks-"));
    const path = join(directory, "secret");
    const { exitCode, stdout, stderr } = await rotate("--staged", "--to", `file:${path}`, "-o", "json");
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(JSON.parse(stdout)).toMatchObject({
      state: "pending",
      finishedOn: null,
      graceSeconds: null,
      verified: "server",
    });
    expect(await presentSecret(server, key.clientSecret)).toBe(200);
    expect(await presentSecret(server, await readFile(path, "utf8"))).toBe(200);
    const finished = await rotate("--finish", "--yes");
    expect(finished).toMatchObject({ exitCode: 0 });
    expect(await presentSecret(server, key.clientSecret)).toBe(401);
  });
});

describe("keys rotate --grace without a destination", () => {
  it("keeps the old secret working for a while", async () => {
    const { exitCode, stdout, stderr } = await rotate("--grace", "90m", "--yes", "--secret-only");
    expect(exitCode).toBe(0);
    expect(stderr).toContain("The old secret stops working in 90m.");
    expect(await presentSecret(server, key.clientSecret)).toBe(200);
    expect(await presentSecret(server, stdout.trim())).toBe(200);
  });
});
