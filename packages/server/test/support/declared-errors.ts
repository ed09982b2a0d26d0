import { readFileSync } from "node:fs";
import { type ErrorType, errorCatalogue } from "../../src/errors.ts";
import type { HttpResponse } from "./http-client.ts";

interface ErrorSchema {
  readonly properties: {
    readonly code?: { readonly enum: readonly string[] };
    readonly error?: { readonly properties: { readonly type: { readonly enum: readonly string[] } } };
  };
}
interface DeclaredResponse {
  readonly $ref?: string;
  readonly content?: { readonly "application/json"?: { readonly schema: { readonly allOf?: readonly ErrorSchema[] } } };
}
interface DeclaredOperation {
  readonly operationId: string;
  readonly responses: Record<string, DeclaredResponse>;
}
interface OpenapiDocument {
  readonly paths: Record<string, Record<string, DeclaredOperation>>;
  readonly components: { readonly responses: Record<string, DeclaredResponse> };
}

const document = JSON.parse(readFileSync(new URL("../../openapi.json", import.meta.url), "utf8")) as OpenapiDocument;

/** Every operation of the document: the pattern of its calls, and its declared error types. */
const operations = Object.entries(document.paths).flatMap(([template, methods]) =>
  Object.entries(methods).map(([method, { operationId, responses }]) => ({
    operationId,
    method: method.toUpperCase(),
    path: new RegExp(`^${template.replaceAll(/\{\w+\}/g, "[^/]+")}$`),
    declared: new Set(Object.values(responses).flatMap(listTypes)),
  })),
);

function listTypes(response: DeclaredResponse): readonly string[] {
  const name = response.$ref?.split("/").at(-1);
  const resolved = name === undefined ? response : document.components.responses[name];
  const narrowed = resolved?.content?.["application/json"]?.schema.allOf?.[1]?.properties;
  return narrowed?.code?.enum ?? narrowed?.error?.properties.type.enum ?? [];
}

/** The error types with which verify refuses a credential, according to openapi.json. */
export const verifyRefusals = operations
  .flatMap(({ operationId, declared }) => (operationId === "verify" ? [...declared] : []))
  .map((type) => type as ErrorType)
  .filter((type) => errorCatalogue[type].status < 500);

/**
 * Throws if an operation returned an error type that openapi.json does not declare for it. Every call of every test
 * runs this check, so the declarations include every error that the tests cause.
 */
export function requireDeclaredError(method: string, path: string, actual: HttpResponse): void {
  const type = actual.headers["x-briksync-error-type"];
  if (typeof type !== "string" || errorCatalogue[type as ErrorType].status !== actual.status) return;
  const [pathname = ""] = path.split("?");
  const operation = operations.find((candidate) => candidate.method === method && candidate.path.test(pathname));
  if (operation === undefined || operation.declared.has(type)) return;
  throw new Error(`openapi.json does not declare that ${method} ${pathname} can answer ${actual.status} ${type}.`);
}
