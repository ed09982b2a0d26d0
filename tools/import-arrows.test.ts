import { describe, expect, it } from "vitest";
import { allowed, allowedInDomain, typeLeaves } from "./allowed-imports.ts";
import { findCycles, type Import, listSourceFiles, type SourceFile, stripText } from "./source-files.ts";

/** Compares the tables of allowed imports with the code, in both directions. ARCHITECTURE.md gives the reasons. */

const sources = listSourceFiles();

function inPackage(name: string): SourceFile[] {
  return sources.filter(({ path }) => path.startsWith(`packages/${name}/src/`));
}

/** Returns the folder below `src` that contains a file, or the file itself if it is directly in `src`. */
function unitOf(path: string): string {
  return path.split("/")[3] ?? "";
}

/** Returns the folder of the domain that contains a file, or `""` for files at the root of the domain. */
function domainFolderOf(path: string): string {
  const [folder = "", file] = path.split("/src/domain/")[1]?.split("/") ?? [];
  return file === undefined ? "" : folder;
}

function collectArrows(
  files: readonly SourceFile[],
  toUnit: (path: string) => string,
  isCounted: (one: Import) => boolean = () => true,
): Map<string, Set<string>> {
  const arrows = new Map<string, Set<string>>();
  for (const { path, imports } of files) {
    const from = toUnit(path);
    const targets = arrows.get(from) ?? new Set();
    arrows.set(from, targets);
    for (const one of imports) {
      const to = toUnit(one.target);
      if (one.target.includes("/src/") && to !== from && isCounted(one)) targets.add(to);
    }
  }
  return arrows;
}

function toTable(arrows: ReadonlyMap<string, ReadonlySet<string>>): Record<string, string> {
  return Object.fromEntries([...arrows].map(([from, targets]) => [from, [...targets].sort().join(" ")]));
}

describe("imports", () => {
  it.each(["cli", "sdk", "server", "dashboard"] as const)(
    "of %s follow the arrows, and every arrow is in use",
    (name) => {
      const files = inPackage(name);
      expect(files.length).toBeGreaterThan(name === "dashboard" ? 30 : 60);
      expect(toTable(collectArrows(files, unitOf))).toEqual(allowed[name]);
    },
  );

  it("of the domain follow the arrows, and every arrow is in use", () => {
    const files = inPackage("server").filter(({ path }) => path.includes("/src/domain/") && !typeLeaves.includes(path));
    const arrows = collectArrows(files, domainFolderOf, ({ target }) => domainFolderOf(target) !== "");
    expect(toTable(arrows)).toEqual(allowedInDomain);
    expect(findCycles(arrows)).toEqual([]);
  });

  it("have no cycles between files or folders", () => {
    for (const name of ["cli", "sdk", "server", "dashboard"]) {
      const files = inPackage(name);
      const byFile = files.map(({ path, imports }) => [path, new Set(imports.map(({ target }) => target))] as const);
      expect(findCycles(new Map(byFile))).toEqual([]);
    }
    for (const name of ["cli", "sdk"]) {
      const files = inPackage(name).filter(({ path }) => !typeLeaves.includes(path));
      const folders = collectArrows(files, unitOf, ({ target }) => !typeLeaves.includes(target));
      expect(findCycles(folders)).toEqual([]);
    }
  });

  it("of files that only declare types are type imports", () => {
    for (const path of typeLeaves) {
      const file = sources.find((source) => source.path === path);
      expect(
        file?.imports.filter(({ isTypeOnly }) => !isTypeOnly),
        path,
      ).toEqual([]);
      expect(file?.imports.length, path).toBeGreaterThan(0);
    }
  });

  it("of other packages use only their public entry points", () => {
    const foreign = sources.flatMap(({ path, imports }) =>
      imports.filter(({ target }) => target.startsWith("@briksync/")).map(({ target }) => [path.split("/")[1], target]),
    );
    expect(new Set(foreign.map((pair) => pair.join(" → ")))).toEqual(
      new Set(["cli → @briksync/sdk", "dashboard → @briksync/sdk/browser"]),
    );
    const leaving = sources.flatMap(({ path, imports }) =>
      imports
        .filter(({ target, isOwn }) => isOwn && !target.startsWith(path.split("/").slice(0, 2).join("/")))
        .map(({ target }) => `${path} → ${target}`),
    );
    expect(leaving).toEqual([]);
  });

  it("of the domain are rules and types of the store, and no framework, SQL, file system or network", () => {
    const domain = inPackage("server").filter(({ path }) => path.includes("/src/domain/"));
    const allowedPackages = [
      "@node-rs/argon2",
      "@zxcvbn-ts/language-common",
      "jose",
      "node:crypto",
      "node:timers/promises",
      "node:zlib",
    ];
    const packages = domain.flatMap(({ imports }) => imports.filter(({ isOwn }) => !isOwn).map(({ target }) => target));
    expect([...new Set(packages)].sort()).toEqual(allowedPackages);
    const stored = [...domain, ...inPackage("server").filter(({ path }) => path.includes("/src/http/"))].flatMap(
      ({ imports }) => imports.filter(({ target }) => target.includes("/src/store/")),
    );
    const parts = stored.map(({ target }) => target.split("/src/store/")[1] ?? "");
    expect([...new Set(parts.map((part) => part.replace(/^ports\/.*/, "ports")))].sort()).toEqual([
      "ports",
      "records.ts",
      "store.ts",
    ]);
    const fromStore = inPackage("server")
      .filter(({ path }) => path.includes("/src/store/"))
      .flatMap(({ imports }) => imports.filter(({ target }) => target.includes("/src/domain/")));
    expect(fromStore.filter(({ isTypeOnly }) => !isTypeOnly)).toEqual([]);
  });

  it("of the fast path of verify are only in app.ts, so that everything works without it", () => {
    const importers = sources.filter(({ imports }) =>
      imports.some(({ target }) => target.endsWith("/http/verify-fast-path.ts")),
    );
    expect(importers.map(({ path }) => path)).toEqual(["packages/server/src/app.ts"]);
  });

  it("of libraries are only in the folders that may use them", () => {
    const homes: Readonly<Record<string, RegExp>> = {
      kysely: /\/store\//,
      "better-sqlite3": /\/store\//,
      pg: /\/store\//,
      fastify: /\/src\/(http\/|app\.ts)/,
      "@fastify/": /\/src\/(http\/|app\.ts)/,
      typebox: /\/http\//,
      jose: /\/(domain\/sessions\/access-token\.ts|oidc\/|supabase\/)/,
      undici: /\/oidc\//,
      stripe: /\/stripe\//,
      commander: /\/commands\//,
    };
    for (const [library, home] of Object.entries(homes)) {
      const importers = inPackage("server").filter(({ imports }) =>
        imports.some(({ target, isOwn }) => !isOwn && (target === library || target.startsWith(library))),
      );
      expect(importers.length, library).toBeGreaterThan(0);
      expect(
        importers.map(({ path }) => path).filter((path) => !home.test(path)),
        library,
      ).toEqual([]);
    }
  });
});

describe("the two engines of the store", () => {
  it("have the same files, except those that only one engine needs", () => {
    const list = (engine: string): string[] =>
      inPackage("server")
        .flatMap(({ path }) => path.split(`/src/store/${engine}/`)[1] ?? [])
        .map((file) => file.replace(`-${engine}`, ""))
        .sort();
    const both = ["connection.ts", "dialect.ts", "errors.ts", "last-used-buffer.ts", "last-used.ts", "open.ts"];
    expect(list("sqlite").filter((file) => list("postgres").includes(file))).toEqual([...both, "verification.ts"]);
  });

  it("do not import each other", () => {
    const crossing = inPackage("server").flatMap(({ path, imports }) =>
      imports
        .filter(({ target }) => /\/(sqlite|postgres)\//.test(path) && /\/(sqlite|postgres)\//.test(target))
        .filter(({ target }) => path.includes("/sqlite/") !== target.includes("/sqlite/"))
        .map(({ target }) => `${path} → ${target}`),
    );
    expect(crossing).toEqual([]);
  });
});

describe("the process", () => {
  it("is used only by the entry points and the configuration", () => {
    const touching = [...inPackage("server"), ...inPackage("cli")]
      .filter(({ text }) => /(?<![.\w])process\.\w/.test(stripText(text)))
      .map(({ path }) => path);
    expect(touching.sort()).toEqual([
      "packages/cli/src/program/bin.ts",
      "packages/cli/src/program/embedded-library.ts",
      "packages/cli/src/program/executable.ts",
      "packages/cli/src/program/read-host.ts",
      "packages/server/src/main.ts",
    ]);
  });
});
