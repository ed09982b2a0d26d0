import { spawnSync } from "node:child_process";
import { repositoryRoot } from "./paths.ts";

/**
 * `pnpm check`: checks the code without running it. Runs all checks even if one fails. Exits with a non-zero code if
 * any check failed.
 */
const checks: ReadonlyArray<{ name: string; command: string }> = [
  { name: "build", command: "pnpm build" },
  { name: "types", command: "tsc -p tsconfig.check.json" },
  { name: "lint and format", command: "biome check --error-on-warnings ." },
  { name: "commits and text files", command: "node tools/check-text.ts" },
  { name: "dead code", command: "knip" },
  { name: "generated files", command: "node tools/check-generated.ts" },
  { name: "OpenAPI document", command: "spectral lint packages/server/openapi.json --fail-severity=hint" },
  {
    name: "packages: publint",
    command: "publint packages/sdk --strict && publint packages/cli --strict && publint packages/server --strict",
  },
  { name: "packages: types", command: "attw --pack packages/sdk --profile node16" },
  {
    // The published files are not minified. The limit is for the output of a bundler.
    name: "packages: size",
    command:
      "cd packages/sdk && esbuild dist/browser.js dist/worker.js dist/index.js --minify --log-level=warning --outdir=node_modules/.size && size-limit",
  },
  { name: "page: size", command: "cd packages/dashboard && size-limit" },
];

const failed: string[] = [];
for (const check of checks) {
  console.log(`\n── ${check.name}: ${check.command}`);
  const result = spawnSync(check.command, {
    cwd: repositoryRoot,
    shell: true,
    stdio: "inherit",
    env: { ...process.env, PATH: `${repositoryRoot}/node_modules/.bin:${process.env["PATH"]}` },
  });
  if (result.status !== 0) failed.push(check.name);
}
console.log(failed.length === 0 ? "\nAll checks passed." : `\nFailed: ${failed.join(", ")}`);
process.exitCode = failed.length === 0 ? 0 : 1;
