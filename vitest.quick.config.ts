import { defineConfig } from "vitest/config";

/**
 * `pnpm test:quick`: unit and property tests, the rules for code and documents, and one test of the built server, CLI
 * and SDK together.
 */
export default defineConfig({
  test: {
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // A new worker for each file takes one second. Tests of single units leave no state for the next file.
    isolate: false,
    maxWorkers: 2,
    include: [
      "packages/*/src/**/*.test.ts",
      "tools/{architecture,fresh-build,import-arrows,prose,structure,walk}.test.ts",
      "packages/sdk/test/{errors,testing}/*.test.ts",
      "packages/sdk/test/call/error-responses.test.ts",
      "packages/sdk/test/resources/keys.test.ts",
    ],
  },
});
