import { defineConfig } from "tsup";

export default defineConfig({
  entry: ["src/bin.ts", "src/keychain-child.ts"],
  format: ["esm"],
  platform: "node",
  target: "node22",
  splitting: true,
  treeshake: true,
  minify: true,
  clean: true,
  // Everything travels inside the package but the keychain's native binding, which is installed for its platform.
  noExternal: [/^(?!@napi-rs\/)/],
  external: ["@napi-rs/keyring"],
  // Bundled CommonJS calls require() for Node's own modules, and ES modules have none.
  banner: {
    js: 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);',
  },
});
