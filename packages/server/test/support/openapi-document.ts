import { readFile } from "node:fs/promises";

/** A response, or a reference to a shared response. */
export interface DeclaredResponse {
  readonly $ref?: string;
  readonly description?: string;
  readonly headers?: Record<string, { readonly $ref?: string }>;
}
/** An operation of the API. */
interface Operation {
  readonly operationId: string;
  readonly summary: string;
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
  readonly security?: readonly Record<string, unknown>[];
  readonly responses: Record<string, DeclaredResponse>;
}

/** The parts of the document that tests read. */
export interface Document {
  readonly openapi: string;
  readonly info: { readonly version: string };
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: {
    readonly headers: Record<string, unknown>;
    readonly schemas: Record<string, unknown>;
    readonly securitySchemes: Record<string, unknown>;
    readonly responses: Record<string, DeclaredResponse>;
  };
}
/** The text of openapi.json. */
export const committed = await readFile(new URL("../../openapi.json", import.meta.url), "utf8");
/** openapi.json. */
export const document = JSON.parse(committed) as Document;
/** All operations with their methods and paths. */
export const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
);
