import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { renderOpenapi } from "../packages/server/src/commands/openapi.ts";
import { cliPageFolders, generateCliPages } from "./cli-pages/generate-cli-pages.ts";
import { generatedFiles, locateGenerated } from "./generate.ts";
import { repositoryRoot } from "./paths.ts";

/** Generates the committed files again in memory, and compares the bytes. */
const serverVersion: string = JSON.parse(
  readFileSync(join(repositoryRoot, "packages/server/package.json"), "utf8"),
).version;
const openapiPath = join(repositoryRoot, "packages/server/openapi.json");
const openapi = await renderOpenapi(serverVersion);
const stale = readFileSync(openapiPath, "utf8") === openapi ? [] : ["packages/server/openapi.json"];
for (const { path, generate } of generatedFiles) {
  if (readFileSync(locateGenerated(path), "utf8") !== (await generate(openapi))) stale.push(path);
}
const cliPages = generateCliPages();
for (const [path, page] of cliPages) {
  if (!existsSync(locateGenerated(path)) || readFileSync(locateGenerated(path), "utf8") !== page) stale.push(path);
}
for (const folder of cliPageFolders) {
  for (const name of readdirSync(locateGenerated(folder))) {
    if (!cliPages.has(`${folder}/${name}`)) stale.push(`${folder}/${name}`);
  }
}
for (const path of stale) console.error(`${path} is stale. Run: pnpm generate`);
process.exitCode = stale.length === 0 ? 0 : 1;
