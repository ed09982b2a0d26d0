import { execFile, execFileSync } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { build } from "esbuild";
import ts from "typescript";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { requireFreshBuild } from "../../../tools/fresh-build.ts";
import { findNode } from "./find-node.ts";

const run = promisify(execFile);
const packageFolder = fileURLToPath(new URL("..", import.meta.url));

/** An empty project into which the packed tarball is installed, as a user would. */
let project: string;

beforeAll(async () => {
  requireFreshBuild("sdk");
  project = await mkdtemp(join(tmpdir(), "briksync-sdk-"));
  execFileSync("pnpm", ["pack", "--pack-destination", project], { cwd: packageFolder, stdio: "pipe" });
  const tarball = (await readdir(project)).find((name) => name.endsWith(".tgz")) ?? "";
  await writeFile(join(project, "package.json"), JSON.stringify({ name: "empty", private: true }));
  const install = ["install", "--no-audit", "--no-fund", "--prefer-offline", `./${tarball}`, "@types/node@24"];
  execFileSync("npm", install, { cwd: project, stdio: "pipe", timeout: 120_000 });
}, 180_000);

afterAll(() => rm(project, { recursive: true, force: true }));

/** What a script does that was given a copy of the package: a call over a socket, an error, a secret, the lazy import. */
const SCRIPT = `
async function main({ BrikSync, isApiError, inspectSecret }, createServer, loadedModules) {
  const before = loadedModules();
  const server = createServer((request, response) => {
    const ok = request.url.endsWith("/keys");
    response.writeHead(ok ? 201 : 404, { "content-type": "application/json" });
    response.end(JSON.stringify(ok
      ? { id: "k1", clientId: "api_1", clientSecret: "sec_1" }
      : { error: { code: 404, message: "Resource does not exist", type: "NOT_FOUND" } }));
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const client = new BrikSync({ baseUrl: "http://127.0.0.1:" + server.address().port, accessToken: "token" });
  const key = await client.keys.create({ name: "CRM" });
  const error = await client.keys.get("k2").catch((error) => error);
  const byFetch = await (await fetch("http://127.0.0.1:" + server.address().port + "/x", { method: "POST", body: "{}" })).json();
  server.close();
  console.log(JSON.stringify({
    id: key.id,
    shown: String(key.clientSecret),
    secret: key.clientSecret.reveal(),
    isNotFound: isApiError(error, "NOT_FOUND"),
    inspected: inspectSecret("sec_").valid,
    undiciBefore: before.some((path) => path.includes("undici")),
    undiciAfter: loadedModules().filter((path) => path.includes("undici")),
    globalFetchWorks: byFetch.error.code === 404,
  }));
}`;
const EXPECTED = {
  id: "k1",
  shown: "[redacted]",
  secret: "sec_1",
  isNotFound: true,
  inspected: false,
  undiciBefore: false,
  undiciAfter: [],
  globalFetchWorks: true,
};
const SCRIPTS = {
  "script.mjs": `import * as sdk from "@briksync/sdk";
import { createServer } from "node:http";
import { createRequire } from "node:module";
const { cache } = createRequire(import.meta.url);
${SCRIPT}
await main(sdk, createServer, () => Object.keys(cache));`,
  "script.cjs": `const sdk = require("@briksync/sdk");
${SCRIPT}
main(sdk, require("node:http").createServer, () => Object.keys(require.cache));`,
};

describe.each([22, 24, 26])("on Node %i", (major) => {
  let node: string;
  beforeAll(() => {
    node = findNode(major);
  }, 500_000);

  it.each(Object.entries(SCRIPTS))(
    "K-08 works from the packed tarball in %s, with undici loaded at the first call",
    async (name, text) => {
      await writeFile(join(project, name), text);
      const { stdout, stderr } = await run(node, [name], { cwd: project, timeout: 30_000 });
      expect(JSON.parse(stdout)).toEqual(EXPECTED);
      expect(stderr).toBe("");
    },
  );
});

describe("what is published", () => {
  it("K-08 is the built files, the license and the page, and nothing else", async () => {
    const installed = join(project, "node_modules", "@briksync", "sdk");
    const names = await readdir(installed, { recursive: true });
    expect(names.filter((name) => !name.startsWith("dist")).sort()).toEqual(["LICENSE", "README.md", "package.json"]);
    const manifest = JSON.parse(await readFile(join(installed, "package.json"), "utf8"));
    expect(manifest.dependencies).toBeUndefined();
    expect(await readFile(join(installed, "dist/undici.js"), "utf8")).toContain("Copyright (c) Matteo Collina");
    expect(await readFile(join(installed, "dist/index.cjs"), "utf8")).toContain("Copyright (c) Matteo Collina");
    expect(manifest.peerDependencies).toEqual({ msw: expect.stringContaining(">=") });
    expect(JSON.stringify(manifest)).not.toMatch(/catalog:|workspace:/);
    for (const name of names.filter((name) => /\.(js|cjs|ts|cts)$/.test(name))) {
      const text = await readFile(join(installed, name), "utf8");
      expect(text, name).not.toMatch(/components\[|operations\[/);
      const isForServers = !/(browser|worker)\.(js|cjs)$/.test(name);
      if (!isForServers) expect(text, name).not.toMatch(/undici|"node:/);
    }
  });

  it("K-08 imports the one part of undici it needs, so that a start stays quick", async () => {
    const script = `const start = performance.now(); await import("@briksync/sdk"); console.log(performance.now() - start)`;
    const times: number[] = [];
    for (let round = 0; round < 5; round++) {
      const { stdout } = await run(process.execPath, ["--input-type=module", "-e", script], { cwd: project });
      times.push(Number(stdout));
    }
    expect(Math.min(...times)).toBeLessThan(50);
  });
});

describe("in other people's tools", () => {
  /** What Jest does with CommonJS: a context of its own, in which `import()` fails. */
  const AS_JEST = `
const vm = require("node:vm");
const fs = require("node:fs");
const context = vm.createContext({ ...Object.fromEntries(Object.getOwnPropertyNames(globalThis)
  .filter((name) => !["Object", "Array", "Error", "Promise", "globalThis", "global"].includes(name))
  .map((name) => [name, globalThis[name]])), process, Buffer, crypto, performance, setTimeout, clearTimeout });
const loaded = { exports: {} };
const filename = require.resolve("@briksync/sdk");
const wrapper = vm.compileFunction(fs.readFileSync(filename, "utf8"), ["module", "exports", "require"], {
  filename,
  parsingContext: context,
});
wrapper(loaded, loaded.exports, require);
const sdk = loaded.exports;
${SCRIPT}
main(sdk, require("node:http").createServer, () => []);`;
  const expected = { ...EXPECTED, undiciAfter: [] };

  async function runScript(name: string): Promise<unknown> {
    const { stdout } = await run(process.execPath, [name], { cwd: project, timeout: 30_000 });
    return JSON.parse(stdout);
  }

  it("K-10 works as CommonJS where import() is not available, as in Jest with its defaults", async () => {
    await writeFile(join(project, "as-jest.cjs"), AS_JEST);
    expect(await runScript("as-jest.cjs")).toEqual(expected);
  });

  it.each([
    ["esm", "script.mjs"],
    ["esm", "script.cjs"],
    ["cjs", "script.cjs"],
    ["iife", "script.cjs"],
  ] as const)(
    "K-10 works in one file that esbuild bundles as %s from %s, without node_modules",
    async (format, name) => {
      const text = SCRIPTS[name]
        .replace(/import \{ createRequire \}.*\nconst \{ cache \}.*\n/, "")
        .replace(/Object\.keys\((require\.)?cache\)/, "[]")
        .replace('require("node:http").createServer', "createServer")
        .replace(
          /^const sdk = require.*$/m,
          'import * as sdk from "@briksync/sdk";\nimport { createServer } from "node:http";',
        );
      const folder = await mkdtemp(join(tmpdir(), "briksync-bundle-"));
      const outfile = join(folder, format === "esm" ? "bundle.mjs" : "bundle.cjs");
      const source = format === "esm" ? text : text.replace("await main(", "main(");
      const stdin = { contents: source, resolveDir: project };
      await build({ stdin, outfile, format, bundle: true, platform: "node", minify: true, logLevel: "silent" });
      const { stdout } = await run(process.execPath, [outfile], { cwd: folder, timeout: 30_000 });
      await rm(folder, { recursive: true });
      expect(JSON.parse(stdout)).toEqual(expected);
    },
  );

  it("K-10 prints a readable line and a short stack for an error that nobody catches", async () => {
    for (const [name, load] of [
      ["uncaught.mjs", 'import { BrikSync } from "@briksync/sdk";'],
      ["uncaught.cjs", 'const { BrikSync } = require("@briksync/sdk");'],
    ] as const) {
      await writeFile(join(project, name), `${load}\nnew BrikSync({ baseUrl: "nope" });`);
      const { stderr } = await run(process.execPath, [name], { cwd: project }).catch((error) => error);
      expect(stderr).toContain("baseUrl must be a URL");
      expect(Math.max(...stderr.split("\n").map((line: string) => line.length))).toBeLessThan(500);
      const mapped = await run(process.execPath, ["--enable-source-maps", name], { cwd: project }).catch(
        (error) => error,
      );
      expect(mapped.stderr).toMatch(/src\/transport\/base-url\.ts:\d+/);
    }
  });
});

describe("types", () => {
  const app = `
import { type AnyBrikSyncError, type ApiKey, BrikSync, isApiError, isBrikSyncError, Secret } from "@briksync/sdk";
function narrow(error: AnyBrikSyncError): string {
  switch (error.name) {
    case "ApiError": { const status: number = error.status; return String(status) + error.details?.length; }
    case "ResponseError": return error.clientSecret?.reveal() ?? "";
    case "RotationInterruptedError": return error.advice;
    case "ConfigurationError": case "ConnectionError": case "TimeoutError": case "AbortedError": return error.outcome;
    default: { const none: never = error; return none; }
  }
}
const client = new BrikSync({ accessToken: new Secret("token"), timeoutMs: 1000 });
export async function main(): Promise<string[]> {
  const names: string[] = [];
  for await (const key of client.keys.list({ status: "active" })) names.push(key.name);
  const created = await client.keys.create({ name: "CRM" });
  const text: string = created.clientSecret.reveal();
  const status: ApiKey["status"] = "active";
  // @ts-expect-error a secret is no string
  const wrong: string = created.clientSecret;
  // @ts-expect-error there is no such option
  new BrikSync({ timeout: 5 });
  try { await client.verify({ headers: new Headers(), ip: "203.0.113.7" }); }
  catch (error) {
    if (isApiError(error, "RATE_LIMITED")) names.push(String(error.retryAfterSeconds));
    if (isBrikSyncError(error)) names.push(narrow(error));
  }
  return [...names, text, status, wrong];
}`;
  const testing = `
import { FakeBrikSync } from "@briksync/sdk/testing";
import { BrikSync } from "@briksync/sdk";
import { setupServer } from "msw/node";
const fake = new FakeBrikSync();
export const server = setupServer(...fake.handlers);
export const client = new BrikSync({ fetch: fake.fetch, session: fake.addSession() });
fake.fail({ kind: "lost-answer", operation: "createKey" });`;
  const browser = `
import { BrikSync } from "@briksync/sdk/browser";
new BrikSync({ accessToken: "token" });
// @ts-expect-error no secret in a browser
new BrikSync({ clientSecret: "sec_1" });
// @ts-expect-error no secret in a browser
new BrikSync("sec_1");
// @ts-expect-error no verify in a browser
new BrikSync().verify();`;

  beforeAll(async () => {
    // The tools of this workspace, as if the user had installed them.
    const modules = join(project, "node_modules");
    await symlink(join(packageFolder, "node_modules", "msw"), join(modules, "msw"));
    await writeFile(join(project, "app.mts"), app);
    await writeFile(join(project, "app.cts"), app);
    await writeFile(join(project, "testing.mts"), testing);
    await writeFile(join(project, "browser.mts"), browser);
  });

  // The declarations of the language and of Node are read once for all checks.
  const sources = new Map<string, ts.SourceFile | undefined>();

  function check(files: readonly string[], flags: readonly string[]): string {
    const common = ["--noEmit", "--strict", "--target", "es2023"];
    const { options, errors } = ts.parseCommandLine([...common, ...flags]);
    const host = ts.createCompilerHost(options);
    const { getSourceFile } = host;
    host.getCurrentDirectory = () => project;
    host.getSourceFile = (name, settings, ...rest) => {
      // How a file is read depends on whether it is a module, which the options decide.
      const key = `${JSON.stringify(settings)} ${name}`;
      if (!sources.has(key)) sources.set(key, getSourceFile(name, settings, ...rest));
      return sources.get(key);
    };
    const rootNames = files.map((name) => join(project, name));
    const program = ts.createProgram({ rootNames, options, host });
    return ts.formatDiagnostics([...errors, ...ts.getPreEmitDiagnostics(program)], host);
  }

  it.each<[string, string[], string[]]>([
    [
      "node16 from ESM and CommonJS",
      ["app.mts", "app.cts"],
      ["--module", "node16", "--lib", "es2023", "--types", "node"],
    ],
    [
      "nodenext with exact optional properties",
      ["app.mts"],
      ["--module", "nodenext", "--lib", "es2023,dom", "--exactOptionalPropertyTypes"],
    ],
    [
      "a bundler, with the DOM alone",
      ["app.mts"],
      ["--module", "esnext", "--moduleResolution", "bundler", "--lib", "es2023,dom,dom.iterable"],
    ],
    [
      "the browser's entry",
      ["browser.mts"],
      ["--module", "esnext", "--moduleResolution", "bundler", "--lib", "es2023,dom"],
    ],
    [
      "the test kit with msw",
      ["testing.mts"],
      ["--module", "nodenext", "--lib", "es2023,dom", "--types", "node", "--skipLibCheck"],
    ],
  ])("K-08 resolve under %s, with the libraries checked", (_name, files, flags) => {
    expect(check(files, flags)).toBe("");
  });

  it("compile each example of the package's page", async () => {
    const page = await readFile(join(packageFolder, "README.md"), "utf8");
    const examples = [...page.matchAll(/```ts\n(.*?)```/gs)].map(([, code = ""]) => code.replace(/^import .*\n/gm, ""));
    expect(examples.length).toBeGreaterThanOrEqual(4);
    const surroundings = `
import { BrikSync, createMemorySessionStore, isApiError, isBrikSyncError, parseCidr, type SessionStore } from "@briksync/sdk";
declare const briksync: BrikSync, key: { readonly id: string };
import { FakeBrikSync } from "@briksync/sdk/testing";
import { readFile, writeFile } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
declare const password: string, file: string;
declare const vault: { write(text: string): Promise<void> };
declare const request: IncomingMessage, response: ServerResponse;
declare function withFileLock<T>(file: string, work: () => Promise<T>): Promise<T>;
declare function expect(promise: Promise<unknown>): { rejects: { toMatchObject(facts: object): Promise<void> } };
export const needed = [BrikSync, FakeBrikSync, createMemorySessionStore, isApiError, isBrikSyncError, parseCidr, readFile, writeFile];`;
    const functions = examples.map((code, index) => `export async function example${index}() {\n${code}\n}`);
    await writeFile(join(project, "examples.mts"), [surroundings, ...functions].join("\n"));
    const flags = [
      "--module",
      "nodenext",
      "--lib",
      "es2023,dom,esnext.asynciterable",
      "--exactOptionalPropertyTypes",
      "--types",
      "node",
      "--skipLibCheck",
    ];
    expect(check(["examples.mts"], flags)).toBe("");
  });

  it("K-07 refuse a secret under the browser condition of a bundler", async () => {
    await writeFile(join(project, "conditional.mts"), browser.replace("@briksync/sdk/browser", "@briksync/sdk"));
    const flags = ["--module", "esnext", "--moduleResolution", "bundler", "--lib", "es2023,dom"];
    expect(check(["conditional.mts"], [...flags, "--customConditions", "browser"])).toBe("");
  });
});
