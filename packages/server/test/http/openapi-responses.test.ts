import { Ajv2020 } from "ajv/dist/2020.js";
import addFormatsModule from "ajv-formats";
import { describe, expect, it } from "vitest";
import { createTestKey } from "../support/keys.ts";
import { useServer } from "../support/lifetimes.ts";
import { document, operations } from "../support/openapi-document.ts";
import { createSignedIn } from "../support/people.ts";

const documentId = "https://example.com/openapi.json";

describe("openapi.json", () => {
  describe("responses of the server", () => {
    const server = useServer();

    it("S-50 match their schemas without additional fields", async () => {
      const ajv = new Ajv2020({ strict: false });
      addFormatsModule.default(ajv);
      const close = (schema: unknown): unknown => {
        if (Array.isArray(schema)) return schema.map(close);
        if (typeof schema !== "object" || schema === null) return schema;
        const copy = Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, close(value)]));
        return copy["type"] === "object" && copy["properties"] !== undefined
          ? { ...copy, additionalProperties: false }
          : copy;
      };
      ajv.addSchema({ $id: documentId, ...(close(document) as object) });
      const check = (operationId: string, status: string, body: unknown): void => {
        const found = operations.find(({ operation }) => operation.operationId === operationId);
        if (found === undefined) throw new Error(operationId);
        const escaped = found.path
          .replaceAll("~", "~0")
          .replaceAll("/", "~1")
          .replaceAll("{", "%7B")
          .replaceAll("}", "%7D");
        const pointer = `/paths/${escaped}/${found.method}/responses/${status}/content/application~1json/schema`;
        const validate = ajv.compile({ $ref: `${documentId}#${pointer}` });
        expect(validate(body), `${operationId} ${status}: ${JSON.stringify(validate.errors)}`).toBe(true);
      };
      const admin = await createSignedIn(server);
      const { token } = admin;
      const auth = "/external/v1/auth";
      const signIn = await server.call("POST", `${auth}/signin`, {
        json: { email: admin.email, password: admin.password },
      });
      check("signIn", "200", signIn.body);
      check(
        "refreshSession",
        "200",
        (await server.call("POST", `${auth}/refresh`, { json: { refreshToken: signIn.body.refreshToken } })).body,
      );
      check("getSession", "200", (await server.call("GET", `${auth}/me`, { token })).body);
      const created = await server.call("POST", `${auth}/keys`, {
        token,
        json: { name: "CRM", ipAllowlist: ["10.0.0.1"] },
      });
      check("createKey", "201", created.body);
      check("listKeys", "200", (await server.call("GET", `${auth}/keys`, { token })).body);
      check("rotateKey", "200", (await server.call("POST", `${auth}/keys/${created.body.id}/rotate`, { token })).body);
      check(
        "listAllowedIps",
        "200",
        (await server.call("GET", `${auth}/keys/${created.body.id}/ip-allowlist`, { token })).body,
      );
      check("revokeKey", "200", (await server.call("POST", `${auth}/keys/${created.body.id}/revoke`, { token })).body);
      check("getKey", "200", (await server.call("GET", `${auth}/keys/${created.body.id}`, { token })).body);
      check("listAuditEvents", "200", (await server.call("GET", `${auth}/audit`, { token })).body);
      const { clientSecret } = await createTestKey(server, token);
      check("verify", "200", (await server.call("GET", `${auth}/verify`, { token: clientSecret })).body);
      check("getHealth", "200", (await server.call("GET", "/api/health")).body);
      check("getReadiness", "200", (await server.call("GET", "/api/health/ready")).body);
      check("getKey", "default", (await server.call("GET", `${auth}/keys/x`)).body);
      check("createKey", "default", (await server.call("POST", `${auth}/keys`, { token, json: {} })).body);
      expect(() => check("getHealth", "200", { data: { status: "ok" }, error: null, more: 1 })).toThrow();
    });

    it("S-50 the server serves the document, and the page reads it", async () => {
      const { body } = await server.call("GET", "/api/docs");
      expect(body.paths).toEqual(document.paths);
      expect((await server.call("GET", "/api/docs/ui/json")).body).toEqual(body);
    });

    it("S-36 the page loads nothing from other origins, and its policy prevents it", async () => {
      for (const url of ["/api/docs/ui", "/api/docs/ui/"]) {
        const page = await server.call("GET", url);
        expect(page.status).toBe(200);
        expect(page.headers["content-type"]).toContain("text/html");
        const policy = String(page.headers["content-security-policy"]);
        expect(policy).toContain("default-src 'none'");
        expect(policy).not.toMatch(/https?:|\*|\w\.\w|'unsafe-eval'/);
        expect(policy).toMatch(/script-src 'self'(;|$)/);
        expect(page.text).not.toMatch(/<script(?![^>]* src=)[^>]*>|<style| on\w+=/);
        const links = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, link]) => link ?? "");
        expect(links.length).toBeGreaterThanOrEqual(6);
        for (const link of links) {
          expect(link).not.toMatch(/^(\w+:)?\/\//);
          const asset = await server.call("GET", new URL(link, `${server.url}${url}`).pathname);
          expect(asset.status, link).toBe(200);
          expect(asset.headers["content-security-policy"], link).toBe(policy);
          if (link.endsWith(".css")) expect(asset.text).not.toMatch(/url\(["']?https?:|@import/);
        }
      }
      const initializer = await server.call("GET", "/api/docs/ui/static/swagger-initializer.js");
      expect(initializer.text).toContain("validatorUrl: null");
    });
  });
});
