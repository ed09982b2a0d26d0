import { spawn, spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createFakePrograms } from "../packages/cli/test/support/fake-program.ts";
import { adminEmail, createAdmin, type LocalServer, startLocalServer } from "./local-server.ts";
import { cliEntry, repositoryRoot, serverEntry } from "./paths.ts";
import { readReadmeBlocks, readTaggedBlocks, readWorkflowSteps } from "./readme.ts";
import { renderText } from "./screen.ts";
import { runProgramInTerminal } from "./terminal.ts";

const folder = mkdtempSync(join(tmpdir(), "briksync-readme-"));
const binFolder = join(folder, "bin");
const password = "an unlikely sentence about bridges";
let server: LocalServer;

/** Puts a program of this repository on a PATH of its own, under the name that the README uses. */
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

describe("every command line in the README works", () => {
  it("has no block that no test runs", () => {
    const tags = ["clone", "test", "start", "session", "ci", "server", "sdk"];
    const unknown = readReadmeBlocks().filter((block) => block.language !== "text" && !tags.includes(block.tag));
    expect(unknown).toEqual([]);
    for (const tag of tags) expect(readTaggedBlocks(tag), tag).not.toBe("");
  });

  it("runs the daily use, in a terminal", { timeout: 120_000 }, async () => {
    const script = readTaggedBlocks("session")
      .replace("admin@localhost", adminEmail)
      .split("\n")
      .map((line) => (line === "" ? "" : `echo '$ ${line.replaceAll("'", "'\\''")}'\n${line}`))
      .join("\n");
    const { output, exitCode } = await runProgramInTerminal("bash", ["-euo", "pipefail", "-c", script], {
      env: environment(),
      answers: [
        { question: "Password", type: password },
        { question: /Rotate|rotate[^\n]*\?/, type: "y" },
        { question: /Finish the rotation[^\n]*\?/, type: "y" },
        { question: "type the name of the key", type: "CRM" },
      ],
      timeoutMs: 100_000,
    });
    const text = await renderText(output, 110);
    expect(exitCode, text).toBe(0);
    expect(text).toContain("Signed in");
    expect(text.match(/sec_[0-9a-f]{48}/g)?.length, text).toBeGreaterThanOrEqual(3);
    expect(text).toContain('"CRM" is revoked');
    expect(text).toContain("key.rotated");
  });

  it("runs the steps of the CI recipe as the runner would", { timeout: 60_000 }, async () => {
    const programs = await createFakePrograms(folder);
    await programs.set("gh", "gh version 2.40.0");
    const steps = readWorkflowSteps(readTaggedBlocks("ci"));
    expect(steps).toHaveLength(2);
    const workspace = join(folder, "workspace");
    mkdirSync(workspace);
    for (const step of steps) {
      const result = spawnSync("bash", ["-eo", "pipefail", "-c", step], {
        cwd: workspace,
        encoding: "utf8",
        input: "",
        env: environment({
          PATH: [binFolder, programs.directory, process.env["PATH"]].join(delimiter),
          CI: "true",
          GITHUB_ACTIONS: "true",
          BRIKSYNC_EMAIL: adminEmail,
          BRIKSYNC_PASSWORD: password,
          BRIKSYNC_STORAGE: "",
          BRIKSYNC_CONFIG_DIR: join(folder, "ci-config"),
          GITHUB_REPOSITORY: "acme/web",
          GH_TOKEN: "github_pat_x",
        }),
      });
      expect(result.status, `${step}\n${result.stdout}${result.stderr}`).toBe(0);
    }
    expect((await programs.listRuns()).filter(({ stdin }) => /^sec_[0-9a-f]{48}$/.test(stdin))).toHaveLength(1);
  });

  it("runs the server in production", { timeout: 60_000 }, async () => {
    const script = readTaggedBlocks("server").replaceAll("/var/lib/briksync", join(folder, "production"));
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
    expect(output).toContain("Every audit chain is intact.");
  });

  it("runs the SDK's example", { timeout: 60_000 }, () => {
    // Inside the repository, so that the package's name resolves as it would in a project that installed it.
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

  it("tests by the command that CI runs", () => {
    const command = readTaggedBlocks("test").trim();
    expect(readFileSync(join(repositoryRoot, ".ci/run"), "utf8")).toContain(command);
  });
});

describe("a fresh clone under a fresh HOME", () => {
  const clone = join(folder, "clone");
  const home = join(folder, "fresh-home");
  // As in a new shell: nothing of the package manager or the test runner that run this, but the machine's own way to the net.
  const inherited = Object.entries(process.env).filter(
    ([name]) =>
      !/^(npm_|pnpm_|XDG_|BRIKSYNC_|VITEST|NODE_ENV$|NODE_OPTIONS$|NODE_PATH$|TEST$|INIT_CWD$|DBUS_)/i.test(name),
  );
  const bareEnvironment = {
    ...Object.fromEntries(inherited),
    HOME: home,
    NO_COLOR: "1",
    PATH: (process.env["PATH"] ?? "")
      .split(":")
      .filter((entry) => !entry.includes("node_modules"))
      .join(":"),
  };

  beforeAll(() => {
    mkdirSync(home, { recursive: true });
    const files = spawnSync("git", ["ls-files", "-co", "--exclude-standard", "-z"], {
      cwd: repositoryRoot,
      encoding: "utf8",
    });
    for (const file of files.stdout
      .split("\0")
      .filter((name) => name !== "" && existsSync(join(repositoryRoot, name)))) {
      mkdirSync(dirname(join(clone, file)), { recursive: true });
      writeFileSync(join(clone, file), readFileSync(join(repositoryRoot, file)));
    }
  });

  it("walks the tour", { timeout: 400_000 }, () => {
    const command = readTaggedBlocks("clone").trim();
    const result = spawnSync("bash", ["-c", command], {
      cwd: clone,
      env: bareEnvironment,
      encoding: "utf8",
      input: "",
      timeout: 390_000,
    });
    expect(result.status, `${result.stdout.slice(-4000)}${result.stderr.slice(-4000)}`).toBe(0);
    expect(result.stdout).toContain("Everything did what it should");
  });

  it("starts a server that keeps its data, and stops by Ctrl-C", { timeout: 200_000 }, async () => {
    const command = readTaggedBlocks("start").trim();
    const child = spawn("bash", ["-c", `exec ${command}`], {
      cwd: clone,
      env: { ...bareEnvironment, PORT: "0" },
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    let isInterrupted = false;
    const ended = new Promise((resolve) => child.on("close", resolve));
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk) => {
        output += chunk;
        if (isInterrupted || child.pid === undefined || !output.includes("briksync login")) return;
        isInterrupted = true;
        // As a terminal does it: to the whole foreground group.
        process.kill(-child.pid, "SIGINT");
      });
    }
    await ended;
    expect(output).toMatch(/Password, shown only now: +\S+/);
    expect(output).toContain("briksync login --email admin@localhost");
    const printed = /export PATH="([^"]+):\$PATH"/.exec(output)?.[1] ?? "";
    const version = spawnSync("briksync", ["--version"], {
      env: { ...bareEnvironment, PATH: printed },
      encoding: "utf8",
    });
    expect(version.stdout, version.stderr).toMatch(/^\d+\.\d+\.\d+/);
    expect(existsSync(join(clone, ".briksync/briksync.db"))).toBe(true);
  });
});
