import { describe, expect, it, onTestFinished } from "vitest";
import { presentSecret } from "../support/admin.ts";
import { createCliHome, spawnCli, waitForEnd } from "../support/cli-process.ts";
import { startFaultProxy } from "../support/fault-proxy.ts";
import { useAdmin, useKey, useServer, useTerminal } from "../support/lifetimes.ts";
import type { PtySession } from "../support/pty.ts";
import { sendJson, startStubServer } from "../support/stub-server.ts";

const server = useServer({ TRUSTED_PROXIES: "127.0.0.1" });
const admin = useAdmin(server);
const key = useKey(admin, "203.0.113.0/24", "127.0.0.1");

function openTerminal(args: readonly string[], env: Readonly<Record<string, string>> = admin.env): PtySession {
  return useTerminal(args, { env });
}

describe("keys rotate at a terminal", () => {
  it("shows what ends, the allowlist and the last use, asks for confirmation, and prints the new secret", async () => {
    expect(await presentSecret(server, key.clientSecret, "203.0.113.9")).toBe(200);
    await expect.poll(() => admin.fetchJson(`/keys/${key.id}`)).toMatchObject({ lastUsedIp: "203.0.113.9" });
    const terminal = openTerminal(["keys", "rotate", key.name]);
    await terminal.waitFor(`${key.name}  ${key.clientId}`);
    await terminal.waitFor(/Last used {5}.* from 203\.0\.113\.9/);
    await terminal.waitFor("Allowed from  ");
    await terminal.waitFor("stops working immediately");
    for (const cidr of ["203.0.113.0/24", "127.0.0.1/32"]) expect(terminal.text).toContain(cidr);
    await terminal.waitFor(`Rotate "${key.name}" now?`);
    terminal.enter("y");
    await terminal.waitFor(`Rotated "${key.name}". The old secret stopped working.`);
    expect((await terminal.waitForExit()).exitCode).toBe(0);
    const [secret = ""] = /sec_[0-9a-f]{48}/.exec(terminal.text) ?? [];
    expect(await presentSecret(server, key.clientSecret)).toBe(401);
    expect(await presentSecret(server, secret)).toBe(200);
  });

  it.each([
    ["a no", (terminal: PtySession) => terminal.enter("n")],
    ["Enter, which means no", (terminal: PtySession) => terminal.enter()],
    ["Ctrl-C", (terminal: PtySession) => terminal.pressCtrlC()],
  ])("C-05 changes nothing after %s, and exits 130", async (_, answer) => {
    const terminal = openTerminal(["keys", "rotate", key.clientId]);
    await terminal.waitFor("now?");
    answer(terminal);
    expect((await terminal.waitForExit()).exitCode).toBe(130);
    expect(terminal.text).not.toMatch(/sec_[0-9a-f]/);
    expect(await presentSecret(server, key.clientSecret)).toBe(200);
  });

  it("does not ask with --yes", async () => {
    const terminal = openTerminal(["keys", "rotate", key.name, "-y"]);
    expect((await terminal.waitForExit()).exitCode).toBe(0);
    expect(terminal.text).not.toContain("now?");
    expect(await presentSecret(server, key.clientSecret)).toBe(401);
  });
});

describe("a staged rotation that starts before an immediate one", () => {
  const stage = async (): Promise<string> =>
    JSON.parse((await admin.run(["keys", "rotate", key.id, "--staged", "-o", "json"])).stdout).clientSecret;

  it("C-05 during the prompt is shown, and needs another confirmation", async () => {
    const terminal = openTerminal(["keys", "rotate", key.name]);
    await terminal.waitFor(`Rotate "${key.name}" now?`);
    const staged = await stage();
    terminal.enter("y");
    await terminal.waitFor("Another run has started a rotation");
    await terminal.waitFor(/pending {2}created /);
    await terminal.waitFor(`Rotate "${key.name}" anyway?`);
    terminal.enter("n");
    expect((await terminal.waitForExit()).exitCode).toBe(130);
    for (const secret of [staged, key.clientSecret]) expect(await presentSecret(server, secret)).toBe(200);
    const again = openTerminal(["keys", "rotate", key.name]);
    await again.waitFor(`Rotate "${key.name}" now?`);
    again.enter("y");
    expect((await again.waitForExit()).exitCode).toBe(0);
    expect(again.text).not.toContain("anyway?");
    expect(await presentSecret(server, staged)).toBe(401);
  });

  it("C-05 stops a run with --yes, which succeeds when it is repeated", async () => {
    let staged: Promise<string> | undefined;
    const proxy = await startFaultProxy(server.url, {
      async decide({ path }) {
        if (staged === undefined && path.includes("/rotations")) {
          staged = stage();
          await staged;
        }
        return { kind: "pass" };
      },
    });
    onTestFinished(() => proxy.stop());
    const args = ["keys", "rotate", key.id, "--yes", "-o", "json", "--server", proxy.url];
    const refused = await admin.run(args);
    expect(refused).toMatchObject({ exitCode: 6, stdout: "" });
    expect(JSON.parse(refused.stderr).error.message).toContain("Another run has just started a rotation");
    const secret = (await staged) ?? "";
    for (const each of [secret, key.clientSecret]) expect(await presentSecret(server, each)).toBe(200);
    const rotated = JSON.parse((await admin.run(args)).stdout);
    expect(rotated.endedSecrets).toEqual([expect.objectContaining({ state: "pending" })]);
    expect(await presentSecret(server, secret)).toBe(401);
  });
});

describe("keys rotate without a terminal", () => {
  it("C-05 needs --yes, and says so before the first request", async () => {
    for (const stdin of ["", "y\n", "closed", "open"]) {
      const { exitCode, stdout, stderr } = await admin.run(["keys", "rotate", key.name], { stdin });
      expect({ stdin, exitCode, stdout }).toEqual({ stdin, exitCode: 2, stdout: "" });
      expect(stderr).toContain("the current secret would stop working immediately");
      expect(stderr).toContain("hint: To confirm, run the same command with --yes.");
    }
    const down = await admin.run(["keys", "rotate", key.name, "--server", "http://127.0.0.1:9"]);
    expect(down.exitCode).toBe(2);
    expect(await presentSecret(server, key.clientSecret)).toBe(200);
  });

  it("is refused for a revoked key", async () => {
    await admin.run(["keys", "revoke", key.id, "--yes"]);
    const { exitCode, stderr } = await admin.run(["keys", "rotate", key.clientId, "--yes", "-o", "json"]);
    expect(exitCode).toBe(6);
    expect(JSON.parse(stderr)).toMatchObject({ error: { type: "KEY_REVOKED", exitCode: 6 } });
  });
});

describe("C-08 an interrupted rotation", () => {
  const listed = {
    id: "k1",
    name: "CRM",
    clientId: "api_1",
    status: "active",
    lastUsedAt: null,
    createdOn: "2026-01-01T00:00:00.000Z",
  };

  it("says after Ctrl-C that it may have taken effect, and how to get a working secret", async () => {
    const stub = await startStubServer((request, response) => {
      if (request.method === "GET") sendJson(response, 200, [listed]);
    });
    const home = await createCliHome({ BRIKSYNC_SERVER: stub.url, BRIKSYNC_TOKEN: "t" });
    try {
      const child = spawnCli(["keys", "rotate", "CRM", "--yes"], { env: home.env });
      await expect.poll(() => stub.requests.some((request) => request.method === "POST")).toBe(true);
      child.process.kill("SIGINT");
      expect(await waitForEnd(child, 8000)).toMatchObject({ exitCode: 130 });
      const stderr = await child.texts.stderr;
      expect(stderr).toContain("may or may not have executed");
      expect(stderr).toContain("Run the same command again to get a secret that works");
      expect(await child.texts.stdout).toBe("");
    } finally {
      await stub.stop();
      await home.remove();
    }
  });

  it("says the same after a network failure, also in JSON", async () => {
    const stub = await startStubServer((request, response) => {
      if (request.method === "GET") sendJson(response, 200, [listed]);
      else response.destroy();
    });
    const home = await createCliHome({ BRIKSYNC_SERVER: stub.url, BRIKSYNC_TOKEN: "t" });
    try {
      const rotated = await home.run(["keys", "rotate", "CRM", "--yes", "-o", "json"]);
      expect(rotated).toMatchObject({ exitCode: 8, stdout: "" });
      expect(JSON.parse(rotated.stderr)).toMatchObject({
        error: { type: "CONNECTION_FAILED", hint: expect.stringContaining("Run the same command again") },
      });
      const created = await home.run(["keys", "create", "CRM"]);
      expect(created).toMatchObject({ exitCode: 8, stdout: "" });
      expect(created.stderr).toContain("If the server created the key, its secret was lost");
    } finally {
      await stub.stop();
      await home.remove();
    }
  });
});
