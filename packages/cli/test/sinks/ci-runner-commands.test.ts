import { describe, expect, it } from "vitest";
import { key, useHostileServer } from "../support/hostile-server.ts";
import { useHome, useStubServer } from "../support/lifetimes.ts";
import { sendJson, startStubServer } from "../support/stub-server.ts";

const stub = useHostileServer();
const home = useHome(() => ({ BRIKSYNC_SERVER: stub.url, BRIKSYNC_TOKEN: "t" }));

describe("C-07 names that are commands of a CI runner", () => {
  const runnerKey = { ...key, id: "k1", clientId: "api_1", name: "::stop-commands::t", ipAllowlist: [] };
  const namesake = { ...runnerKey, id: "::error::k2", clientId: "api_2", name: "##[group]x" };
  const server = useStubServer((_, response) => sendJson(response, 200, [runnerKey, namesake]));

  it.each(["table", "csv", "ids", "json"])("are made harmless as %s, only in CI", async (output) => {
    const args = ["keys", "list", "-o", output, "--server", server.url];
    const { exitCode, stdout } = await home.run(args, { env: { GITHUB_ACTIONS: "true" } });
    expect(exitCode).toBe(0);
    expect(stdout).not.toMatch(/^\s*::|##\[/m);
    if (output === "json") return expect(JSON.parse(stdout)[0].name).toBe(runnerKey.name);
    expect(stdout).toMatch(/^: :(stop-commands::t|error::k2)/m);
    expect((await home.run(args)).stdout).toMatch(/^::(stop-commands::t|error::k2)/m);
  });

  it("are made harmless in errors, too", async () => {
    const failing = await startStubServer((_, response) => {
      const details = [
        { path: "::error::a", message: "b" },
        { path: "::c", message: "##[d" },
      ];
      const error = { code: 422, message: "No\n::stop-commands::t", type: "VALIDATION_FAILED", details };
      sendJson(response, 422, { error });
    });
    const { exitCode, stderr } = await home.run(["keys", "list", "--server", failing.url], {
      env: { GITHUB_ACTIONS: "true" },
    });
    await failing.stop();
    expect(exitCode).toBe(6);
    expect(stderr).toContain(": :error::a");
    expect(stderr).not.toMatch(/^\s*::|##\[/m);
  });
});
