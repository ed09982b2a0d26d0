import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import openapiTS, { astToString } from "openapi-typescript";

const root = new URL("../", import.meta.url);

/** The committed description of the wire, which the server generates. */
export const OPENAPI_FILE = new URL("packages/server/openapi.json", root);

/** The SDK's types of the wire, generated from it. */
export const SDK_TYPES_FILE = new URL("packages/sdk/src/generated/openapi.ts", root);

const HEADER = "// Generated from packages/server/openapi.json by tools/generate-sdk-types.ts. Do not edit.\n\n";

/** Generates the SDK's types from the text of an OpenAPI document; the same text always gives the same bytes. */
export async function generateSdkTypes(openapiText: string): Promise<string> {
  const nodes = await openapiTS(openapiText, { immutable: true, silent: true });
  return HEADER + astToString(nodes);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await writeFile(SDK_TYPES_FILE, await generateSdkTypes(await readFile(OPENAPI_FILE, "utf8")));
}
