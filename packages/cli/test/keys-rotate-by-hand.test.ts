import { mkdtemp, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { presentSecret } from "./support/admin.ts";
import { spawnCli, waitForEnd } from "./support/cli-process.ts";
import { startFaultProxy } from "./support/fault-proxy.ts";
import { useAdmin, useKey, useServer, useTerminal } from "./support/lifetimes.ts";
import type { PtySession } from "./support/pty.ts";
import { listSecrets } from "./support/rotation.ts";

const server = useServer({ ROTATION_LEASE_SECONDS: "2" });
const admin = useAdmin(server);
const key = useKey(admin);

function rotate(...args: string[]) {
  return admin.run(["keys", "rotate", key.name, ...args]);
}

async function stage(): Promise<{ readonly id: string; readonly clientSecret: string }> {
  const { stdout, stderr } = await rotate("--staged", "-o", "json", "--take-over");
  if (stdout === "") throw new Error(stderr);
  const { rotationId, clientSecret } = JSON.parse(stdout);
  return { id: rotationId, clientSecret };
}

function openTerminal(...args: string[]): PtySession {
  return useTerminal(["keys", "rotate", key.name, ...args], { env: admin.env, columns: 120 });
}

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
      beforeAnswer({ method }) {
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
      // It was shown, so the next one is another.
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

describe("keys rotate --status", () => {
  it("lists the secrets that work, with their last use and expiry", async () => {
    const { id, clientSecret } = await stage();
    await presentSecret(server, clientSecret);
    await expect.poll(async () => (await listSecrets(admin, key.id))[1]?.lastUsedAt, { timeout: 8000 }).not.toBe(null);
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

  it("does not show the check of a delivery as a use, and shows the use of a destination", async () => {
    const path = join(await mkdtemp(join(admin.directory, "sinks-")), "secret");
    expect((await rotate("--staged", "--to", `file:${path}`)).exitCode).toBe(0);
    const counted = async () => (await listSecrets(admin, key.id))[1]?.lastUsedAt;
    await expect.poll(counted, { timeout: 8000 }).not.toBe(null);
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
    await expect.poll(counted, { timeout: 8000 }).not.toBe(checkedOn);
    const used = await report();
    expect(used).toMatchObject({ lastUsedAt: await counted(), lastUsedIp: "127.0.0.1" });
    expect(used.checkedOn).toBeUndefined();
  });

  it("says below the table which rotation holds or last held the lease, also on a narrow terminal", async () => {
    const { id } = await stage();
    const terminal = useTerminal(["keys", "rotate", key.name, "--status"], { env: admin.env, columns: 100 });
    await terminal.waitForExit();
    expect(terminal.text).toMatch(new RegExp(`^! Rotation ${id} holds the lease$`, "m"));
    await sleep(2100);
    const { stderr } = await rotate("--status");
    expect(stderr).toBe(`Rotation ${id} held the lease last.\n`);
    expect((await rotate("--status", "-o", "json")).stderr).toBe("");
  });

  it("says so while another run waits, with the expiry of the lease, also for a staged secret", async () => {
    await stage();
    const [, pending] = await listSecrets(admin, key.id);
    const { exitCode, stderr } = await rotate("--staged", "--secret-only", "--wait", "1m");
    expect(exitCode).toBe(0);
    const end = pending?.leaseExpiresOn?.replace(/\.\d+Z$/, "Z");
    expect(stderr).toMatch(
      new RegExp(
        `^Waiting for rotation ${pending?.id}, which .* started at .*\\. Its lease expires at ${end} unless it is renewed\\. A run`,
        "m",
      ),
    );
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

describe("keys rotate --finish", () => {
  it("C-05 asks for confirmation with the secrets that end, and needs --yes without a terminal", async () => {
    const { clientSecret } = await stage();
    const refused = await rotate("--finish");
    expect(refused).toMatchObject({ exitCode: 2, stdout: "" });
    expect(refused.stderr).toContain("To confirm, run the same command with --yes.");
    const terminal = openTerminal("--finish");
    await terminal.waitFor("Keeps working:");
    await terminal.waitFor(/pending {2}created .*never used/);
    await terminal.waitFor("Stops working immediately:");
    await terminal.waitFor(/current {2}created .*never used/);
    await terminal.waitFor("The new secret has never been used.");
    await terminal.waitFor(`Finish the rotation of "${key.name}" now?`);
    terminal.enter("n");
    expect((await terminal.waitForExit()).exitCode).toBe(130);
    expect(await presentSecret(server, key.clientSecret)).toBe(200);
    const again = openTerminal("--finish");
    await again.waitFor("now?");
    again.enter("y");
    expect((await again.waitForExit()).exitCode).toBe(0);
    expect(await presentSecret(server, key.clientSecret)).toBe(401);
    expect(await presentSecret(server, clientSecret)).toBe(200);
  });

  it("keeps the old secret working with --grace, and a repeated call can shorten that", async () => {
    const { id } = await stage();
    const { stdout, stderr } = await rotate("--finish", "--grace", "2h", "--yes", "-o", "json");
    expect(stderr).toBe("");
    expect(JSON.parse(stdout)).toMatchObject({ rotationId: id, state: "finished", graceSeconds: 7200 });
    expect(await presentSecret(server, key.clientSecret)).toBe(200);
    expect(await rotate("--finish", "--rotation", id, "--yes")).toMatchObject({ exitCode: 0 });
    expect(await presentSecret(server, key.clientSecret)).toBe(401);
  });

  it("reports no pending rotation, an unknown rotation, or a list of several", async () => {
    const none = await rotate("--finish", "--yes");
    expect(none.exitCode).toBe(3);
    expect(none.stderr).toContain(`"${key.name}" has no pending rotation.`);
    const [first, second] = [await stage(), await stage()];
    const several = await rotate("--finish", "--yes");
    expect(several.exitCode).toBe(2);
    for (const { id } of [first, second]) expect(several.stderr).toContain(`  ${id}  pending  created `);
    expect(several.stderr).toContain("Choose one with --rotation ID.");
    const unknown = await rotate("--finish", "--yes", "--rotation", "6b1f5c1e-0000-4000-8000-000000000000");
    expect(unknown.exitCode).toBe(3);
    const overtaken = await rotate("--finish", "--yes", "--rotation", first.id);
    expect(overtaken.exitCode).toBe(6);
    expect(overtaken.stderr).toContain(`--finish --rotation ${second.id}`);
    expect(await presentSecret(server, key.clientSecret)).toBe(200);
    expect(await rotate("--finish", "--yes", "--rotation", first.id, "--take-over")).toMatchObject({ exitCode: 0 });
    expect(await presentSecret(server, first.clientSecret)).toBe(200);
    expect(await presentSecret(server, second.clientSecret)).toBe(401);
  });

  it("C-08 says what is known after a lost response, and the printed command completes it", async () => {
    const { id } = await stage();
    let isDown = false;
    const proxy = await startFaultProxy(server.url, {
      decide({ path }) {
        isDown ||= path.endsWith("/finish");
        return isDown ? { kind: "cut-answer", afterBytes: 0 } : { kind: "pass" };
      },
    });
    try {
      const args = ["keys", "rotate", key.id, "--finish", "--yes", "--timeout", "2"];
      const cut = await admin.run(args, { env: { BRIKSYNC_SERVER: proxy.url } });
      expect(cut.exitCode).toBe(8);
      expect(cut.stderr).toContain("The old secret may or may not work.");
      const line = `briksync keys rotate ${key.id} --finish --yes --timeout 2 --rotation ${id}`;
      expect(cut.stderr).toContain(`To resume, run: ${line}\n`);
      expect(await admin.run(line.split(" ").slice(1))).toMatchObject({ exitCode: 0 });
    } finally {
      await proxy.stop();
    }
  });
});

describe("keys rotate --abort", () => {
  it("aborts a rotation whose secret was not delivered, and keeps the old secret", async () => {
    const { clientSecret } = await stage();
    const { exitCode, stdout } = await rotate("--abort");
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^current /m);
    expect(stdout).not.toMatch(/^pending /m);
    expect(await presentSecret(server, clientSecret)).toBe(401);
    expect(await presentSecret(server, key.clientSecret)).toBe(200);
  });

  it("needs --force and a confirmation if the secret was used", async () => {
    const { id, clientSecret } = await stage();
    await presentSecret(server, clientSecret);
    const refused = await rotate("--abort", "-o", "json");
    expect(refused.exitCode).toBe(6);
    expect(JSON.parse(refused.stderr)).toMatchObject({
      error: { type: "ROTATION_IN_USE", hint: expect.stringContaining(`--abort --rotation ${id} --force`) },
    });
    const unasked = await rotate("--abort", "--force");
    expect(unasked.exitCode).toBe(2);
    const terminal = openTerminal("--abort", "--force");
    await terminal.waitFor("rotation? (y/N)");
    terminal.enter("n");
    expect((await terminal.waitForExit()).exitCode).toBe(130);
    expect(await presentSecret(server, clientSecret)).toBe(200);
    expect(await rotate("--abort", "--force", "--yes")).toMatchObject({ exitCode: 0 });
    expect(await presentSecret(server, clientSecret)).toBe(401);
  });

  it("is refused for a finished rotation", async () => {
    const { id } = await stage();
    await rotate("--finish", "--yes");
    const { exitCode, stderr } = await rotate("--abort", "--rotation", id);
    expect(exitCode).toBe(6);
    expect(stderr).toContain("is finished. Its secret is the current one.");
  });
});

describe("keys rotate --grace, at once", () => {
  it("keeps the old secret working for a while", async () => {
    const { exitCode, stdout, stderr } = await rotate("--grace", "90m", "--yes", "--secret-only");
    expect(exitCode).toBe(0);
    expect(stderr).toContain("The old secret stops working in 90m.");
    expect(await presentSecret(server, key.clientSecret)).toBe(200);
    expect(await presentSecret(server, stdout.trim())).toBe(200);
  });
});
