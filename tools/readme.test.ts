import { spawn, spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { requireFreshBuild } from "./fresh-build.ts";
import { adminEmail, createAdmin, type LocalServer, startLocalServer } from "./local-server.ts";
import { cliEntry, repositoryRoot, serverEntry } from "./paths.ts";
import { readPage, readReadmeBlocks, readTaggedBlocks } from "./readme.ts";
import { renderText } from "./screen.ts";
import { type Answer, runProgramInTerminal } from "./terminal.ts";

const folder = mkdtempSync(join(tmpdir(), "briksync-readme-"));
const binFolder = join(folder, "bin");
const password = "an unlikely sentence about bridges";
let server: LocalServer;

/** Puts a program of this repository into a folder for the PATH, under its name in the README. */
function installProgram(name: string, entry: string): void {
  mkdirSync(binFolder, { recursive: true });
  const path = join(binFolder, name);
  writeFileSync(path, `#!/bin/sh\nexec "${process.execPath}" "${entry}" "$@"\n`);
  chmodSync(path, 0o755);
}

function environment(extra: Record<string, string> = {}): Record<string, string> {
  return {
    HOME: folder,
    PATH: `${binFolder}:${process.env["PATH"]}`,
    BRIKSYNC_SERVER: server.url,
    BRIKSYNC_STORAGE: "file",
    BRIKSYNC_CONFIG_DIR: join(folder, "config"),
    ...extra,
  };
}

beforeAll(async () => {
  requireFreshBuild("cli");
  requireFreshBuild("server");
  installProgram("briksync", cliEntry);
  installProgram("briksync-server", serverEntry);
  const serverEnv = { DATABASE_URL: `sqlite:${join(folder, "briksync.db")}`, PORT: "0", LOG_LEVEL: "warn" };
  await createAdmin(serverEnv, password);
  server = await startLocalServer(serverEnv);
});

afterAll(async () => {
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Runs a script in a terminal, and echoes each command before it runs. */
async function runSession(script: string, env: Record<string, string>, answers: readonly Answer[]): Promise<string> {
  const echoing = script
    .split("\n")
    .map((line) => (line === "" ? "" : `echo '$ ${line.replaceAll("'", "'\\''")}'\n${line}`))
    .join("\n");
  const { output, exitCode } = await runProgramInTerminal("bash", ["-euo", "pipefail", "-c", echoing], {
    env,
    answers,
    timeoutMs: 100_000,
  });
  const text = await renderText(output, 110);
  expect(exitCode, text).toBe(0);
  return text;
}

describe("the commands in the README and in the pages that it links to", () => {
  it.each([
    // ci-recipes-with-trusts.test.ts runs the block "github".
    ["README.md", ["clone", "test", "install", "session", "start", "github", "sdk"]],
    ["docs/rotation.md", ["session"]],
    ["docs/operations.md", ["server", "anchor"]],
  ])("%s has a test for each block", (page, tags) => {
    const unknown = readReadmeBlocks(page).filter((block) => block.language !== "text" && !tags.includes(block.tag));
    expect(unknown).toEqual([]);
    for (const tag of tags) expect(readTaggedBlocks(tag, page), tag).not.toBe("");
  });

  it("runs the README's commands in a terminal", { timeout: 120_000 }, async () => {
    const script = readTaggedBlocks("session").replaceAll("https://keys.example.com", server.url);
    expect(script).toContain(`--server ${server.url} --email ${adminEmail}`);
    const { BRIKSYNC_SERVER: _, ...env } = environment();
    const text = await runSession(script, env, [
      { question: "Password", type: password },
      { question: /[Rr]otate[^\n]*\?/, type: "y" },
      { question: /type the name of the key/i, type: "CRM" },
    ]);
    expect(text).toContain("Signed in");
    expect(text.match(/sec_[0-9a-f]{48}/g)?.length, text).toBeGreaterThanOrEqual(3);
    expect(text).toContain('"CRM" is revoked');
    expect(text).toContain("key.rotated");
  });

  it("runs the commands of docs/rotation.md in a terminal", { timeout: 120_000 }, async () => {
    const env = environment({ BRIKSYNC_EMAIL: adminEmail, BRIKSYNC_PASSWORD: password });
    const text = await runSession(readTaggedBlocks("session", "docs/rotation.md"), env, [
      { question: /[Rr]otate[^\n]*\?/, type: "y" },
      { question: /Finish the rotation[^\n]*\?/, type: "y" },
    ]);
    expect(text.match(/sec_[0-9a-f]{48}/g)?.length, text).toBeGreaterThanOrEqual(3);
    expect(readFileSync(join(folder, "crm.key"), "utf8")).toMatch(/^sec_[0-9a-f]{48}$/);
    expect(text).toMatch(/^pending /m);
    expect(text).toMatch(/^retiring /m);
  });

  it("runs the server as docs/operations.md says, and checks its audit trail", { timeout: 60_000 }, async () => {
    const page = "docs/operations.md";
    const production = join(folder, "production");
    const script = readTaggedBlocks("server", page).replaceAll("/var/lib/briksync", production);
    const child = spawn("bash", ["-euo", "pipefail", "-c", script.replace(/^briksync-server serve$/m, "exec $&")], {
      env: { ...process.env, ...environment(), PORT: "0" },
    });
    let output = "";
    let isStopped = false;
    const ended = new Promise<number | null>((resolve) => child.on("close", resolve));
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk) => {
        output += chunk;
        if (!isStopped && output.includes('"msg":"listening"')) isStopped = child.kill("SIGTERM");
      });
    }
    expect(await ended, output).toBe(0);
    expect(output).toContain("All audit chains are intact.");
    const [, verify = ""] = /`(briksync-server audit verify --anchor [^`]+)`/.exec(readPage(page)) ?? [];
    const checked = spawnSync("bash", ["-euo", "pipefail", "-c", `${readTaggedBlocks("anchor", page)}${verify}`], {
      cwd: production,
      env: { ...process.env, ...environment(), DATABASE_URL: `sqlite:${join(production, "briksync.db")}` },
      encoding: "utf8",
    });
    expect(checked.status, checked.stderr).toBe(0);
    expect(checked.stdout).toContain('"ok":true');
  });

  it("runs the SDK's example", { timeout: 60_000 }, () => {
    // The folder is in the repository, so that the name of the package resolves as in a project that installed it.
    const example = join(repositoryRoot, "tools", `.readme-example-${process.pid}.ts`);
    writeFileSync(example, readTaggedBlocks("sdk"));
    try {
      const result = spawnSync(process.execPath, [example], {
        encoding: "utf8",
        env: { ...process.env, BRIKSYNC_SERVER: server.url, BRIKSYNC_PASSWORD: password },
      });
      expect(result.status, result.stderr).toBe(0);
      expect(result.stdout).toMatch(/Acme Corp api_[0-9a-f]{24} .*\[redacted\]/);
      expect(result.stdout).toContain("accepted: Invoices of Acme Corp");
      expect(result.stdout).toContain("KEY_REVOKED, outcome rejected");
    } finally {
      rmSync(example);
    }
  });

  it("name the test command that CI runs", () => {
    const command = readTaggedBlocks("test").trim();
    expect(readFileSync(join(repositoryRoot, ".ci/run"), "utf8")).toContain(command);
  });
});
