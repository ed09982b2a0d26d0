import { defineConfig } from "vitest/config";
import { engines } from "./packages/server/test/support/engines.ts";

const serverTests = "packages/server/test";

/** The server's tests, on an engine. */
function listLeftOut(engine: keyof typeof engines): string[] {
  return Object.keys(engines[engine].leftOut).map((path) => `${serverTests}/${path}`);
}

export default defineConfig({
  test: {
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Two cores are what a small CI machine has; process tests fight for them.
    maxWorkers: 2,
    projects: [
      {
        extends: true,
        test: {
          name: "packages",
          include: ["packages/*/{src,test}/**/*.test.ts", "tools/**/*.test.ts"],
          exclude: ["**/node_modules/**", `${serverTests}/**`],
        },
      },
      {
        extends: true,
        test: { name: "sqlite", include: [`${serverTests}/**/*.test.ts`], exclude: listLeftOut("sqlite") },
      },
      {
        extends: true,
        test: {
          name: "postgres",
          include: [`${serverTests}/**/*.test.ts`],
          exclude: listLeftOut("postgres"),
          globalSetup: [`${serverTests}/support/postgres-setup.ts`],
        },
      },
    ],
  },
});
