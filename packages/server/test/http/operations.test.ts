import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { operations } from "../support/operations.ts";

interface Described {
  readonly operationId: string;
  readonly security?: readonly Record<string, unknown>[];
  readonly requestBody?: { readonly required?: boolean };
}

it("S-50 lists the operations that the OpenAPI document has, with their bodies and credentials", () => {
  const document = JSON.parse(readFileSync(join(import.meta.dirname, "../../openapi.json"), "utf8")) as {
    paths: Record<string, Record<string, Described>>;
  };
  const described = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { operationId, security, requestBody }]) => ({
      id: operationId,
      call: `${method.toUpperCase()} ${path}`,
      body: requestBody === undefined ? "none" : requestBody.required ? "required" : "optional",
      credential: Object.keys(security?.at(-1) ?? { none: [] })[0],
    })),
  );
  const credentials = {
    anyone: "none",
    session: "session",
    "manage-keys": "session",
    "mint-secrets": "session",
    pipeline: "pipeline",
    "client-secret": "bearerSecret",
    cron: "cronSecret",
    stripe: "stripeSignature",
  };
  const listed = operations.map(({ id, method, path, body, isBodyOptional, caller }) => ({
    id,
    call: `${method} ${path}`,
    body: body === undefined ? "none" : isBodyOptional ? "optional" : "required",
    credential: credentials[caller],
  }));
  const byId = (a: { id: string }, b: { id: string }): number => (a.id < b.id ? -1 : 1);
  expect(listed.toSorted(byId)).toEqual(described.toSorted(byId));
});
