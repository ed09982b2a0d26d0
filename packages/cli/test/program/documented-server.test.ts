import { describe, expect, it } from "vitest";
import { useHostileServer } from "../support/hostile-server.ts";
import { useHome, useStubServer } from "../support/lifetimes.ts";
import { sendJson } from "../support/stub-server.ts";

const stub = useHostileServer();
const home = useHome(() => ({ BRIKSYNC_SERVER: stub.url, BRIKSYNC_TOKEN: "t" }));

describe("a server with only the documented calls", () => {
  const documented = {
    id: "k1",
    name: "CRM",
    clientId: "api_1",
    status: "active",
    lastUsedAt: null,
    createdOn: "2026-01-15T08:00:00.000Z",
  };
  const old = useStubServer((request, response) => {
    const call = `${request.method} ${request.url?.split("?")[0]?.replace("/external/v1/auth", "")}`;
    if (call === "GET /keys") return sendJson(response, 200, [documented]);
    if (call === "POST /keys" || call === "POST /keys/k1/rotate")
      return sendJson(response, 200, { id: "k1", clientId: "api_1", clientSecret: "sec_x7y8z9" });
    if (call === "POST /keys/k1/revoke") return sendJson(response, 200, { ...documented, status: "revoked" });
    return sendJson(response, 404, { error: { code: 404, message: "Resource does not exist" } });
  });

  it("lists, shows, creates, rotates and revokes", async () => {
    const run = (...args: string[]) => home.run([...args, "--server", old.url]);
    expect((await run("keys", "list")).stdout).toMatch(/CRM +api_1 +never +\? /);
    expect((await run("keys", "show", "CRM")).stdout).toContain("Allowed from  not provided by this server");
    expect((await run("keys", "create", "Payroll")).stdout).toMatch(
      /^Name +Payroll\nClient ID +api_1\nClient secret +sec_x7y8z9\n/,
    );
    expect(JSON.parse((await run("keys", "rotate", "CRM", "-y", "-o", "json")).stdout)).toMatchObject({
      ...documented,
      clientSecret: "sec_x7y8z9",
    });
    expect((await run("keys", "revoke", "k1", "-y")).stderr).toContain('"CRM" is revoked (never used)');
  });

  it("is named in errors about missing features", async () => {
    for (const args of [["keys", "rename", "CRM", "X"], ["keys", "allow-ip", "CRM", "10.0.0.0/8", "-y"], ["audit"]]) {
      const { exitCode, stderr } = await home.run([...args, "--server", old.url]);
      expect({ args, exitCode }).toEqual({ args, exitCode: 3 });
      expect(stderr).toMatch(/does not support this \((keys\.rename|keys\.listAllowedIps|audit\.list)\)/);
    }
    const unrestricted = await home.run(["keys", "list", "--unrestricted", "--server", old.url]);
    expect(unrestricted.exitCode).toBe(8);
    expect(unrestricted.stderr).toContain("does not provide the IP allowlists of keys");
  });
});
