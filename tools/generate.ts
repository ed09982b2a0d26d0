import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import openapiTS, { astToString } from "openapi-typescript";
import { errorCatalogue } from "../packages/server/src/errors.ts";
import { cliPageFolders, generateCliPages } from "./cli-pages/generate-cli-pages.ts";

const root = new URL("../", import.meta.url);

/** The committed OpenAPI document, which the server generates. */
export const openapiFile = new URL("packages/server/openapi.json", root);

const header = "// Generated from packages/server/openapi.json by tools/generate.ts. Do not edit.\n\n";

interface Schema {
  readonly enum?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
}

/** Returns the allowed values of a property. Throws if the document has no list of them. */
function readValues(openapiText: string, path: readonly string[]): readonly string[] {
  const [name = "", ...properties] = path;
  const { components } = JSON.parse(openapiText) as { components: { schemas: Record<string, Schema> } };
  const schema = properties.reduce<Schema | undefined>(
    (parent, property) => parent?.properties?.[property],
    components.schemas[name],
  );
  if (schema?.enum === undefined) throw new Error(`The OpenAPI document has no list of values for ${path.join(".")}`);
  return schema.enum;
}

function writeUnion(description: string, name: string, values: readonly string[]): string {
  return `/** ${description} */\nexport type ${name} =\n${values.map((value) => `  | "${value}"`).join("\n")};\n`;
}

/** Generates files from the OpenAPI document and the server. The same sources always result in the same bytes. */
export const generatedFiles: ReadonlyArray<{ path: string; generate(openapiText: string): Promise<string> }> = [
  {
    path: "packages/sdk/src/generated/openapi.ts",
    generate: async (text) => header + astToString(await openapiTS(text, { immutable: true, silent: true })),
  },
  {
    path: "packages/sdk/src/generated/vocabulary.ts",
    generate: async (text) =>
      [
        header.trimEnd(),
        writeUnion(
          "The error types that a BrikSync server names in its error bodies.",
          "KnownApiErrorType",
          readValues(text, ["ErrorResponse", "error", "type"]),
        ),
        writeUnion(
          "The actions that a BrikSync server records in its audit trail.",
          "KnownAuditAction",
          readValues(text, ["AuditEvent", "action"]),
        ),
      ]
        .join("\n\n")
        .replaceAll("\n\n\n", "\n\n"),
  },
  {
    path: "packages/sdk/src/generated/error-catalog.ts",
    generate: async () => {
      const entries = Object.entries(errorCatalogue).map(
        ([type, { status, message }]) => `  ${type}: [${status}, ${JSON.stringify(message)}],\n`,
      );
      return `// Generated from packages/server/src/errors.ts by tools/generate.ts. Do not edit.\n\n/** The status and the usual message of each error type of the server. */\nexport const errorCatalog = {\n${entries.join("")}} as const;\n`;
    },
  },
  {
    path: "packages/sdk/src/generated/cidr.ts",
    generate: async () => {
      const source = "packages/server/src/domain/network/cidr.ts";
      return `// Copied from ${source} by tools/generate.ts. Do not edit.\n\n${await readFile(new URL(source, root), "utf8")}`;
    },
  },
  {
    path: "packages/cli/src/generated/audit-actions.ts",
    generate: async (text) => {
      const values = readValues(text, ["AuditEvent", "action"]).map((action) => `  "${action}",\n`);
      return `${header}/** The actions that the server of this version records. A newer server may record more. */\nexport const auditActions = [\n${values.join("")}] as const;\n`;
    },
  },
];

/** Returns the path of a generated file. */
export function locateGenerated(path: string): URL {
  return new URL(path, root);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const text = await readFile(openapiFile, "utf8");
  for (const { path, generate } of generatedFiles) await writeFile(locateGenerated(path), await generate(text));
  for (const folder of cliPageFolders) {
    await rm(locateGenerated(folder), { recursive: true, force: true });
    await mkdir(locateGenerated(folder));
  }
  for (const [path, page] of generateCliPages()) await writeFile(locateGenerated(path), page);
}
