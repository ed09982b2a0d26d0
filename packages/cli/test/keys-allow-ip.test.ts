import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Admin, createAdmin, type PrintedKey, presentSecret } from "./support/admin.ts";
import { cliPath } from "./support/cli-process.ts";
import { makeSessionInfo, sendJson, startOddServer } from "./support/odd-server.ts";
import { type PtySession, startPty } from "./support/pty.ts";
import { startServer, type TestServer } from "./support/server-process.ts";

interface Entry {
  readonly id: string;
  readonly cidr: string;
  readonly note: string | null;
  readonly expiresAt: string | null;
}

let server: TestServer;
let admin: Admin;
let key: PrintedKey;
let keys = 0;
const sessions: PtySession[] = [];

beforeAll(async () => {
  server = await startServer({ TRUSTED_PROXIES: "127.0.0.1" });
  admin = await createAdmin(server);
});
afterAll(async () => {
  await server?.stop();
  await admin?.remove();
});
beforeEach(async () => {
  keys += 1;
  key = await admin.createKey(`Key ${keys}`);
});
afterEach(() => {
  for (const session of sessions.splice(0)) session.kill();
});

function allowIp(...args: string[]) {
  return admin.run(["keys", "allow-ip", key.name, ...args]);
}

function openTerminal(...args: string[]): PtySession {
  const session = startPty(["keys", "allow-ip", key.name, ...args], { env: admin.env });
  sessions.push(session);
  return session;
}

async function readList(): Promise<readonly Entry[]> {
  return admin.fetchJson(`/keys/${key.id}/ip-allowlist`);
}

async function readCidrs(): Promise<string[]> {
  return (await readList()).map((entry) => entry.cidr).sort();
}

async function insertEntry(entry: Pick<Entry, "cidr"> & Partial<Entry>): Promise<void> {
  const response = await fetch(`${server.url}/external/v1/auth/keys/${key.id}/ip-allowlist`, {
    method: "POST",
    headers: { authorization: `Bearer ${admin.token}`, "content-type": "application/json" },
    body: JSON.stringify(entry),
  });
  if (!response.ok) throw new Error(`Allowing ${entry.cidr} answered ${response.status}`);
}

describe("keys allow-ip", () => {
  it("--me adds the address the server sees, and needs no yes", async () => {
    const { exitCode, stdout, stderr } = await allowIp("--me", "--note", "my desk");
    expect(exitCode).toBe(0);
    expect(stderr).toBe(`✓ 127.0.0.1/32 can use "${key.name}".\n`);
    expect(stdout).toMatch(/^ADDRESSES +EXPIRES +NOTE +ADDED\n127\.0\.0\.1\/32 +never +my desk +just now\n$/);
    expect(await presentSecret(server, key.clientSecret)).toBe(200);
    expect(await presentSecret(server, key.clientSecret, "203.0.113.9")).toBe(401);
  });

  it("C-05 prints the resulting list in every format, and messages only in text", async () => {
    const json = await allowIp("2001:db8::/32", "--me", "--note", "office", "-o", "json");
    expect(json).toMatchObject({ exitCode: 0, stderr: "" });
    expect(json.stdout).toBe(`${JSON.stringify(await readList(), null, 2)}\n`);
    expect(JSON.parse(json.stdout)).toMatchObject([{ note: "office" }, { note: "office" }]);
    const csv = await allowIp("--list", "-o", "csv");
    expect(csv.stdout).toMatch(/^cidr,expiresAt,note,createdOn,id\n/);
    const ids = await allowIp("--list", "-o", "ids");
    expect(ids.stdout).toBe((await readList()).map((entry) => `${entry.id}\n`).join(""));
  });

  it("adds entries with an expiry, as a duration or a time, and says when the last one expires", async () => {
    const { stdout, stderr } = await allowIp("--me", "--expires", "2h");
    const [entry] = await readList();
    const leftMs = Date.parse(entry?.expiresAt ?? "") - Date.now();
    expect(leftMs).toBeGreaterThan(2 * 3_600_000 - 60_000);
    expect(leftMs).toBeLessThanOrEqual(2 * 3_600_000);
    expect(stdout).toMatch(/127\.0\.0\.1\/32 +in 2 hours/);
    expect(stderr).toContain(`All entries expire. After ${entry?.expiresAt}, no address can use the key.`);
    await allowIp("10.0.0.0/8", "--expires", "2030-01-01");
    expect((await readList()).find((each) => each.cidr === "10.0.0.0/8")?.expiresAt).toBe("2030-01-01T00:00:00.000Z");
  });

  it("extends an entry that expires earlier, and never shortens one", async () => {
    await allowIp("--me");
    const kept = await allowIp("--me", "--expires", "2h");
    const stays = "! 127.0.0.1/32 is already on the allowlist and does not expire. It was not changed.";
    expect(kept.stderr).toBe(`${stays} To set an expiry, remove the entry with --remove and add it again.\n`);
    const noted = await allowIp("--me", "--note", "office", "-o", "json", "-q");
    expect(noted.stderr).toBe(`${stays} To change the note, remove the entry with --remove and add it again.\n`);
    expect(await readList()).toMatchObject([{ expiresAt: null }]);
    await allowIp("10.0.0.0/8", "--expires", "1h");
    const longer = await allowIp("10.0.0.0/8", "--expires", "5h", "-o", "json");
    expect(longer).toMatchObject({ exitCode: 0, stderr: "" });
    const [entry] = (await readList()).filter((each) => each.cidr === "10.0.0.0/8");
    expect(Date.parse(entry?.expiresAt ?? "") - Date.now()).toBeGreaterThan(4 * 3_600_000);
  });

  it("marks expired entries, which allow no address but still restrict the key", async () => {
    await insertEntry({ cidr: "127.0.0.1/32", expiresAt: new Date(Date.now() + 400).toISOString() });
    await new Promise((resolve) => setTimeout(resolve, 600));
    const { stdout } = await allowIp("--list");
    expect(stdout).toMatch(/127\.0\.0\.1\/32 +expired just now/);
    const shown = await admin.run(["keys", "show", key.name]);
    expect(shown.stdout).toMatch(
      /127\.0\.0\.1\/32 {2}\(expired .*\)\n +no address, because all entries have expired\n$/,
    );
    expect(await presentSecret(server, key.clientSecret)).toBe(401);
    const other = await allowIp("203.0.113.0/24");
    expect(other.exitCode).toBe(2);
    expect(await readCidrs()).toEqual(["127.0.0.1/32"]);
  });

  it("renews an expired entry next to another one without opening the key", async () => {
    await insertEntry({ cidr: "203.0.113.0/24" });
    await insertEntry({ cidr: "127.0.0.1/32", expiresAt: new Date(Date.now() + 300).toISOString() });
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(await allowIp("--me", "--expires", "1h")).toMatchObject({ exitCode: 0 });
    expect(await presentSecret(server, key.clientSecret)).toBe(200);
    expect(await readCidrs()).toEqual(["127.0.0.1/32", "203.0.113.0/24"]);
  });
});

describe("keys allow-ip at a server that keeps the end of an entry", () => {
  it("does not remove the only entry to renew it, because that would open the key", async () => {
    const expired = {
      id: "e1",
      cidr: "127.0.0.1/32",
      note: null,
      createdOn: "2026-01-01T00:00:00.000Z",
      expiresAt: "2026-01-02T00:00:00.000Z",
    };
    const listed = {
      id: "k1",
      name: "CRM",
      clientId: "api_1",
      status: "active",
      lastUsedAt: null,
      createdOn: expired.createdOn,
    };
    const odd = await startOddServer((request, response) => {
      if (request.url?.endsWith("/me")) sendJson(response, 200, makeSessionInfo());
      else if (request.url?.endsWith("/ip-allowlist"))
        sendJson(response, 200, request.method === "GET" ? [expired] : expired);
      else sendJson(response, 200, [listed]);
    });
    const { exitCode, stdout, stderr } = await admin.run(["keys", "allow-ip", "CRM", "--me", "--server", odd.url]);
    await odd.stop();
    expect({ exitCode, stdout }).toEqual({ exitCode: 6, stdout: "" });
    expect(stderr).toContain("127.0.0.1/32 is the only entry of the allowlist");
    expect(stderr).toContain("Add another address first");
    expect(odd.requests.map((request) => request.method)).not.toContain("DELETE");
  });
});

describe("keys allow-ip without a terminal", () => {
  it("C-05 needs --yes for a list that excludes the caller, and names the address", async () => {
    const refused = await allowIp("203.0.113.0/24");
    expect(refused).toMatchObject({ exitCode: 2, stdout: "" });
    expect(refused.stderr).toContain("This list excludes your own address, 127.0.0.1. To add it, pass --me.");
    expect(refused.stderr).toContain("--yes");
    expect(await readList()).toEqual([]);
    expect(await allowIp("203.0.113.0/24", "--yes")).toMatchObject({ exitCode: 0 });
    expect(await readCidrs()).toEqual(["203.0.113.0/24"]);
    const again = await allowIp("198.51.100.0/24");
    expect(again.exitCode).toBe(2);
    expect(again.stderr).toContain("still excludes your own address");
  });

  it("C-05 needs --yes to remove the caller, or the last entry", async () => {
    await allowIp("127.0.0.0/8", "203.0.113.0/24");
    const self = await allowIp("--remove", "127.0.0.0/8");
    expect(self.exitCode).toBe(2);
    expect(self.stderr).toContain("excludes your own address");
    const all = await allowIp("--remove", "127.0.0.0/8", "--remove", "203.0.113.0/24");
    expect(all.exitCode).toBe(2);
    expect(all.stderr).toContain(`Without entries, every IP address can use "${key.name}".`);
    expect(await readCidrs()).toEqual(["127.0.0.0/8", "203.0.113.0/24"]);
    expect(await allowIp("--remove", "203.0.113.0/24")).toMatchObject({ exitCode: 0 });
    const opened = await allowIp("--remove", "127.0.0.0/8", "-y");
    expect(opened).toMatchObject({ exitCode: 0, stdout: "" });
    expect(opened.stderr).toContain("The key has no allowlist, so every IP address can use it.");
    expect(await readList()).toEqual([]);
  });

  it("replaces an entry in one call, and adds the new one first", async () => {
    await allowIp("127.0.0.0/8");
    expect(await allowIp("--me", "--remove", "127.0.0.0/8")).toMatchObject({ exitCode: 0 });
    const events = await admin.fetchJson<{ action: string; keyId: string }[]>(`/audit?keyId=${key.id}&limit=2`);
    expect(events.map((event) => event.action)).toEqual(["key.ip_disallowed", "key.ip_allowed"]);
    expect(await readCidrs()).toEqual(["127.0.0.1/32"]);
  });

  it("S-21 refuses invalid addresses before the first request, and suggests the intended network", async () => {
    const hostBits = await allowIp("127.0.0.1", "203.0.113.7/24");
    expect(hostBits).toMatchObject({ exitCode: 6, stdout: "" });
    expect(hostBits.stderr).toBe(
      'error: "203.0.113.7/24" has bits set after its prefix. The network is 203.0.113.0/24.\n',
    );
    const open = await allowIp("0.0.0.0/0");
    expect(open.stderr).toContain("To allow every address, leave the allowlist empty.\n");
    const several = await allowIp("foo", "0.0.0.0/0", "--me");
    expect(several.stderr).toContain('"foo" is not an IP address or CIDR range.');
    expect(several.stderr).toContain('"0.0.0.0/0" allows every address.');
    expect(await readList()).toEqual([]);
  });

  it("S-21 agrees with the server on what an address is", async () => {
    const texts = [
      "10.0.0.0/8",
      "10.0.0.1/8",
      "10/8",
      "1.2.3.4",
      "01.2.3.4",
      "1.2.3.4/33",
      "1.2.3.0/024",
      "::/0",
      "::1",
      "fe80::1%1",
    ];
    texts.push(
      "2001:db8::/32",
      "2001:DB8::1/32",
      "::ffff:1.2.3.4",
      "::ffff:1.2.3.0/120",
      "::ffff:1.2.3.0/119",
      "::ffff:0:0/90",
    );
    texts.push(
      "1::2::3",
      "1:2:3:4:5:6:7:8",
      "1:2:3:4:5:6:7::",
      "::1.2.3.4",
      "::1.2.3.04",
      "12345::",
      "1.2.3.4/",
      "/8",
      "1.2.3.4/-1",
    );
    const response = await fetch(`${server.url}/external/v1/auth/keys`, {
      method: "POST",
      headers: { authorization: `Bearer ${admin.token}`, "content-type": "application/json" },
      body: JSON.stringify({ name: "Never made", ipAllowlist: texts }),
    });
    const body = (await response.json()) as { error: { details: { path: string }[] } };
    const refused = new Set(body.error.details.map((detail) => texts[Number(detail.path.split("/").at(-1))]));
    const good = texts.filter((text) => !refused.has(text));
    expect(good).toHaveLength(9);
    const { exitCode, stderr } = await allowIp(...texts, "-y");
    expect(exitCode).toBe(6);
    for (const text of texts)
      expect({ text, isRefused: stderr.includes(`  ${JSON.stringify(text)} `) }).toEqual({
        text,
        isRefused: refused.has(text),
      });
    const allowed = await allowIp(...good, "-y", "-o", "json");
    expect(allowed.exitCode).toBe(0);
    const flags = good.flatMap((text) => ["--allow-ip", text]);
    const created = JSON.parse((await admin.run(["keys", "create", "All good", ...flags, "-o", "json"])).stdout);
    const theirs = await admin.fetchJson<Entry[]>(`/keys/${created.id}/ip-allowlist`);
    expect(theirs.map((entry) => entry.cidr).sort()).toEqual(await readCidrs());
  });

  it("reports text that it cannot parse, and sends nothing", async () => {
    const cases: [string[], number, string][] = [
      [[], 2, "No IP address was passed."],
      [["--list", "10.0.0.0/8"], 2, "--list cannot be combined with changes to the allowlist"],
      [["--remove", "10.0.0.0/8", "--note", "x"], 2, "--note and --expires require an IP address to add"],
      [["--me", "--expires", "soon"], 2, "is not a duration or a time"],
      [["--me", "--expires", "2020-01-01"], 2, "is in the past"],
      [["--remove", "10.0.0.0/8"], 3, '"10.0.0.0/8" is not on the allowlist.'],
      [["--me", "--remove", "127.0.0.1"], 3, "is not on the allowlist"],
    ];
    for (const [args, exitCode, message] of cases) {
      const result = await allowIp(...args);
      expect({ args, exitCode: result.exitCode, stdout: result.stdout }).toEqual({ args, exitCode, stdout: "" });
      expect(result.stderr).toContain(message);
    }
    expect(await readList()).toEqual([]);
  });

  it("does not ask if nothing changes", async () => {
    await insertEntry({ cidr: "203.0.113.0/24" });
    expect(await allowIp("203.0.113.0/24")).toMatchObject({
      exitCode: 0,
      stderr: "✓ 203.0.113.0/24 is already on the allowlist and does not expire. It was not changed.\n",
    });
  });

  it("is refused for a revoked key, but its allowlist can be printed", async () => {
    await allowIp("--me");
    await admin.run(["keys", "revoke", "-y", key.id]);
    expect(await admin.run(["keys", "allow-ip", key.id, "10.0.0.0/8", "-y"])).toMatchObject({ exitCode: 6 });
    const { stdout } = await admin.run(["keys", "allow-ip", key.id, "--list"]);
    expect(stdout).toContain("127.0.0.1/32");
  });
});

describe("keys allow-ip at a terminal", () => {
  it.each([
    ["no", (terminal: PtySession) => terminal.enter("n")],
    ["Ctrl-C", (terminal: PtySession) => terminal.pressCtrlC()],
  ])("asks before it shuts the caller out; %s changes nothing", async (_, answer) => {
    const terminal = openTerminal("203.0.113.0/24");
    await terminal.waitFor("! This list excludes your own address, 127.0.0.1. To add it, pass --me.");
    await terminal.waitFor("Save the list?");
    answer(terminal);
    expect((await terminal.waitForExit()).exitCode).toBe(130);
    expect(await readList()).toEqual([]);
  });

  it("asks before it removes the last entry", async () => {
    await allowIp("--me");
    const terminal = openTerminal("--remove", "127.0.0.1");
    await terminal.waitFor("Without entries, every IP address can use");
    await terminal.waitFor("Remove the last entry?");
    terminal.enter("y");
    await terminal.waitFor("was removed from the allowlist");
    expect((await terminal.waitForExit()).exitCode).toBe(0);
    expect(await readList()).toEqual([]);
  });

  it("also asks if the list excludes the address of the last use", async () => {
    expect(await presentSecret(server, key.clientSecret, "203.0.113.9")).toBe(200);
    await expect
      .poll(() => admin.fetchJson(`/keys/${key.id}`), { timeout: 8000 })
      .toMatchObject({ lastUsedIp: "203.0.113.9" });
    const terminal = openTerminal("--me");
    await terminal.waitFor(/The key was last used .* from 203\.0\.113\.9, which this list excludes\./);
    await terminal.waitFor("Save the list anyway?");
    terminal.enter("n");
    expect((await terminal.waitForExit()).exitCode).toBe(130);
    expect(await readList()).toEqual([]);
    const script = await allowIp("--me");
    expect(script.exitCode).toBe(0);
    expect(script.stderr).toContain("from 203.0.113.9, which this list excludes");
    await allowIp("--remove", "127.0.0.1", "-y");
    expect(await allowIp("--me", "-o", "json")).toMatchObject({ exitCode: 0, stderr: "" });
  });

  it("C-05 does not ask about the last use where stdin is a pipe, and saves the list", async () => {
    expect(await presentSecret(server, key.clientSecret, "203.0.113.9")).toBe(200);
    await expect
      .poll(() => admin.fetchJson(`/keys/${key.id}`), { timeout: 8000 })
      .toMatchObject({ lastUsedIp: "203.0.113.9" });
    const script = 'yes n | "$NODE" "$CLI" keys allow-ip "$KEY" --me';
    const env = { ...admin.env, NODE: process.execPath, CLI: cliPath, KEY: key.id };
    const terminal = startPty(["-c", script], { program: "/bin/sh", env });
    sessions.push(terminal);
    expect((await terminal.waitForExit()).exitCode).toBe(0);
    expect(terminal.text).toContain("from 203.0.113.9, which this list excludes");
    expect(await readCidrs()).toEqual(["127.0.0.1/32"]);
  });
});
