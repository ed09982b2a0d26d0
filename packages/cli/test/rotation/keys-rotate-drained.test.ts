import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { beforeEach, describe, expect, it } from "vitest";
import { presentSecret } from "../support/admin.ts";
import { spawnCli, waitForEnd } from "../support/cli-process.ts";
import { useAdmin, useDirectory, useKey, useServer } from "../support/lifetimes.ts";
import { listSecrets } from "../support/rotation.ts";

const server = useServer({ ROTATION_LEASE_SECONDS: "3" });
const admin = useAdmin(server);
const key = useKey(admin);
const directory = useDirectory(admin);
let path: string;

beforeEach(() => {
  path = join(directory.path, "secret");
});

async function presentOldSecret(): Promise<void> {
  expect(await presentSecret(server, key.clientSecret)).toBe(200);
  await expect.poll(async () => (await listSecrets(admin, key.id))[0]?.lastUsedAt).not.toBe(null);
}

describe("keys rotate --wait-drained", () => {
  it("waits while the old secret is used, keeps the lease, and then finishes", async () => {
    await presentOldSecret();
    const child = spawnCli(["keys", "rotate", key.id, "--to", `file:${path}`, "--wait-drained", "2s"], {
      env: admin.env,
    });
    let lastUse = 0;
    for (const end = Date.now() + 9000; Date.now() < end; lastUse = Date.now()) {
      expect(await presentSecret(server, key.clientSecret)).toBe(200);
      await sleep(250);
    }
    expect(await presentSecret(server, await readFile(path, "utf8"))).toBe(200);
    expect(await waitForEnd(child, 25_000)).toMatchObject({ exitCode: 0 });
    expect(Date.now() - lastUse).toBeGreaterThan(2000);
    expect(await presentSecret(server, key.clientSecret)).toBe(401);
    const stderr = await child.texts.stderr;
    expect(stderr).toMatch(/Waiting until the old secret has been unused for 2s, last used .* from 127\.0\.0\.1/);
    expect(stderr).not.toContain("lost its lease");
  }, 60_000);

  it("does not wait for a secret that was never used", async () => {
    const result = await admin.run(["keys", "rotate", key.id, "--to", `file:${path}`, "--wait-drained", "90d"]);
    expect(result).toMatchObject({ exitCode: 0 });
    expect(result.stderr).not.toContain("Waiting until");
  });

  it("C-08 says after an interruption that both secrets work and how to resume", async () => {
    await presentOldSecret();
    const child = spawnCli(["keys", "rotate", key.id, "--to", `file:${path}`, "--wait-drained", "1h"], {
      env: admin.env,
    });
    let stderr = "";
    child.process.stderr.on("data", (text) => {
      stderr += text;
    });
    await expect.poll(() => stderr).toContain("Waiting until");
    child.process.kill("SIGINT");
    expect(await waitForEnd(child, 8000)).toMatchObject({ exitCode: 130 });
    expect(stderr).toContain("The old and the new secret of");
    expect(stderr).toContain(`To resume, run: briksync keys rotate ${key.id} --to file:${path} --wait-drained 1h\n`);
    expect(await presentSecret(server, key.clientSecret)).toBe(200);
  });

  it("also waits with --finish, and keeps the lease from other rotations", async () => {
    await presentOldSecret();
    await admin.run(["keys", "rotate", key.id, "--staged", "-q"]);
    const child = spawnCli(["keys", "rotate", key.id, "--finish", "--wait-drained", "4s", "--yes"], { env: admin.env });
    let stderr = "";
    child.process.stderr.on("data", (text) => {
      stderr += text;
    });
    let isInUse = true;
    const use = async (): Promise<void> => {
      for (; isInUse; await sleep(250)) expect(await presentSecret(server, key.clientSecret)).toBe(200);
    };
    const using = use();
    await expect.poll(() => stderr).toContain("Waiting until");
    const other = await admin.run(["keys", "rotate", key.id, "--staged", "--wait", "0"]);
    isInUse = false;
    await using;
    expect(other.exitCode).toBe(6);
    expect(await waitForEnd(child, 25_000)).toMatchObject({ exitCode: 0 });
    expect(await presentSecret(server, key.clientSecret)).toBe(401);
    expect((await listSecrets(admin, key.id)).map(({ state }) => state)).toEqual(["current"]);
  }, 60_000);
});
