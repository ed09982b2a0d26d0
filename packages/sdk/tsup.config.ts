import { readFileSync } from "node:fs";
import { defineConfig, type Options } from "tsup";

type Plugin = NonNullable<Options["esbuildPlugins"]>[number];

/** Keeps `import("./undici.ts")` as an import of the built file. Bundled in place, it would be parsed at each start. */
const linkUndici: Plugin = {
  name: "link-undici",
  setup(build) {
    build.onResolve({ filter: /\/undici\.ts$/ }, ({ kind }) =>
      kind === "entry-point" ? undefined : { path: "./undici.js", external: true },
    );
  },
};

/** Leaves out undici's client for HTTP/2, which the SDK does not use. Loading node:http2 takes a tenth of a run of the CLI. */
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
  // One file per entry: what an import costs at start is mostly the number of files.
  splitting: false,
  // Nothing is minified. An uncaught error prints the line it comes from, and whoever bundles the SDK minifies it anyway.
  sourcemap: true,
  tsconfig: "../../tsconfig.json",
  esbuildOptions(esbuild, { format }) {
    // Jest runs CommonJS in a context where import() fails.
    if (format === "cjs") esbuild.supported = { "dynamic-import": false };
  },
};

/** The files that hold undici: Node's client as CommonJS, and the file that Node's client as an ES module loads. */
const withUndici: Options = {
  ...options,
  platform: "node",
  noExternal: ["undici"],
  esbuildPlugins: [dropHttp2],
  removeNodeProtocol: false,
};
const license = `/*! Includes undici.\n${readFileSync(new URL("node_modules/undici/LICENSE", import.meta.url), "utf8")}*/`;
// undici is CommonJS. In an ES module, this is how its calls of require reach Node's own modules, in bundles too.
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
    // Shared chunks of types have hashes in their names: without this, old ones would be published along.
    clean: ["!**/*.js", "!**/*.cjs", "!**/*.map"],
    // Constructors of the resources are no part of the API, and with them go the types of the wire.
    dts: { only: true, compilerOptions: { stripInternal: true } },
  },
]);
