import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runCompositeAction } from "./composite-action.ts";
import { repositoryRoot } from "./paths.ts";
import { readTaggedBlocks } from "./readme.ts";

describe("a fresh clone under a fresh HOME", () => {
  const folder = mkdtempSync(join(tmpdir(), "briksync-clone-"));
  const clone = join(folder, "clone");
  const home = join(folder, "fresh-home");
  // The environment is that of a new shell: it has no variables of the package manager or the test runner, but it keeps
  // the network settings of this machine.
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

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it("runs the tour", { timeout: 400_000 }, () => {
    const command = readTaggedBlocks("clone").trim();
    const result = spawnSync("bash", ["-c", command], {
      cwd: clone,
      env: bareEnvironment,
      encoding: "utf8",
      input: "",
      timeout: 390_000,
    });
    expect(result.status, `${result.stdout.slice(-4000)}${result.stderr.slice(-4000)}`).toBe(0);
    expect(result.stdout).toContain("Every step worked");
  });

  it("installs the CLI", { timeout: 400_000 }, () => {
    const prefix = join(folder, "prefix");
    const result = spawnSync("bash", ["-euo", "pipefail", "-c", readTaggedBlocks("install")], {
      cwd: clone,
      env: { ...bareEnvironment, npm_config_prefix: prefix },
      encoding: "utf8",
      input: "",
      timeout: 390_000,
    });
    expect(result.status, `${result.stdout.slice(-4000)}${result.stderr.slice(-4000)}`).toBe(0);
    const program = spawnSync(process.execPath, [join(prefix, "bin/briksync"), "--version"], { encoding: "utf8" });
    expect(program.stdout, program.stderr).toMatch(/^\d+\.\d+\.\d+/);
  });

  it("builds and installs the CLI with the action setup-briksync", { timeout: 400_000 }, () => {
    const temp = join(folder, "runner-temp");
    const job = { env: bareEnvironment, cwd: home, temp };
    const { exitCode, output, env } = runCompositeAction(join(clone, "setup-briksync"), {}, job);
    expect(exitCode, output).toBe(0);
    const program = spawnSync("bash", ["-c", "command -v briksync; briksync --version"], { env, encoding: "utf8" });
    expect(program.stdout, program.stderr).toMatch(/^.*\/runner-temp\/briksync\/bin\/briksync\n\d+\.\d+\.\d+\n$/);
  });

  it("starts a server that keeps its data and stops on Ctrl-C", { timeout: 200_000 }, async () => {
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
        // A terminal sends the signal to the whole foreground process group.
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
