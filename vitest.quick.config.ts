import { defineConfig } from "vitest/config";

/** `pnpm test:quick`: unit and property tests, the import rules, and one walk through server, CLI and SDK. */
export default defineConfig({
  test: {
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // A worker for each file costs a second. Tests of single units leave nothing behind that the next could trip over.
    isolate: false,
    maxWorkers: 2,
    include: [
      "packages/*/src/**/*.test.ts",
      "tools/{import-arrows,fresh-build,walk}.test.ts",
      "packages/sdk/test/{conformance,error-responses,error-secrets,errors,fake,fake-networks,keys,secret}.test.ts",
    ],
  },
});
