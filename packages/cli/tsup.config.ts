import { isBuiltin } from "node:module";
import { fileURLToPath } from "node:url";
import { defineConfig, type Options } from "tsup";

const source = (path: string): string => fileURLToPath(new URL(`src/${path}`, import.meta.url));

/** What becomes a file of its own: the programs, and whatever is heavy and not always needed. The rest is one file, `program.js`. */
const entry = {
  bin: source("program/bin.ts"),
  main: source("program/main.ts"),
  program: source("program/run-program.ts"),
  "keychain-child": source("program/keychain-child.ts"),
  table: source("terminal/table.ts"),
  "qr-code": source("session/qr-code.ts"),
  chalk: fileURLToPath(import.meta.resolve("chalk")),
  inquirer: fileURLToPath(import.meta.resolve("inquirer")),
  undici: fileURLToPath(new URL("../sdk/dist/undici.js", import.meta.url)),
};

/**
 * Keeps `import("x")` as it is where x is one of the entries, and points it to that file. Every other dynamic import is bundled
 * in place and evaluated on demand, so that a start opens a handful of files and not one per command.
 */
const linkEntries: NonNullable<Options["esbuildPlugins"]>[number] = {
  name: "link-entries",
  setup(build) {
    const names = new Map(Object.entries(entry).map(([name, path]) => [path, name]));
    build.onResolve({ filter: /.*/ }, async ({ kind, path, importer, resolveDir, pluginData }) => {
      if (kind !== "dynamic-import" || pluginData === linkEntries) return undefined;
      const resolved = await build.resolve(path, { kind, importer, resolveDir, pluginData: linkEntries });
      const name = names.get(resolved.path);
      return name === undefined ? undefined : { path: `./${name}.js`, external: true };
    });
  },
};

/**
 * Loads Node's own modules when the module that imports them is evaluated. Left as they are, all imports of a file are hoisted to
 * its top, and `--help` would load http, tls and crypto for commands it does not run.
 */
const deferBuiltins: NonNullable<Options["esbuildPlugins"]>[number] = {
  name: "defer-builtins",
  setup(build) {
    build.onResolve({ filter: /^(node:)?[a-z_/0-9]+$/ }, ({ kind, path, importer }) => {
      if (kind !== "import-statement" || !isBuiltin(path)) return undefined;
      if (path === "node:child_process" && importer.includes("commander")) return { path, namespace: "unused" };
      return { path, namespace: "builtin", sideEffects: false };
    });
    // commander starts subcommands that are programs of their own with it; there are none here.
    build.onLoad({ filter: /.*/, namespace: "unused" }, () => ({ contents: "export default {};" }));
    build.onLoad({ filter: /.*/, namespace: "builtin" }, ({ path }) => ({
      contents: `module.exports = require(${JSON.stringify(path)});`,
    }));
  },
};

export default defineConfig({
  entry,
  format: ["esm"],
  platform: "node",
  target: "node22",
  splitting: false,
  removeNodeProtocol: false,
  // Not minified: an uncaught error prints the line that it comes from. Comments are gone, and so is most of the size.
  minify: false,
  clean: true,
  // Everything travels inside the package but the keychain's native binding, which is installed for its platform.
  noExternal: [/^(?!@napi-rs\/)/],
  external: ["@napi-rs/keyring"],
  esbuildPlugins: [linkEntries, deferBuiltins],
  // ES modules are strict anyway; said again in each of some two hundred bundled modules it is only weight.
  esbuildOptions(options) {
    delete options.tsconfig;
    options.tsconfigRaw = { compilerOptions: { alwaysStrict: false } };
  },
  // Bundled CommonJS calls require() for Node's own modules, and ES modules have none.
  banner: {
    js: 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);',
  },
});
