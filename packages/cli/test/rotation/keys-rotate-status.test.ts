import { mkdtemp, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it, onTestFinished } from "vitest";
import { presentSecret } from "../support/admin.ts";
import { spawnCli, waitForEnd, waitForStderr } from "../support/cli-process.ts";
import { useAdmin, useKey, useServer, useTerminal } from "../support/lifetimes.ts";
import { listSecrets, useRotation } from "../support/rotation.ts";

const server = useServer({ ROTATION_LEASE_SECONDS: "2" });
const admin = useAdmin(server);
const key = useKey(admin);
const { rotate, stage } = useRotation(admin, key);

/**
 * Renews the lease of a rotation like a live run. Returns a function that stops this. It also stops when the test ends.
 */
function keepRenewing(id: string): () => void {
  const authorization = `Bearer ${admin.env["BRIKSYNC_TOKEN"]}`;
  const renewing = setInterval(() => {
    const url = `${server.url}/external/v1/auth/keys/${key.id}/rotations/${id}/renew`;
    void fetch(url, { method: "POST", headers: { authorization } });
  }, 500);
  const stop = () => clearInterval(renewing);
  onTestFinished(stop);
  return stop;
}

describe("keys rotate --status", () => {
  it("lists the secrets that work, with their last use and expiry", async () => {
    const { id, clientSecret } = await stage();
    await presentSecret(server, clientSecret);
    await expect.poll(async () => (await listSecrets(admin, key.id))[1]?.lastUsedAt).not.toBe(null);
    const { exitCode, stdout } = await rotate("--status");
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^STATE +ROTATION +CREATED +BY +LAST USED +FROM +EXPIRES$/m);
    expect(stdout).toMatch(/^current +[0-9a-f-]{36} +.* never/m);
    expect(stdout).toMatch(new RegExp(`^pending +${id} +.*127\\.0\\.0\\.1`, "m"));
    const json = JSON.parse((await rotate("--status", "--json")).stdout);
    expect(json).toEqual(await admin.fetchJson(`/keys/${key.id}/rotations`));
    const csv = (await rotate("--status", "-o", "csv")).stdout.split("\n");
    expect(csv[0]).toBe("state,id,createdOn,createdBy,firstUsedOn,lastUsedAt,lastUsedIp,expiresOn,leaseExpiresOn");
    expect((await rotate("--status", "-o", "ids")).stdout).toContain(`${id}\n`);
    const narrow = useTerminal(["keys", "rotate", key.name, "--status"], { env: admin.env, columns: 80 });
    await narrow.waitForExit();
    expect(narrow.text).toContain(id);
    for (const line of narrow.text.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
  });

  it("does not count the check after a delivery as a use, and shows uses by a destination", async () => {
    const path = join(await mkdtemp(join(admin.directory, "sinks-")), "secret");
    expect((await rotate("--staged", "--to", `file:${path}`)).exitCode).toBe(0);
    const counted = async () => (await listSecrets(admin, key.id))[1]?.lastUsedAt;
    await expect.poll(counted).not.toBe(null);
    const report = async () => JSON.parse((await rotate("--status", "-o", "json")).stdout)[1];
    expect(await report()).toMatchObject({
      state: "pending",
      lastUsedAt: null,
      lastUsedIp: null,
      checkedOn: await counted(),
      firstUsedOn: expect.any(String),
    });
    expect((await rotate("--status")).stdout).toMatch(/^pending .* never/m);
    const checkedOn = await counted();
    await sleep(6500);
    await presentSecret(server, await readFile(path, "utf8"));
    await expect.poll(counted).not.toBe(checkedOn);
    const used = await report();
    expect(used).toMatchObject({ lastUsedAt: await counted(), lastUsedIp: "127.0.0.1" });
    expect(used.checkedOn).toBeUndefined();
  });

  it("says below the table which rotation holds or last held the lease, also on a narrow terminal", async () => {
    const { id } = await stage();
    const stopRenewing = keepRenewing(id);
    const terminal = useTerminal(["keys", "rotate", key.name, "--status"], { env: admin.env, columns: 100 });
    await terminal.waitForExit();
    stopRenewing();
    expect(terminal.text).toMatch(new RegExp(`^! Rotation ${id} holds the lease$`, "m"));
    const readStatus = async () => (await rotate("--status")).stderr;
    await expect.poll(readStatus).toBe(`Rotation ${id} held the lease last.\n`);
    expect((await rotate("--status", "-o", "json")).stderr).toBe("");
  });

  it("says so while another run waits, with the expiry of the lease, even for a staged secret", async () => {
    const { id } = await stage();
    // The first run seems to be live until the second run waits for it.
    const stopRenewing = keepRenewing(id);
    const args = ["keys", "rotate", key.name, "--staged", "--secret-only", "--wait", "1m"];
    const second = spawnCli(args, { env: admin.env });
    await waitForStderr(second, "Waiting for rotation");
    const [, pending] = await listSecrets(admin, key.id);
    stopRenewing();
    expect(await waitForEnd(second, 40_000)).toMatchObject({ exitCode: 0 });
    const [, end] =
      new RegExp(
        `^Waiting for rotation ${id}, which .* started at .*\\. Its lease expires at (\\S+) unless it is renewed\\. A run`,
        "m",
      ).exec(await second.texts.stderr) ?? [];
    // The lease may have been renewed after the CLI printed its expiry.
    expect(Date.parse(end ?? "")).toBeLessThanOrEqual(Date.parse(pending?.leaseExpiresOn ?? ""));
  });

  it("is part of keys show while there is more than one secret", async () => {
    expect((await admin.run(["keys", "show", key.id])).stdout).not.toContain("Secrets");
    await stage();
    const { stdout } = await admin.run(["keys", "show", key.id]);
    expect(stdout).toMatch(/^Secrets +current {2}created .* by \S+, never used$/m);
    expect(stdout).toMatch(/^ +pending {2}created .* by \S+, never used, expires in .* unless it is used$/m);
    await rotate("--finish", "--grace", "1h", "--yes");
    const retiring = await admin.run(["keys", "show", key.id]);
    expect(retiring.stdout).toMatch(/^ +retiring {2}created .*, never used, expires in .*$/m);
    expect(JSON.parse((await admin.run(["keys", "show", key.id, "--json"])).stdout)).toEqual(
      await admin.fetchJson(`/keys/${key.id}`),
    );
  });
});
