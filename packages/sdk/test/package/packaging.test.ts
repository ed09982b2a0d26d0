import { execFile, execFileSync } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { build } from "esbuild";
import ts from "typescript";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { requireFreshBuild } from "../../../../tools/fresh-build.ts";
import { findNode } from "../support/find-node.ts";
import { asJest, expected, scripts } from "../support/packaged-scripts.ts";
import { app, browser, testing } from "../support/packaged-sources.ts";

const run = promisify(execFile);
const packageFolder = fileURLToPath(new URL("../..", import.meta.url));

/** A project with only the packed tarball installed, as a user would install it. */
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

describe.each([22, 24, 26])("on Node %i", (major) => {
  let node: string;
  beforeAll(() => {
    node = findNode(major);
  }, 500_000);

  it.each(Object.entries(scripts))(
    "K-08 works from the packed tarball in %s, with undici loaded at the first call",
    async (name, text) => {
      await writeFile(join(project, name), text);
      const { stdout, stderr } = await run(node, [name], { cwd: project, timeout: 30_000 });
      expect(JSON.parse(stdout)).toEqual(expected);
      expect(stderr).toBe("");
    },
  );
});

describe("the published package", () => {
  it("K-08 contains only the built files, the license and the README", async () => {
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

  it("K-08 includes only the part of undici that it needs, and loads it with the first call", async () => {
    const dist = join(project, "node_modules", "@briksync", "sdk", "dist");
    expect(await readFile(join(dist, "undici.js"), "utf8")).not.toMatch(/MockAgent|CacheStorage|RedirectHandler/);
    const index = await readFile(join(dist, "index.js"), "utf8");
    expect(index).toContain('import("./undici.js")');
    expect(index).not.toMatch(/llhttp|from ?"\.\/undici\.js"/);
  });
});

describe("in other tools", () => {
  async function runScript(name: string): Promise<unknown> {
    const { stdout } = await run(process.execPath, [name], { cwd: project, timeout: 30_000 });
    return JSON.parse(stdout);
  }

  it("K-10 works as CommonJS where import() is not available, as in Jest with its defaults", async () => {
    await writeFile(join(project, "as-jest.cjs"), asJest);
    expect(await runScript("as-jest.cjs")).toEqual(expected);
  });

  it.each([
    ["esm", "script.mjs"],
    ["esm", "script.cjs"],
    ["cjs", "script.cjs"],
    ["iife", "script.cjs"],
  ] as const)(
    "K-10 works in one file that esbuild creates as %s from %s, without node_modules",
    async (format, name) => {
      const text = scripts[name]
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

  it("K-10 prints a readable line and a short stack for an uncaught error", async () => {
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
  beforeAll(async () => {
    // Link the tools of this workspace, as if the user had installed them.
    const modules = join(project, "node_modules");
    await symlink(join(packageFolder, "node_modules", "msw"), join(modules, "msw"));
    await writeFile(join(project, "app.mts"), app);
    await writeFile(join(project, "app.cts"), app);
    await writeFile(join(project, "testing.mts"), testing);
    await writeFile(join(project, "browser.mts"), browser);
  });

  // Parse the declarations of the language and of Node once for all checks.
  const sources = new Map<string, ts.SourceFile | undefined>();

  function check(files: readonly string[], flags: readonly string[]): string {
    const common = ["--noEmit", "--strict", "--target", "es2023"];
    const { options, errors } = ts.parseCommandLine([...common, ...flags]);
    const host = ts.createCompilerHost(options);
    const { getSourceFile } = host;
    host.getCurrentDirectory = () => project;
    host.getSourceFile = (name, settings, ...rest) => {
      // The options decide whether a file is a module, and so how it is parsed.
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
  ])("K-08 resolve under %s, and pass the checks of library files", (_name, files, flags) => {
    expect(check(files, flags)).toBe("");
  });

  it("compile with each example of the README", async () => {
    const page = await readFile(join(packageFolder, "README.md"), "utf8");
    const examples = [...page.matchAll(/```ts\n(.*?)```/gs)].map(([, code = ""]) => code.replace(/^import .*\n/gm, ""));
    expect(examples.length).toBeGreaterThanOrEqual(4);
    const surroundings = `
import { BrikSync, createMemorySessionStore, isApiError, isBrikSyncError, parseCidr, type SessionStore } from "@briksync/sdk";
declare const briksync: BrikSync, key: { readonly id: string };
import { FakeBrikSync } from "@briksync/sdk/testing";
import { readFile, writeFile } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
declare const password: string, file: string, trustId: string, claims: object;
declare function deliver(): Promise<void>;
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

  it("K-07 refuse a secret with a bundler's browser condition", async () => {
    await writeFile(join(project, "conditional.mts"), browser.replace("@briksync/sdk/browser", "@briksync/sdk"));
    const flags = ["--module", "esnext", "--moduleResolution", "bundler", "--lib", "es2023,dom"];
    expect(check(["conditional.mts"], [...flags, "--customConditions", "browser"])).toBe("");
  });
});
