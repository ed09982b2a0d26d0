import { describe, expect, it } from "vitest";
import { createCliHome } from "../support/cli-process.ts";
import { useAccount, useHome, useServer, useStubServer } from "../support/lifetimes.ts";
import { makeSessionInfo, sendJson } from "../support/stub-server.ts";

const server = useServer();
const account = useAccount(server);
const other = useStubServer((request, response) =>
  sendJson(response, 200, request.url?.includes("/keys") ? [] : makeSessionInfo()),
);
const home = useHome(() => ({ BRIKSYNC_STORAGE: "file" }));

const credentials = (): [name: string, args: string[], env: Record<string, string>][] => [
  ["BRIKSYNC_TOKEN", ["keys", "list"], { BRIKSYNC_TOKEN: "canary-token" }],
  ["BRIKSYNC_EMAIL and BRIKSYNC_PASSWORD", ["keys", "list"], { BRIKSYNC_EMAIL: "a@b.c", BRIKSYNC_PASSWORD: "canary" }],
  ["BRIKSYNC_EMAIL and BRIKSYNC_PASSWORD", ["login"], { BRIKSYNC_EMAIL: "a@b.c", BRIKSYNC_PASSWORD: "canary" }],
  ["BRIKSYNC_CLIENT_SECRET", ["keys", "verify"], { BRIKSYNC_CLIENT_SECRET: "sec_canary" }],
];

describe("a credential of the environment", () => {
  it.each([0, 1, 2, 3])("is not sent to the server of a profile or the default server (%i)", async (index) => {
    await home.run(["login", "--server", server.url, "--email", account.email, "--password-stdin"], {
      stdin: account.password,
    });
    const [name, args, env] = credentials()[index] ?? ["", [], {}];
    const refused = await home.run(args, { env });
    expect(refused).toMatchObject({ exitCode: 2, stdout: "" });
    expect(refused.stderr).toContain(
      `${name} ${name.includes(" and ") ? "are" : "is"} not sent to the server of profile "default"`,
    );
    expect(refused.stderr).toContain(`BRIKSYNC_SERVER=${server.url}`);
    const named = await home.run([...args, "--profile", "default"], { env });
    expect(named.exitCode).toBe(2);
    const fresh = await createCliHome();
    try {
      const byDefault = await fresh.run(args, { env: { ...env, BRIKSYNC_STORAGE: "file" } });
      expect(byDefault.exitCode).toBe(2);
      expect(byDefault.stderr).toContain("the default server, http://127.0.0.1:4870");
    } finally {
      await fresh.remove();
    }
  });

  it("is sent to a server from --server or the environment, in this order", async () => {
    const env = { BRIKSYNC_TOKEN: await server.signIn(account) };
    const byVariable = await home.run(["keys", "list"], { env: { ...env, BRIKSYNC_SERVER: server.url } });
    expect(byVariable.exitCode).toBe(0);
    const byFlag = await home.run(["keys", "list", "--server", server.url], { env });
    expect(byFlag.exitCode).toBe(0);
    const both = await home.run(["keys", "list", "--server", server.url], {
      env: { ...env, BRIKSYNC_SERVER: other.url },
    });
    expect(both.exitCode).toBe(0);
  });

  it("is sent only to BRIKSYNC_CREDENTIAL_SERVER, whatever the source of the server", async () => {
    const env = { BRIKSYNC_TOKEN: await server.signIn(account), BRIKSYNC_CREDENTIAL_SERVER: `${server.url}/` };
    for (const [args, more] of [
      [["--server", other.url], {}],
      [[], { BRIKSYNC_SERVER: other.url }],
      [[], {}],
    ] as const) {
      const refused = await home.run(["keys", "list", ...args], { env: { ...env, ...more } });
      expect(refused).toMatchObject({ exitCode: 2, stdout: "" });
      expect(refused.stderr).toContain(`is for ${server.url} (BRIKSYNC_CREDENTIAL_SERVER), not for`);
    }
    expect(other.requests).toEqual([]);
    await home.run(["login", "--server", server.url, "--email", account.email, "--password-stdin"], {
      stdin: account.password,
    });
    expect((await home.run(["keys", "list"], { env })).exitCode).toBe(0);
  });
});
