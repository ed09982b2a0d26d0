import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { useHome } from "../support/lifetimes.ts";
import { makeSessionInfo, type StubServer, sendJson, startStubServer } from "../support/stub-server.ts";

const home = useHome(() => ({ BRIKSYNC_TOKEN: "canary-token" }));

async function start(respond: Parameters<typeof startStubServer>[0]): Promise<StubServer> {
  const server = await startStubServer(respond);
  onTestFinished(() => server.stop());
  return server;
}

describe("a server that is down, broken or not a BrikSync server", () => {
  it("causes exit code 8 in text and JSON, and is never reported as a rejected credential", async () => {
    const gone = await start(() => {});
    await gone.stop();
    for (const args of [["whoami"], ["whoami", "-o", "json"]]) {
      const result = await home.run([...args, "--server", gone.url]);
      expect(result).toMatchObject({ exitCode: 8, stdout: "" });
      expect(result.stderr).toContain("briksync doctor");
    }
  });

  it("causes exit code 7 if its gateway limits the rate, and the error says when to retry", async () => {
    for (const [type, body] of [
      ["text/html", "<html><title>429 Too Many Requests</title></html>"],
      ["text/plain", "slow down"],
      ["application/json", ""],
    ] as const) {
      const gateway = await start((_request, response) => {
        response.writeHead(429, { "content-type": type, "retry-after": "40" }).end(body);
      });
      const result = await home.run(["keys", "list", "--timeout", "5", "--server", gateway.url]);
      expect(result, type).toMatchObject({ exitCode: 7, stdout: "" });
      expect(result.stderr).toContain("hint: Try again in 40 s.");
    }
  });

  it("causes exit code 8 for an HTML response, and a hint to check the server", async () => {
    const server = await start((_request, response) => {
      response.writeHead(200, { "content-type": "text/html" }).end("<html><body>Welcome to nginx</body></html>");
    });
    const result = await home.run(["whoami", "--server", server.url]);
    expect(result).toMatchObject({ exitCode: 8, stdout: "" });
    expect(result.stderr).toContain("is a BrikSync server. To diagnose the problem, run: briksync doctor");
    expect(result.stderr).not.toContain("nginx");
  });

  it("C-06 gets no credential through a redirect", async () => {
    const thief = await start((_request, response) => sendJson(response, 200, makeSessionInfo()));
    for (const status of [301, 302, 307, 308]) {
      const server = await start((_request, response) => {
        response.writeHead(status, { location: `${thief.url}/external/v1/auth/me` }).end();
      });
      expect((await home.run(["whoami", "--server", server.url])).exitCode).toBe(8);
    }
    expect(thief.requests).toEqual([]);
  });

  it("C-06 gets no session of another server of the same profile", async () => {
    const mine = await start((_request, response) => sendJson(response, 200, makeSessionInfo()));
    const other = await start((_request, response) => sendJson(response, 200, makeSessionInfo()));
    await mkdir(home.configDirectory, { mode: 0o700 });
    const profile = { server: mine.url, sessions: { [mine.url]: { storage: "file", email: "ada@partner.com" } } };
    await writeFile(
      join(home.configDirectory, "config.json"),
      JSON.stringify({ version: 1, profiles: { default: profile } }),
    );
    const result = await home.run(["whoami", "--server", other.url], { env: { BRIKSYNC_TOKEN: undefined } });
    expect(result.exitCode).toBe(4);
    expect(other.requests).toEqual([]);
  });

  it("with only the documented calls still works with whoami, and other commands say what is missing", async () => {
    const server = await start((request, response) => {
      if (request.url?.startsWith("/external/v1/auth/keys")) sendJson(response, 200, []);
      else sendJson(response, 404, { error: { code: 404, message: "Resource does not exist" } });
    });
    const whoami = await home.run(["whoami", "-o", "json", "--server", server.url]);
    expect(whoami.exitCode).toBe(0);
    expect(whoami.stderr).toContain("accepts the token");
    expect(JSON.parse(whoami.stdout)).toMatchObject({ user: null, plan: null, token: { source: "environment" } });
    const companies = await home.run(["companies", "list", "--server", server.url]);
    expect(companies.exitCode).toBe(3);
    expect(companies.stderr).toContain("does not support this");
  });

  it("that hangs makes a command fail after --timeout and report the outcome", async () => {
    const server = await start(() => {});
    const result = await home.run(["whoami", "--server", server.url, "--timeout", "0.7"]);
    expect(result).toMatchObject({ exitCode: 8, stdout: "" });
    expect(result.stderr).toContain("--timeout");
  });
});
