import { mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CliHome, cliPath, createCliHome } from "../support/cli-process.ts";
import { makeSessionInfo, type StubServer, sendJson, startStubServer } from "../support/stub-server.ts";

let home: CliHome;
let server: StubServer;
beforeAll(async () => {
  server = await startStubServer((request, response) => {
    const keys = [
      {
        id: "k1",
        name: "CRM",
        clientId: "api_1",
        status: "active",
        lastUsedAt: null,
        createdOn: "2026-01-15T08:00:00.000Z",
      },
    ];
    sendJson(response, 200, request.url?.includes("/keys") ? keys : makeSessionInfo());
  });
  home = await createCliHome({ BRIKSYNC_SERVER: server.url, BRIKSYNC_TOKEN: "t" });
});
afterAll(async () => {
  await server?.stop();
  await home?.remove();
});

/** Returns the files of dist that a run and its children loaded, from the coverage data of V8. */
async function listLoadedFiles(
  args: readonly string[],
  env: Record<string, string | undefined> = {},
): Promise<string[]> {
  const directory = await mkdtemp(join(tmpdir(), "briksync-coverage-"));
  try {
    const { exitCode, stderr } = await home.run(args, { env: { NODE_V8_COVERAGE: directory, ...env } });
    expect(stderr).not.toContain("Unexpected");
    expect([0, 2, 4, 9]).toContain(exitCode);
    const files = new Set<string>();
    for (const report of await readdir(directory)) {
      const { result }: { result: { url: string }[] } = JSON.parse(await readFile(join(directory, report), "utf8"));
      for (const { url } of result) if (url.includes("/packages/cli/dist/")) files.add(basename(url));
    }
    return [...files].sort();
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

describe("a run loads only", () => {
  it("the entry file for --version", async () => {
    expect(await listLoadedFiles(["--version"])).toEqual(["bin.js"]);
  });

  it("the command tree for --help", async () => {
    expect(await listLoadedFiles(["--help"])).toEqual(["bin.js", "main.js", "program.js"]);
  });

  it("the command tree and the transport for keys list -o json with a token from the environment", async () => {
    const loaded = await listLoadedFiles(["keys", "list", "-o", "json"]);
    expect(loaded).toEqual(["bin.js", "main.js", "program.js", "undici.js"]);
  });

  it("the table in addition, but no colors, for keys list without a terminal", async () => {
    const loaded = await listLoadedFiles(["keys", "list"]);
    expect(loaded).toEqual(["bin.js", "main.js", "program.js", "table.js", "undici.js"]);
  });

  it("the keychain if it may contain a session", async () => {
    const env = { BRIKSYNC_TOKEN: undefined };
    expect(await listLoadedFiles(["whoami"], env)).not.toContain("keychain-child.js");
    const login = ["login", "--email", "a@b.c", "--password-stdin"];
    expect(await listLoadedFiles(login, { ...env, BRIKSYNC_STORAGE: "file" })).not.toContain("keychain-child.js");
    expect(await listLoadedFiles(login, env)).toContain("keychain-child.js");
  });
});

describe("the built program", () => {
  it("has large libraries in separate files", async () => {
    const directory = dirname(cliPath);
    const { size } = await stat(join(directory, "program.js"));
    // The code is not minified, because uncaught errors print it. Minified code would not start faster.
    expect(size).toBeLessThan(820_000);
    const program = await readFile(join(directory, "program.js"), "utf8");
    // An uncaught error prints its source line, so no line may be too long.
    expect(program.split("\n").filter((line) => line.length > 2_000)).toEqual([]);
    for (const heavy of ["llhttp", "mute-stream", "emoji-regex"]) expect(program).not.toContain(heavy);
    // The SDK does not use HTTP/2.
    expect(await readFile(join(directory, "undici.js"), "utf8")).not.toContain("node:http2");
    expect((await readdir(directory)).filter((file) => file.endsWith(".js")).sort()).toEqual([
      "bin.js",
      "chalk.js",
      "inquirer.js",
      "keychain-child.js",
      "main.js",
      "program.js",
      "qr-code.js",
      "table.js",
      "undici.js",
    ]);
  });
});
