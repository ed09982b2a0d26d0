import { readFileSync } from "node:fs";
import { defineConfig, type Options } from "tsup";

type Plugin = NonNullable<Options["esbuildPlugins"]>[number];

/**
 * Keeps `import("./undici.ts")` as an import of the built file. If it were bundled in place, each start would parse it.
 */
const linkUndici: Plugin = {
  name: "link-undici",
  setup(build) {
    build.onResolve({ filter: /\/undici\.ts$/ }, ({ kind }) =>
      kind === "entry-point" ? undefined : { path: "./undici.js", external: true },
    );
  },
};

/**
 * Omits the HTTP/2 client of undici, which the SDK does not use. Loading node:http2 takes a tenth of a run of the CLI.
 */
const dropHttp2: Plugin = {
  name: "drop-http2",
  setup(build) {
    build.onLoad({ filter: /undici\/lib\/dispatcher\/client-h2\.js$/ }, () => ({
      contents: 'module.exports = () => { throw new Error("HTTP/2 is not supported"); };',
    }));
  },
};

const options: Options = {
  format: ["esm", "cjs"],
  platform: "neutral",
  target: "es2022",
  // One file per entry, because the cost of an import is mostly the number of files.
  splitting: false,
  // Not minified, because an uncaught error prints its line. Bundlers of users minify the SDK.
  sourcemap: true,
  tsconfig: "../../tsconfig.json",
  esbuildOptions(esbuild, { format }) {
    // Jest runs CommonJS in a context where import() fails.
    if (format === "cjs") esbuild.supported = { "dynamic-import": false };
  },
};

/** The files that contain undici: the client for Node as CommonJS, and the file that its ES module loads. */
const withUndici: Options = {
  ...options,
  platform: "node",
  noExternal: ["undici"],
  esbuildPlugins: [dropHttp2],
  removeNodeProtocol: false,
};
const license = `/*! Includes undici.\n${readFileSync(new URL("node_modules/undici/LICENSE", import.meta.url), "utf8")}*/`;
// undici is CommonJS. This lets its require() calls load the modules of Node from an ES module, and from bundles.
const requireBuiltin = "const require = (name) => process.getBuiltinModule(name);";

export default defineConfig([
  { ...options, entry: ["src/testing.ts", "src/worker.ts", "src/browser.ts"] },
  { ...options, entry: ["src/index.ts"], format: ["esm"], esbuildPlugins: [linkUndici] },
  { ...withUndici, entry: ["src/index.ts"], format: ["cjs"], banner: { js: license } },
  {
    ...withUndici,
    entry: ["src/transport/undici.ts"],
    format: ["esm"],
    sourcemap: false,
    banner: { js: `${license}\n${requireBuiltin}` },
  },
  {
    ...options,
    entry: ["src/index.ts", "src/worker.ts", "src/browser.ts", "src/testing.ts"],
    // Shared chunks of types have hashes in their names. Without this, the package would contain old ones.
    clean: ["!**/*.js", "!**/*.cjs", "!**/*.map"],
    // Removes the constructors of resources, which are not part of the API, and the wire types that only they use.
    dts: { only: true, compilerOptions: { stripInternal: true } },
  },
]);
