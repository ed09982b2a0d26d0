import { Ajv2020 } from "ajv/dist/2020.js";
import Fastify from "fastify";
import openapiTS from "openapi-typescript";
import { describe, expect, it } from "vitest";
import packageJson from "../../package.json" with { type: "json" };
import { renderOpenapi } from "../../src/commands/openapi.ts";
import { registerRouteGuard } from "../../src/http/plugins/route-guard.ts";
import { committed, type DeclaredResponse, document, operations } from "../support/openapi-document.ts";

function resolveResponse(response: DeclaredResponse): DeclaredResponse {
  const name = response.$ref?.split("/").at(-1);
  return name === undefined ? response : (document.components.responses[name] ?? {});
}

describe("openapi.json", () => {
  it("S-50 is byte for byte what the server renders", async () => {
    expect(await renderOpenapi(packageJson.version)).toBe(committed);
  });

  it("S-50 is OpenAPI 3.1, works with the SDK's generator, and uses JSON Schema 2020-12", async () => {
    expect(document.openapi).toBe("3.1.0");
    expect((await openapiTS(committed)).length).toBeGreaterThan(0);
    const ajv = new Ajv2020({ strict: false });
    for (const [name, schema] of Object.entries(document.components.schemas)) {
      expect(ajv.validateSchema(schema as object), name).toBe(true);
    }
    expect(ajv.validateSchema({ type: "text" })).toBe(false);
  });

  it("S-50 declares every path parameter, security scheme and response, and resolves every reference", () => {
    for (const { path, operation } of operations) {
      const declared = (operation.parameters ?? [])
        .filter((parameter) => parameter.in === "path")
        .map(({ name }) => name);
      expect(declared, operation.operationId).toEqual([...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name));
      for (const requirement of operation.security ?? []) {
        for (const scheme of Object.keys(requirement))
          expect(document.components.securitySchemes).toHaveProperty(scheme);
      }
      expect(
        Object.keys(operation.responses).some((status) => /^2\d\d$/.test(status)),
        operation.operationId,
      ).toBe(true);
      expect(operation.responses, operation.operationId).toHaveProperty("default");
      for (const response of Object.values(operation.responses)) {
        expect(resolveResponse(response).description, operation.operationId).toMatch(/./);
      }
      expect(operation.summary, operation.operationId).toMatch(/^[A-Z]/);
    }
    const references = [...committed.matchAll(/"\$ref": "#\/components\/schemas\/(\w+)"/g)].map(
      ([, name]) => name ?? "",
    );
    expect(references.length).toBeGreaterThan(20);
    for (const name of references) expect(document.components.schemas).toHaveProperty(name);
  });

  it("S-63 declares the RateLimit headers for every response of management operations, and for no others", () => {
    const names = ["RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset"];
    expect(Object.keys(document.components.headers)).toEqual(expect.arrayContaining(names));
    for (const { path, operation } of operations) {
      const isManagement = path.startsWith("/external/v1/auth/") && operation.operationId !== "verify";
      for (const [status, response] of Object.entries(operation.responses)) {
        const { headers = {} } = resolveResponse(response);
        const what = `${operation.operationId} ${status}`;
        for (const name of names) {
          expect(headers[name]?.$ref, what).toBe(isManagement ? `#/components/headers/${name}` : undefined);
        }
      }
    }
  });
});

describe("the route guard", () => {
  const response = { 200: { type: "object" }, default: { type: "object" } };
  const config = { refusals: ["INTERNAL"] } as const;
  it.each([
    ["without anything", {}, "lacks operationId, 2xx schema, default error schema"],
    ["without an operationId", { response }, "lacks operationId"],
    ["without a 2xx schema", { operationId: "x", response: { default: response.default } }, "lacks 2xx schema"],
    ["without an error schema", { operationId: "x", response: { 200: response[200] } }, "lacks default error schema"],
  ])("S-50 refuses a route %s", (_how, schema, message) => {
    const app = Fastify();
    registerRouteGuard(app as never);
    expect(() => app.get("/x", { config, schema }, async () => ({}))).toThrow(`Route GET /x ${message}`);
  });

  it("S-50 refuses a route that does not declare its errors or INTERNAL", () => {
    const app = Fastify();
    registerRouteGuard(app as never);
    const schema = { operationId: "x", response } as never;
    expect(() => app.get("/x", { schema }, async () => ({}))).toThrow("lacks refusals");
    const incomplete = { refusals: ["NOT_FOUND"] } as const;
    expect(() => app.get("/x", { config: incomplete, schema }, async () => ({}))).toThrow(
      "INTERNAL among its refusals",
    );
  });

  it("I-02 refuses a route without a rule about who may call it", () => {
    const app = Fastify();
    registerRouteGuard(app as never);
    const schema = { operationId: "x", response } as never;
    expect(() => app.get("/x", { config, schema }, async () => ({}))).toThrow("lacks a rule in domain/access.ts");
  });

  it("S-50 accepts a route with all declarations, and hidden routes", () => {
    const app = Fastify();
    registerRouteGuard(app as never);
    app.get("/x", { config, schema: { operationId: "verify", response } as never }, async () => ({}));
    app.get("/y", { schema: { hide: true } as never }, async () => ({}));
  });
});
