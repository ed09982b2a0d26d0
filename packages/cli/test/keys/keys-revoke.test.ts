import { describe, expect, it } from "vitest";
import { type PrintedKey, presentSecret } from "../support/admin.ts";
import { createCliHome } from "../support/cli-process.ts";
import { useAdmin, useServer, useTerminal } from "../support/lifetimes.ts";
import type { PtySession } from "../support/pty.ts";
import { sendJson, startStubServer } from "../support/stub-server.ts";

const server = useServer({ TRUSTED_PROXIES: "127.0.0.1" });
const admin = useAdmin(server);

function openTerminal(args: readonly string[]): PtySession {
  return useTerminal(args, { env: admin.env });
}

async function isActive(key: PrintedKey): Promise<boolean> {
  return (await presentSecret(server, key.clientSecret)) === 200;
}

describe("keys revoke again", () => {
  it("accepts the name of revoked keys, and prefers an active key with that name", async () => {
    const first = await admin.createKey("Repeated");
    const revoke = () => admin.run(["keys", "revoke", "Repeated", "--yes", "-o", "ids"]);
    expect(await revoke()).toMatchObject({ exitCode: 0, stdout: `${first.id}\n` });
    expect(await revoke()).toMatchObject({ exitCode: 0, stdout: `${first.id}\n` });
    const second = await admin.createKey("Repeated");
    expect(await revoke()).toMatchObject({ exitCode: 0, stdout: `${second.id}\n` });
    const both = await revoke();
    expect(both.exitCode).toBe(0);
    expect(both.stdout.trim().split("\n").sort()).toEqual([first.id, second.id].sort());
    expect((await admin.run(["keys", "revoke", "Never there", "--yes"])).exitCode).toBe(3);
    expect((await admin.run(["keys", "show", "Repeated"])).exitCode).toBe(3);
  });
});

describe("keys revoke at a terminal", () => {
  it("shows the last use of the key, and accepts its name as confirmation", async () => {
    const key = await admin.createKey("Typed out");
    await presentSecret(server, key.clientSecret, "203.0.113.9");
    await expect.poll(() => admin.fetchJson(`/keys/${key.id}`)).toMatchObject({ lastUsedIp: "203.0.113.9" });
    const terminal = openTerminal(["keys", "revoke", key.clientId]);
    await terminal.waitFor(`Typed out  ${key.clientId}`);
    await terminal.waitFor(/Last used {2}.* from 203\.0\.113\.9/);
    await terminal.waitFor("This cannot be undone");
    await terminal.waitFor("To confirm, type the name of the key:");
    terminal.enter("Typed out");
    await terminal.waitFor(/✓ "Typed out" is revoked \(last used .* from 203\.0\.113\.9\)/);
    expect((await terminal.waitForExit()).exitCode).toBe(0);
    expect(await isActive(key)).toBe(false);
  });

  it.each([
    ["another name", (terminal: PtySession) => terminal.enter("typed wrong")],
    ["a prefix of the name", (terminal: PtySession) => terminal.enter("Kept after a pref")],
    ["a yes", (terminal: PtySession) => terminal.enter("yes")],
    ["Ctrl-C", (terminal: PtySession) => terminal.pressCtrlC()],
  ])("C-05 changes nothing after %s, and exits 130", async (what, answer) => {
    const key = await admin.createKey(`Kept after ${what}`);
    const terminal = openTerminal(["keys", "revoke", key.id]);
    await terminal.waitFor("To confirm, type");
    answer(terminal);
    expect((await terminal.waitForExit()).exitCode).toBe(130);
    expect(terminal.text).toContain("Nothing was changed.");
    if (what === "another name")
      expect(terminal.text).toContain(`"typed wrong" does not match "${key.name}". Nothing was changed.`);
    expect(await isActive(key)).toBe(true);
  });

  it("also accepts the client ID", async () => {
    const key = await admin.createKey("会计");
    const terminal = openTerminal(["keys", "revoke", "会计"]);
    await terminal.waitFor("To confirm, type");
    terminal.enter(key.clientId);
    expect((await terminal.waitForExit()).exitCode).toBe(0);
    expect(await isActive(key)).toBe(false);
  });

  it("shows all keys and asks once for several", async () => {
    const keys = [await admin.createKey("First of two"), await admin.createKey("Second of two")];
    const terminal = openTerminal(["keys", "revoke", ...keys.map((key) => key.name)]);
    await terminal.waitFor("First of two");
    await terminal.waitFor("Second of two");
    await terminal.waitFor('To confirm, type "revoke 2 keys":');
    terminal.enter("revoke 2 keys");
    expect((await terminal.waitForExit()).exitCode).toBe(0);
    expect(await Promise.all(keys.map(isActive))).toEqual([false, false]);
  });
});

describe("keys revoke without a terminal", () => {
  it("C-05 needs --yes", async () => {
    const key = await admin.createKey("Not confirmed");
    for (const stdin of ["", "Not confirmed\n", "closed", "open"]) {
      const { exitCode, stdout, stderr } = await admin.run(["keys", "revoke", key.name], { stdin });
      expect({ stdin, exitCode, stdout }).toEqual({ stdin, exitCode: 2, stdout: "" });
      expect(stderr).toContain("a revoked key cannot be restored");
    }
    expect(await isActive(key)).toBe(true);
  });

  it("revokes no key unless all are found", async () => {
    const key = await admin.createKey("Spared");
    const { exitCode, stderr } = await admin.run(["keys", "revoke", "--yes", key.name, "Nowhere"]);
    expect(exitCode).toBe(3);
    expect(stderr).toContain('No key has the name, client ID or ID "Nowhere".');
    expect(await isActive(key)).toBe(true);
  });

  it("prints the current state of the keys, each once, in the given order", async () => {
    const [a, b] = [await admin.createKey("Order A"), await admin.createKey("Order B")];
    const { exitCode, stdout, stderr } = await admin.run([
      "keys",
      "revoke",
      "-y",
      "-o",
      "json",
      b.name,
      a.id,
      b.clientId,
    ]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    const printed = JSON.parse(stdout);
    expect(printed).toEqual([await admin.fetchJson(`/keys/${b.id}`), await admin.fetchJson(`/keys/${a.id}`)]);
    expect(printed[0]).toMatchObject({ status: "revoked", revokedOn: expect.any(String) });
  });

  it("accepts a key that is already revoked, and says so", async () => {
    const key = await admin.createKey("Long gone");
    await admin.run(["keys", "revoke", "-y", key.id]);
    const again = await admin.run(["keys", "revoke", "-y", key.id]);
    expect(again).toMatchObject({ exitCode: 0, stdout: "" });
    expect(again.stderr).toMatch(/^"Long gone" was already revoked, on \d{4}-.*Z\.\n$/);
    const ids = await admin.run(["keys", "revoke", "-y", key.clientId, "-o", "ids"]);
    expect(ids).toMatchObject({ exitCode: 0, stdout: `${key.id}\n`, stderr: "" });
    const byName = await admin.run(["keys", "revoke", "-y", "Long gone"]);
    expect(byName).toMatchObject({ exitCode: 0, stdout: "" });
    expect(byName.stderr).toMatch(/^"Long gone" was already revoked, on /);
  });

  it("revokes none of several keys if one is not found, and says so", async () => {
    const key = await admin.createKey("Still here");
    const { exitCode, stderr } = await admin.run(["keys", "revoke", "-y", "Still here", "no such key"]);
    expect(exitCode).toBe(3);
    expect(stderr).toContain("hint: Nothing was revoked. To list all keys, run: briksync keys list");
    expect(await isActive(key)).toBe(true);
  });

  it("keeps stdout empty in text mode", async () => {
    const key = await admin.createKey("Quiet");
    expect(await admin.run(["keys", "revoke", "-y", "-q", key.name])).toMatchObject({
      exitCode: 0,
      stdout: "",
      stderr: "",
    });
  });

  it("prints the completed part and the command for the rest after a failure", async () => {
    const makeKey = (number: number) => ({
      id: `k${number}`,
      name: `Key ${number}`,
      clientId: `api_${number}`,
      status: "active",
      lastUsedAt: null,
      createdOn: "2026-01-01T00:00:00.000Z",
    });
    const stub = await startStubServer((request, response) => {
      if (request.method === "GET") sendJson(response, 200, [makeKey(1), makeKey(2), makeKey(3)]);
      else if (request.url?.includes("k1")) sendJson(response, 200, { ...makeKey(1), status: "revoked" });
      else sendJson(response, 403, { error: { code: 403, message: "Only an Admin may do this", type: "FORBIDDEN" } });
    });
    const home = await createCliHome({ BRIKSYNC_SERVER: stub.url, BRIKSYNC_TOKEN: "t" });
    try {
      const { exitCode, stdout, stderr } = await home.run([
        "keys",
        "revoke",
        "-y",
        "-o",
        "ids",
        "Key 1",
        "Key 2",
        "Key 3",
      ]);
      expect({ exitCode, stdout }).toEqual({ exitCode: 5, stdout: "k1\n" });
      expect(stderr).toContain("Only an Admin may do this");
      expect(stderr).toContain("hint: Revoked 1 of 3 keys. To resume, run: briksync keys revoke api_2 api_3");
    } finally {
      await stub.stop();
      await home.remove();
    }
  });
});
