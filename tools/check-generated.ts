import { readFileSync } from "node:fs";
import { join } from "node:path";
import { renderOpenapi } from "../packages/server/src/commands/openapi.ts";
import { generateSdkTypes, SDK_TYPES_FILE } from "./generate-sdk-types.ts";
import { repositoryRoot } from "./paths.ts";

/** Regenerates the committed generated files in memory and compares bytes. */
const serverVersion: string = JSON.parse(
  readFileSync(join(repositoryRoot, "packages/server/package.json"), "utf8"),
).version;
const openapiPath = join(repositoryRoot, "packages/server/openapi.json");
const openapi = await renderOpenapi(serverVersion);
const stale = [
  readFileSync(openapiPath, "utf8") === openapi ? null : "packages/server/openapi.json",
  readFileSync(SDK_TYPES_FILE, "utf8") === (await generateSdkTypes(openapi))
    ? null
    : "packages/sdk/src/generated/openapi.ts",
].filter((path) => path !== null);
for (const path of stale) console.error(`${path} is stale. Run: pnpm generate`);
process.exitCode = stale.length === 0 ? 0 : 1;
