import { execFile, execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { findNode } from "../../packages/sdk/test/support/find-node.ts";
import { requireFreshBuild } from "../fresh-build.ts";
import { findMissingPrograms } from "../installed-programs.ts";
import { repositoryRoot } from "../paths.ts";
import { provideExecutable } from "./build-executable.ts";
import { readVersion } from "./main.ts";
import { findOwnPlatform } from "./platforms.ts";
import { buildPlatformPackage, writeReleaseFiles } from "./release-files.ts";

const directory = mkdtempSync(join(tmpdir(), "briksync-npm-test-"));
const release = join(directory, "release");
const version = readVersion();
const tarball = (name: string): string => join(release, `briksync-${name}-${version}.tgz`);

beforeAll(() => {
  mkdirSync(release);
  for (const name of ["cli", "sdk", "server"] as const) {
    requireFreshBuild(name);
    const cwd = join(repositoryRoot, "packages", name);
    execFileSync("pnpm", ["pack", "--pack-destination", release], { cwd, stdio: "pipe" });
  }
}, 120_000);
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** The environment of a user who just got this Node: a new home, and the programs of the system. */
function makeEnvironment(name: string, node = process.execPath): Record<string, string> {
  const home = join(directory, name);
  mkdirSync(home, { recursive: true });
  // The registry and its certificates are settings of the machine. All other variables are those of a new user.
  const isOfMachine = ([key]: [string, unknown]): boolean =>
    /^(npm_config_(registry|cafile)|NODE_EXTRA_CA_CERTS|SSL_CERT_FILE|https?_proxy|no_proxy)$/i.test(key);
  return {
    ...Object.fromEntries(Object.entries(process.env).filter(isOfMachine)),
    HOME: home,
    PATH: [dirname(node), join(home, "prefix", "bin"), process.env["PATH"]].join(":"),
    npm_config_prefix: join(home, "prefix"),
    npm_config_cache: join(directory, "npm-cache"),
    npm_config_audit: "false",
    npm_config_fund: "false",
    npm_config_update_notifier: "false",
  } as Record<string, string>;
}

const run = promisify(execFile);

function startProgram([file = "", ...args]: readonly string[], options: { cwd: string; env: Record<string, string> }) {
  const child = spawn(file, args, { ...options, stdio: ["ignore", "pipe", "inherit"] });
  const ended = once(child, "close");
  const lines = createInterface({ input: child.stdout });
  return {
    waitForLine: (isWanted: (line: string) => boolean): Promise<string> =>
      new Promise((resolve, reject) => {
        lines.on("line", (line) => isWanted(line) && resolve(line));
        child.on("close", (code) => reject(new Error(`${file} ended with ${code}`)));
      }),
    async stop(): Promise<number | null> {
      child.kill("SIGTERM");
      await ended;
      return child.exitCode;
    },
  };
}

describe("the packed tarballs, in an empty folder under a new home", () => {
  it("npm install --global @briksync/cli installs the program and its man pages, on Node 22, 24 and 26", async () => {
    const env = makeEnvironment("global");
    const cwd = join(directory, "global");
    await run("npm", ["install", "--global", tarball("cli")], { env, cwd });
    const program = join(cwd, "prefix/bin/briksync");
    for (const major of [22, 24, 26]) {
      const { stdout, stderr } = await run(findNode(major), [program, "keys", "list", "--help"], { env, cwd });
      expect(stdout).toContain("Usage: briksync keys list");
      expect(stderr).toBe("");
    }
    expect((await run(program, ["--version"], { env, cwd })).stdout).toBe(`${version}\n`);
    expect(readdirSync(join(cwd, "prefix/share/man/man1"))).toEqual(["briksync.1"]);
    // The keychain's library is there, and says why it cannot work without a session bus.
    const bus = { DBUS_SESSION_BUS_ADDRESS: "unix:path=/nowhere" };
    const doctor = spawnSync(program, ["doctor"], { env: { ...env, ...bus }, cwd, encoding: "utf8" });
    expect(doctor.stdout).not.toContain("library is not installed");
  }, 600_000);

  it("npx @briksync/cli runs the CLI", async () => {
    const env = makeEnvironment("npx-cli");
    const { stdout } = await run("npx", ["--yes", "--package", tarball("cli"), "briksync", "--version"], {
      env,
      cwd: env["HOME"],
    });
    expect(stdout).toBe(`${version}\n`);
  }, 120_000);

  it("npm install @briksync/sdk works as an ES module and as CommonJS, on Node 22, 24 and 26", async () => {
    const env = makeEnvironment("sdk");
    const cwd = env["HOME"] ?? "";
    writeFileSync(join(cwd, "package.json"), "{}");
    await run("npm", ["install", tarball("sdk")], { env, cwd });
    const print = 'console.log(parseCidr("192.0.2.0/24") !== null)';
    for (const major of [22, 24, 26]) {
      const node = findNode(major);
      const module = `import { parseCidr } from "@briksync/sdk"; ${print}`;
      expect((await run(node, ["--input-type=module", "-e", module], { env, cwd })).stdout).toBe("true\n");
      const script = `const { parseCidr } = require("@briksync/sdk"); ${print}`;
      expect((await run(node, ["-e", script], { env, cwd })).stdout).toBe("true\n");
    }
  }, 600_000);

  it("npx @briksync/server runs the server, on Node 22, 24 and 26, until SIGTERM", async () => {
    const env: Record<string, string> = { ...makeEnvironment("server"), PORT: "0" };
    const cwd = env["HOME"] ?? "";
    const { stdout } = await run("npx", ["--yes", "--package", tarball("server"), "briksync-server", "openapi"], {
      env,
      cwd,
    });
    expect(JSON.parse(stdout).openapi).toMatch(/^3\.1/);
    writeFileSync(join(cwd, "package.json"), "{}");
    await run("npm", ["install", tarball("server")], { env, cwd });
    for (const major of [22, 24, 26]) {
      const server = startProgram([findNode(major), "node_modules/.bin/briksync-server"], { cwd, env });
      try {
        const { url } = JSON.parse(await server.waitForLine((line) => line.includes('"msg":"listening"')));
        expect((await fetch(`${url}/api/health/ready`)).status).toBe(200);
      } finally {
        expect(await server.stop()).toBe(0);
      }
    }
  }, 300_000);

  it.each(["cli", "sdk", "server"])("have only the files that %s needs, and the data that npm shows", async (name) => {
    const unpacked = join(directory, `unpacked-${name}`);
    mkdirSync(unpacked);
    execFileSync("tar", ["-xf", tarball(name), "-C", unpacked, "--strip-components=1"]);
    const manifest = JSON.parse(readFileSync(join(unpacked, "package.json"), "utf8"));
    expect(manifest).toMatchObject({ license: "MIT", version, description: expect.any(String) });
    expect(manifest.keywords.length).toBeGreaterThan(2);
    expect(manifest.publishConfig).toEqual({ access: "public" });
    expect(manifest.scripts ?? {}).not.toHaveProperty("postinstall");
    expect(JSON.stringify(manifest)).not.toMatch(/catalog:|workspace:/);
    expect(readdirSync(unpacked)).toEqual(expect.arrayContaining(["LICENSE", "README.md", "dist"]));
    expect(readdirSync(unpacked)).not.toEqual(expect.arrayContaining(["src"]));
  });
});

/** A Node that is too old, if this machine has one. */
const oldNode = ["/usr/bin/node", "/usr/local/bin/node"].find((path) =>
  /^v(1[4-9]|2[01])\./.test(spawnSync(path, ["--version"], { encoding: "utf8" }).stdout ?? ""),
);

describe.skipIf(oldNode === undefined)("on a Node that is too old (needs Node 14 to 21 in /usr)", () => {
  it("the CLI prints one line with the version that it needs", () => {
    const program = join(repositoryRoot, "packages/cli/dist/bin.js");
    const result = spawnSync(oldNode ?? "", [program, "keys", "list"], { encoding: "utf8" });
    expect(result.stderr).toMatch(/^error: briksync requires Node 22\.13 or newer\. This is Node \d+\.\d+\.\d+\.\n$/);
    expect(result).toMatchObject({ stdout: "", status: 1 });
  });
});

const missing = process.platform === "linux" ? findMissingPrograms("strip") : "the executable is built for Linux here";

describe.skipIf(missing !== undefined)(`the npm package of the executable${missing ? ` (${missing})` : ""}`, () => {
  const platform = findOwnPlatform();
  beforeAll(async () => {
    const executable = await provideExecutable(platform);
    const input = { platform, executable, version, licenses: "Licenses of Node\n", outputDirectory: release };
    buildPlatformPackage(input);
    writeReleaseFiles(release, version, undefined);
  }, 300_000);

  it("has a package for each platform, and npm installs only that of the machine", async () => {
    const { stdout } = await run("tar", ["-xOf", tarball("cli-executable"), "package/package.json"]);
    const manifest = JSON.parse(stdout);
    expect(Object.keys(manifest.optionalDependencies).sort()).toEqual(
      ["darwin-arm64", "darwin-x64", "linux-arm64", "linux-x64", "win32-x64"].map((name) => `@briksync/cli-${name}`),
    );
    const own = await run("tar", ["-xOf", tarball(`cli-${platform.name}`), "package/package.json"]);
    expect(JSON.parse(own.stdout)).toMatchObject({ os: [platform.os], cpu: [platform.cpu], libc: ["glibc"] });
  });

  it("runs the executable on any Node and returns its exit code, or else runs the JavaScript build", async () => {
    const env = makeEnvironment("executable");
    const cwd = env["HOME"] ?? "";
    writeFileSync(join(cwd, "package.json"), "{}");
    const tarballs = [tarball("cli"), tarball(`cli-${platform.name}`), tarball("cli-executable")];
    await run("npm", ["install", "--omit=optional", ...tarballs], { env, cwd });
    const launcher = join(cwd, "node_modules/@briksync/cli-executable/bin/briksync.cjs");
    const start = (node: string, ...args: string[]) =>
      spawnSync(node, [launcher, ...args], { env, cwd, encoding: "utf8" });
    // Only Node 26 is in the executable, and the report names it.
    const readNode = (): string => start(process.execPath, "doctor", "-o", "json").stdout;
    expect(readNode()).toContain("Node 26.");
    expect(start(process.execPath, "nonsense").status).toBe(2);
    if (oldNode !== undefined) expect(start(oldNode, "--version").stdout).toBe(`${version}\n`);

    rmSync(join(cwd, `node_modules/@briksync/cli-${platform.name}`), { recursive: true });
    expect(readNode()).toContain(`Node ${process.versions.node}`);
    expect(start(process.execPath, "nonsense").status).toBe(2);
  }, 240_000);
});
