import { mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CliHome, cliPath, createCliHome } from "./support/cli-process.ts";
import { makeSessionInfo, type OddServer, sendJson, startOddServer } from "./support/odd-server.ts";

let home: CliHome;
let server: OddServer;
beforeAll(async () => {
  server = await startOddServer((request, response) => {
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

/** The files of dist that a run loaded, children included, as V8's own coverage tells. */
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

describe("what a run loads", () => {
  it("--version: no command, no library", async () => {
    expect(await listLoadedFiles(["--version"])).toEqual(["bin.js"]);
  });

  it("--help: the command tree, nothing that works", async () => {
    expect(await listLoadedFiles(["--help"])).toEqual(["bin.js", "main.js", "program.js"]);
  });

  it("keys list -o json with a token from the environment: the transport, but no prompt, table, color or keychain", async () => {
    const loaded = await listLoadedFiles(["keys", "list", "-o", "json"]);
    expect(loaded).toEqual(["bin.js", "main.js", "program.js", "undici.js"]);
  });

  it("keys list without a terminal: the table, but no color", async () => {
    const loaded = await listLoadedFiles(["keys", "list"]);
    expect(loaded).toEqual(["bin.js", "main.js", "program.js", "table.js", "undici.js"]);
  });

  it("the keychain only where a session may be in it", async () => {
    const env = { BRIKSYNC_TOKEN: undefined };
    expect(await listLoadedFiles(["whoami"], env)).not.toContain("keychain-child.js");
    const login = ["login", "--email", "a@b.c", "--password-stdin"];
    expect(await listLoadedFiles(login, { ...env, BRIKSYNC_STORAGE: "file" })).not.toContain("keychain-child.js");
    expect(await listLoadedFiles(login, env)).toContain("keychain-child.js");
  });
});

describe("what is shipped", () => {
  it("has the heavy parts in files of their own", async () => {
    const directory = dirname(cliPath);
    const { size } = await stat(join(directory, "program.js"));
    // Readable, not minified: a start costs the same, and an uncaught error shows code that a person can read.
    expect(size).toBeLessThan(820_000);
    const program = await readFile(join(directory, "program.js"), "utf8");
    // An uncaught error prints the line that it comes from.
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
