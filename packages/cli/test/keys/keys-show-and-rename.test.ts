import type { ApiKey } from "@briksync/sdk";
import { describe, expect, it, onTestFinished } from "vitest";
import type { PrintedKey } from "../support/admin.ts";
import { useListedKeys } from "../support/listed-keys.ts";
import { makeSessionInfo, sendJson, startStubServer } from "../support/stub-server.ts";

const { admin: few } = useListedKeys();

describe("keys show", () => {
  it("shows exact and relative times and the whole allowlist", async () => {
    const { stdout, stderr } = await few.run(["keys", "show", "Restricted"]);
    expect(stderr).toBe("");
    expect(stdout).toMatch(
      /^Name {10}Restricted\nStatus {8}active\nClient ID {5}api_[0-9a-f]{24}\nID {12}[0-9a-f-]{36}\n/,
    );
    expect(stdout).toMatch(/\nCreated {7}\d{4}-.*Z \(.*\)\nLast used {5}never\n/);
    expect(stdout).toMatch(/\nAllowed from {2}\S+\n {14}\S+\n$/);
    for (const cidr of ["203.0.113.0/24", "2001:db8::/32"]) expect(stdout).toContain(` ${cidr}\n`);
    const used = await few.run(["keys", "show", "Used today"]);
    expect(used.stdout).toMatch(
      /Last used {5}\d{4}-.*Z \(4 hours ago from 198\.51\.100\.7\)\nAllowed from {2}any address\n$/,
    );
  });

  it("shows every field that has a value", async () => {
    const key = {
      id: "k1",
      name: "CRM",
      clientId: "api_1",
      status: "revoked",
      createdOn: "2026-01-01T00:00:00.000Z",
      rotatedOn: "2026-01-02T00:00:00.000Z",
      revokedOn: "2026-01-03T00:00:00.000Z",
      lastUsedAt: "2026-01-04T00:00:00.000Z",
      lastUsedIp: "198.51.100.7",
      ipAllowlist: [],
      rotation: null,
    } satisfies Required<ApiKey>;
    const stub = await startStubServer((request, response) =>
      sendJson(response, 200, request.url?.includes("/me") ? makeSessionInfo() : [key]),
    );
    onTestFinished(() => stub.stop());
    const { stdout, stderr } = await few.run(["keys", "show", "k1", "--server", stub.url], {
      env: { BRIKSYNC_TOKEN: "t" },
    });
    for (const value of Object.values(key)) if (typeof value === "string") expect(stdout, stderr).toContain(value);
  });

  it("C-05 prints the server's object in JSON, and a row of the list in CSV", async () => {
    const [key] = await few.fetchJson<PrintedKey[]>("/keys?status=revoked");
    const json = await few.run(["keys", "show", key?.clientId ?? "", "-o", "json"]);
    expect(json.stdout).toBe(`${JSON.stringify(key, null, 2)}\n`);
    const csv = await few.run(["keys", "show", key?.id ?? "", "-o", "csv"]);
    const list = await few.run(["keys", "list", "--status", "revoked", "-o", "csv"]);
    expect(csv.stdout).toBe(list.stdout);
  });
});

describe("keys rename", () => {
  it("prints the old and the new name, and changes nothing else", async () => {
    const before = await few.createKey("Old name");
    const { exitCode, stdout, stderr } = await few.run(["keys", "rename", "Old name", "  New name "]);
    expect({ exitCode, stdout, stderr }).toEqual({
      exitCode: 0,
      stdout: "",
      stderr: '✓ Renamed "Old name" to "New name".\n',
    });
    const { clientSecret: _, ...rest } = before;
    expect(await few.fetchJson(`/keys/${before.id}`)).toEqual({ ...rest, name: "New name" });
    const json = await few.run(["keys", "rename", before.id, "Newer", "-o", "json"]);
    expect(json.stdout).toBe(`${JSON.stringify({ ...rest, name: "Newer" }, null, 2)}\n`);
    const same = await few.run(["keys", "rename", before.id, "Newer"]);
    expect(same.stderr).toBe('✓ The name of the key is already "Newer".\n');
    await few.run(["keys", "revoke", "-y", before.id]);
  });

  it("shows the server's errors, and omits nothing silently", async () => {
    const tooLong = await few.run(["keys", "rename", "Idle", "x".repeat(101)]);
    expect(tooLong.exitCode).toBe(6);
    expect(tooLong.stderr).toContain("at most 100 characters");
    const missing = await few.run(["keys", "rename", "Idle"]);
    expect(missing.exitCode).toBe(2);
    expect(missing.stderr).toContain("Missing required argument 'name'");
    const near = await few.run(["keys", "rename", "Idel", "X"]);
    expect(near.exitCode).toBe(3);
    expect(near.stderr).toMatch(/Idle {2}api_/);
    expect(near.stderr).toContain("Did you mean one of these?");
  });
});
