import { describe, expect, it } from "vitest";
import { presentSecret } from "../support/admin.ts";
import { type Entry, useAllowlist } from "../support/allowlist.ts";
import { useAdmin, useKey, useServer } from "../support/lifetimes.ts";
import { makeSessionInfo, sendJson, startStubServer } from "../support/stub-server.ts";

const server = useServer({ TRUSTED_PROXIES: "127.0.0.1" });
const admin = useAdmin(server);
const key = useKey(admin);
const { allowIp, readList, readCidrs } = useAllowlist(admin, key);

async function insertEntry(entry: Pick<Entry, "cidr"> & Partial<Entry>): Promise<void> {
  const response = await fetch(`${server.url}/external/v1/auth/keys/${key.id}/ip-allowlist`, {
    method: "POST",
    headers: { authorization: `Bearer ${admin.token}`, "content-type": "application/json" },
    body: JSON.stringify(entry),
  });
  if (!response.ok) throw new Error(`Allowing ${entry.cidr} answered ${response.status}`);
}

describe("keys allow-ip", () => {
  it("adds the caller's address with --me, without a confirmation", async () => {
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

  it("extends an entry that expires earlier, and shortens one only with --shorten", async () => {
    await allowIp("--me");
    const kept = await allowIp("--me", "--expires", "2h");
    const stays = "! 127.0.0.1/32 is already on the allowlist and does not expire. It was not changed.";
    expect(kept.stderr).toBe(`${stays} To set an expiry, pass --shorten.\n`);
    const noted = await allowIp("--me", "--note", "office");
    expect(noted.stderr).toBe(
      "✓ 127.0.0.1/32 is already on the allowlist and does not expire. Only its note was changed.\n",
    );
    expect(await readList()).toMatchObject([{ expiresAt: null, note: "office" }]);
    const both = await allowIp("--me", "--note", "home", "--expires", "2h");
    expect(both.stderr).toContain("Only its note was changed. To set an expiry, pass --shorten.");
    expect(await readList()).toMatchObject([{ expiresAt: null, note: "home" }]);
    await allowIp("10.0.0.0/8", "--expires", "1h");
    const longer = await allowIp("10.0.0.0/8", "--expires", "5h", "-o", "json");
    expect(longer).toMatchObject({ exitCode: 0, stderr: "" });
    const [entry] = (await readList()).filter((each) => each.cidr === "10.0.0.0/8");
    expect(Date.parse(entry?.expiresAt ?? "") - Date.now()).toBeGreaterThan(4 * 3_600_000);
    const shorter = await allowIp("10.0.0.0/8", "--me", "--expires", "2030-01-01", "--shorten");
    expect(shorter.stderr).toContain("✓ 127.0.0.1/32 was already on the allowlist and now expires earlier.\n");
    const end = "2030-01-01T00:00:00.000Z";
    expect(await readList()).toMatchObject([{ expiresAt: end, note: "home" }, { expiresAt: end }]);
    expect(await allowIp("--me", "--shorten")).toMatchObject({
      exitCode: 2,
      stderr: "error: --shorten requires --expires.\n",
    });
  });

  it("keeps the expiry of an entry if only its note changes, and does not allow an expired one again", async () => {
    const expiresAt = "2030-01-01T00:00:00.000Z";
    await allowIp("10.0.0.0/8", "--expires", expiresAt, "--yes");
    const noted = await allowIp("10.0.0.0/8", "--note", "data center", "--yes");
    expect(noted.stderr).toContain(`expires at ${expiresAt}. Only its note was changed.`);
    expect(await readList()).toMatchObject([{ expiresAt, note: "data center" }]);
    await insertEntry({ cidr: "127.0.0.1/32", expiresAt: new Date(Date.now() + 400).toISOString() });
    const noteExpired = () => allowIp("127.0.0.1", "--note", "was a runner", "--yes");
    await expect.poll(noteExpired).toMatchObject({
      exitCode: 2,
      stderr:
        "error: 127.0.0.1/32 has expired, so its note cannot be changed alone.\n" +
        "hint: To allow it again, pass --expires as well. To remove it, pass --remove.\n",
    });
    expect(await presentSecret(server, key.clientSecret)).toBe(401);
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

describe("keys allow-ip with a server that cannot renew an entry", () => {
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
    const stub = await startStubServer((request, response) => {
      if (request.url?.endsWith("/me")) sendJson(response, 200, makeSessionInfo());
      else if (request.url?.endsWith("/ip-allowlist"))
        sendJson(response, 200, request.method === "GET" ? [expired] : expired);
      else sendJson(response, 200, [listed]);
    });
    const { exitCode, stdout, stderr } = await admin.run(["keys", "allow-ip", "CRM", "--me", "--server", stub.url]);
    await stub.stop();
    expect({ exitCode, stdout }).toEqual({ exitCode: 6, stdout: "" });
    expect(stderr).toContain("127.0.0.1/32 is the only entry of the allowlist");
    expect(stderr).toContain("Add another address first");
    expect(stub.requests.map((request) => request.method)).not.toContain("DELETE");
  });
});

describe("keys allow-ip without a terminal", () => {
  it("replaces an entry in one call, and adds the new one first", async () => {
    await allowIp("127.0.0.0/8");
    expect(await allowIp("--me", "--remove", "127.0.0.0/8")).toMatchObject({ exitCode: 0 });
    const events = await admin.fetchJson<{ action: string; keyId: string }[]>(`/audit?keyId=${key.id}&limit=2`);
    expect(events.map((event) => event.action)).toEqual(["key.ip_disallowed", "key.ip_allowed"]);
    expect(await readCidrs()).toEqual(["127.0.0.1/32"]);
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
