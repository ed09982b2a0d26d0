import { isBuiltin } from "node:module";
import { fileURLToPath } from "node:url";
import { defineConfig, type Options } from "tsup";

const source = (path: string): string => fileURLToPath(new URL(`src/${path}`, import.meta.url));

/** The built files: the programs, and heavy modules that not every run needs. All other code is in `program.js`. */
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
 * Keeps `import("x")` if x is an entry, and points it to the built file. Bundles all other dynamic imports in place,
 * where they are evaluated on demand. So a start opens a few files, and not one per command.
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
 * Loads the modules of Node when the module that imports them is evaluated. Otherwise, the bundler moves all imports to
 * the top of the file, and `--help` loads http, tls and crypto for commands that it does not run.
 */
const deferBuiltins: NonNullable<Options["esbuildPlugins"]>[number] = {
  name: "defer-builtins",
  setup(build) {
    build.onResolve({ filter: /^(node:)?[a-z_/0-9]+$/ }, ({ kind, path, importer }) => {
      if (kind !== "import-statement" || !isBuiltin(path)) return undefined;
      if (path === "node:child_process" && importer.includes("commander")) return { path, namespace: "unused" };
      return { path, namespace: "builtin", sideEffects: false };
    });
    // commander needs it only for subcommands that are separate programs. There are none.
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
  // Not minified, because an uncaught error prints its line. The build removes comments, which are most of the size.
  minify: false,
  clean: true,
  // The package contains all dependencies except the native binding of the keychain, which depends on the platform.
  noExternal: [/^(?!@napi-rs\/)/],
  external: ["@napi-rs/keyring"],
  esbuildPlugins: [linkEntries, deferBuiltins],
  // ES modules are always strict, so the directive in about two hundred bundled modules is not needed.
  esbuildOptions(options) {
    delete options.tsconfig;
    options.tsconfigRaw = { compilerOptions: { alwaysStrict: false } };
  },
  // Bundled CommonJS calls require() for the modules of Node. ES modules do not have require().
  banner: {
    js: 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);',
  },
});
