import { defineConfig } from "tsup";

export default defineConfig({
  entry: ["src/index.ts", "src/worker.ts", "src/browser.ts"],
  format: ["esm", "cjs"],
  platform: "neutral",
  target: "es2022",
  // One file per entry: what an import costs at start is mostly the number of files.
  splitting: false,
  // Constructors of the resources are no part of the API, and with them go the types of the wire.
  dts: { compilerOptions: { stripInternal: true } },
  clean: true,
  treeshake: true,
  tsconfig: "../../tsconfig.json",
  // No comments and no white space, but names as they are, so that a stack trace can be read.
  esbuildOptions(options) {
    options.minifyWhitespace = true;
    options.minifySyntax = true;
  },
});
