import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("../src", import.meta.url));

interface Module {
  /** Path below `src`. */
  readonly path: string;
  readonly text: string;
  /** Own modules it imports, as paths below `src`. */
  readonly ours: readonly { readonly path: string; readonly isTypeOnly: boolean }[];
  /** Packages and `node:` modules it imports. */
  readonly foreign: readonly string[];
}

function readModule(path: string): Module {
  const text = readFileSync(join(root, path), "utf8");
  const statements = [
    ...text.matchAll(/^(?:import|export) (type )?[^;]*?from "([^"]+)"|^import "([^"]+)"|import\("([^"]+)"\)/gm),
  ];
  const imports = statements.map(([, type, from, bare, dynamic]) => ({
    specifier: from ?? bare ?? dynamic ?? "",
    isTypeOnly: type !== undefined,
  }));
  return {
    path,
    text,
    ours: imports
      .filter(({ specifier }) => specifier.startsWith("."))
      .map(({ specifier, isTypeOnly }) => ({
        path: relative(root, resolve(root, dirname(path), specifier)),
        isTypeOnly,
      })),
    foreign: imports.filter(({ specifier }) => !specifier.startsWith(".")).map(({ specifier }) => specifier),
  };
}

const modules = readdirSync(root, { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".ts") && !path.endsWith(".test.ts"))
  .map(readModule);

/** What each layer may import of ours; a pattern with `type:` counts for types only. */
const layers: Readonly<Record<string, readonly string[]>> = {
  "http/": ["http/", "domain/", "errors.ts", "store/store.ts", "type:store/records.ts", "passwords/password-hash.ts"],
  "domain/": ["domain/", "errors.ts", "store/store.ts", "type:store/records.ts", "type:passwords/", "type:tokens/"],
  "store/": ["store/", "type:domain/", "file-owner.ts"],
  "passwords/": ["passwords/", "domain/password-policy.ts"],
  "tokens/": ["tokens/", "domain/timestamp.ts"],
  "supabase/": ["supabase/", "domain/identity-provider.ts", "domain/timestamp.ts"],
  "stripe/": ["stripe/", "type:domain/billing-event.ts"],
  "errors.ts": [],
  "file-owner.ts": [],
  "config.ts": ["config-of-others.ts", "domain/cidr.ts", "postgres-url.ts", "type:store/open-store.ts"],
  "config-of-others.ts": ["type:domain/access.ts"],
  "postgres-url.ts": ["type:store/postgres-location.ts"],
};

const foreignForDomain = ["node:crypto", "node:timers/promises", "node:zlib", "@zxcvbn-ts/language-common"];

describe("the layers", () => {
  it("are read from a source tree that has them all", () => {
    for (const layer of Object.keys(layers))
      expect(
        modules.some(({ path }) => path.startsWith(layer)),
        layer,
      ).toBe(true);
    expect(modules.length).toBeGreaterThan(70);
  });

  it.each(Object.entries(layers))("%s imports only what it may", (layer, allowed) => {
    const offences = modules
      .filter(({ path }) => path.startsWith(layer))
      .flatMap(({ path, ours }) =>
        ours
          .filter(
            (imported) =>
              !allowed.some((pattern) =>
                pattern.startsWith("type:")
                  ? imported.isTypeOnly && imported.path.startsWith(pattern.slice("type:".length))
                  : imported.path.startsWith(pattern),
              ),
          )
          .map((imported) => `${path} imports ${imported.path}`),
      );
    expect(offences).toEqual([]);
  });

  it("domain knows no framework, SQL, file system or network", () => {
    const offences = modules
      .filter(({ path }) => path.startsWith("domain/"))
      .flatMap(({ path, foreign }) =>
        foreign
          .filter((name) => !foreignForDomain.some((allowed) => name.startsWith(allowed)))
          .map((name) => `${path} imports ${name}`),
      );
    expect(offences).toEqual([]);
  });

  it("only store/ knows SQL, only http/ and app.ts the framework, nobody the SDK or the CLI", () => {
    const homes: Readonly<Record<string, readonly string[]>> = {
      kysely: ["store/"],
      "better-sqlite3": ["store/"],
      pg: ["store/"],
      fastify: ["http/", "app.ts"],
      "@fastify/": ["http/", "app.ts"],
      typebox: ["http/"],
      jose: ["tokens/", "supabase/"],
      stripe: ["stripe/"],
      commander: ["commands/", "main.ts"],
      "@briksync/": [],
    };
    const offences = modules.flatMap(({ path, foreign }) =>
      foreign.flatMap((name) =>
        Object.entries(homes)
          .filter(([prefix, allowed]) => name.startsWith(prefix) && !allowed.some((home) => path.startsWith(home)))
          .map(() => `${path} imports ${name}`),
      ),
    );
    expect(offences).toEqual([]);
  });

  it("only main.ts and config.ts touch process", () => {
    const touching = modules.filter(({ text }) => /\bprocess\./.test(text.replaceAll(/\/\*[\s\S]*?\*\/|\/\/.*/g, "")));
    expect(touching.map(({ path }) => path).filter((path) => !["main.ts", "config.ts"].includes(path))).toEqual([]);
    const importing = modules.filter(({ foreign }) => foreign.some((name) => name.replace("node:", "") === "process"));
    expect(importing).toEqual([]);
  });

  it("no module imports itself by a detour", () => {
    const cycles: string[] = [];
    const done = new Set<string>();
    const visit = (path: string, trail: readonly string[]): void => {
      if (trail.includes(path)) {
        cycles.push([...trail.slice(trail.indexOf(path)), path].join(" → "));
        return;
      }
      if (done.has(path)) return;
      for (const imported of modules.find((module) => module.path === path)?.ours ?? [])
        visit(imported.path, [...trail, path]);
      done.add(path);
    };
    for (const { path } of modules) visit(path, []);
    expect(cycles).toEqual([]);
  });
});
