import { describe, expect, it } from "vitest";
import { presentSecret } from "../support/admin.ts";
import { startFaultProxy } from "../support/fault-proxy.ts";
import { useAdmin, useKey, useServer } from "../support/lifetimes.ts";
import { useRotation } from "../support/rotation.ts";

const server = useServer({ ROTATION_LEASE_SECONDS: "2" });
const admin = useAdmin(server);
const key = useKey(admin);
const { rotate, stage, openTerminal } = useRotation(admin, key);

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
        return isDown ? { kind: "cut-response", afterBytes: 0 } : { kind: "pass" };
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

describe("a rotation that starts during the prompt", () => {
  it("is in the reports of --finish --take-over and of --abort", async () => {
    const first = await stage();
    const finishing = openTerminal("--finish", "--rotation", first.id, "--take-over");
    await finishing.waitFor("now?");
    const second = await stage();
    finishing.enter("y");
    await finishing.waitFor(/Another secret also stopped working:\s+pending/);
    expect((await finishing.waitForExit()).exitCode).toBe(0);
    expect(await presentSecret(server, second.clientSecret)).toBe(401);

    const third = await stage();
    const aborting = openTerminal("--abort", "--rotation", third.id, "--force");
    await aborting.waitFor("Abort the rotation?");
    const fourth = await stage();
    aborting.enter("y");
    await aborting.waitFor("Aborted the rotation.");
    await aborting.waitFor(fourth.id);
    expect((await aborting.waitForExit()).exitCode).toBe(0);
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
