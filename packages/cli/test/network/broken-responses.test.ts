import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { useHostileServer } from "../support/hostile-server.ts";
import { useHome } from "../support/lifetimes.ts";
import { sendJson, startStubServer } from "../support/stub-server.ts";

const stub = useHostileServer();
const home = useHome(() => ({ BRIKSYNC_SERVER: stub.url, BRIKSYNC_TOKEN: "t" }));

describe("C-04 a secret in a broken response", () => {
  const canary = `sec_${randomBytes(24).toString("hex")}`;

  it.each([
    ["cut off", `{"id":"1","clientId":"api_1","clientSecret":"${canary}"`, "application/json"],
    ["not the documented shape", JSON.stringify({ clientSecret: canary }), "application/json"],
    ["HTML", `<p>${canary}</p>`, "text/html"],
  ])("that is %s appears nowhere, not even with --debug", async (_, body, type) => {
    const broken = await startStubServer((_, response) => response.writeHead(201, { "content-type": type }).end(body));
    for (const output of ["json", "table"]) {
      const { exitCode, stdout, stderr } = await home.run([
        "keys",
        "create",
        "New",
        "--debug",
        "-o",
        output,
        "--server",
        broken.url,
      ]);
      expect({ exitCode, stdout }).toEqual({ exitCode: 8, stdout: "" });
      expect(stderr).not.toContain(canary.slice(4));
      expect(stderr).toContain("its secret was lost");
    }
    await broken.stop();
  });

  it("is also redacted in errors", async () => {
    const broken = await startStubServer((_, response) =>
      sendJson(response, 401, { error: { code: 401, message: `Wrong secret ${canary}`, type: "INVALID_CREDENTIALS" } }),
    );
    const { exitCode, stderr } = await home.run(["keys", "verify", "--debug", "--server", broken.url], {
      stdin: canary,
    });
    expect(exitCode).toBe(4);
    expect(stderr).not.toContain(canary.slice(4));
    await broken.stop();
  });
});
