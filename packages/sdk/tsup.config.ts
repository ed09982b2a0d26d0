import { defineConfig, type Options } from "tsup";

const options: Options = {
  format: ["esm", "cjs"],
  platform: "neutral",
  target: "es2022",
  // One file per entry: what an import costs at start is mostly the number of files.
  splitting: false,
  tsconfig: "../../tsconfig.json",
};

export default defineConfig([
  {
    ...options,
    entry: ["src/index.ts"],
    // Names stay, so that a stack trace can be read.
    esbuildOptions(esbuild) {
      esbuild.minifyWhitespace = true;
      esbuild.minifySyntax = true;
    },
  },
  { ...options, entry: ["src/testing.ts"] },
  { ...options, entry: ["src/worker.ts", "src/browser.ts"], minify: true },
  {
    ...options,
    entry: ["src/index.ts", "src/worker.ts", "src/browser.ts", "src/testing.ts"],
    // Shared chunks of types have hashes in their names: without this, old ones would be published along.
    clean: ["!**/*.js", "!**/*.cjs"],
    // Constructors of the resources are no part of the API, and with them go the types of the wire.
    dts: { only: true, compilerOptions: { stripInternal: true } },
  },
]);
