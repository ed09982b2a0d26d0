import { defineConfig } from "vitest/config";
import { engines } from "./packages/server/test/support/engines.ts";
import { keepTemporaryFilesInMemory } from "./tools/memory-directory.ts";

const serverTests = "packages/server/test";

/** Returns the tests of the server that do not run on an engine. */
function listLeftOut(engine: keyof typeof engines): string[] {
  return Object.keys(engines[engine].leftOut).map((path) => `${serverTests}/${path}`);
}

keepTemporaryFilesInMemory();

export default defineConfig({
  test: {
    testTimeout: 60_000,
    hookTimeout: 120_000,
    // Tests of processes wait for a quarter of their time, so three workers use the two cores of a small CI machine.
    maxWorkers: 3,
    // A new worker for each file takes two seconds of CPU time. Tests leave no state for the next file.
    isolate: false,
    // By default, a poll fails after one second. A busy machine may need longer to render a page.
    expect: { poll: { timeout: 20_000 } },
    projects: [
      {
        extends: true,
        test: {
          name: "units",
          include: ["packages/*/src/**/*.test.ts"],
        },
      },
      {
        extends: true,
        test: {
          name: "packages",
          include: ["packages/{cli,sdk,dashboard}/test/**/*.test.ts", "tools/**/*.test.ts"],
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
