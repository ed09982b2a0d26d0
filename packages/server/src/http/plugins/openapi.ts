import swagger from "@fastify/swagger";
import swaggerUi from "@fastify/swagger-ui";
import type { App } from "../fastify.ts";
import { rateLimitHeaders } from "../rate-limit-headers.ts";

/** JSON as OpenAPI documents are made of. */
type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

function isObject(value: Json | undefined): value is { [key: string]: Json } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Moves every schema that bears a title to `components.schemas` and leaves a reference, so that clients get named types. */
export function hoistTitledSchemas(document: { [key: string]: Json }): { [key: string]: Json } {
  const schemas: { [key: string]: Json } = {};
  const visit = (value: Json): Json => {
    if (Array.isArray(value)) return value.map(visit);
    if (!isObject(value)) return value;
    const copy = Object.fromEntries(Object.entries(value).map(([key, child]) => [key, visit(child)]));
    const title = copy["title"];
    if (typeof title !== "string" || typeof copy["type"] !== "string") return copy;
    schemas[title] ??= copy;
    return { $ref: `#/components/schemas/${title}` };
  };
  const paths = visit(document["paths"] ?? {});
  const components = isObject(document["components"]) ? document["components"] : {};
  const sorted = Object.fromEntries(Object.entries(schemas).sort(([a], [b]) => (a < b ? -1 : 1)));
  return { ...document, paths, components: { ...components, schemas: sorted } };
}

/** Marks bodies without a required field as optional: the documented calls of rotate and revoke have none. */
function relaxEmptyBodies(document: { [key: string]: Json }): { [key: string]: Json } {
  const visit = (value: Json): Json => {
    if (Array.isArray(value)) return value.map(visit);
    if (!isObject(value)) return value;
    const copy = Object.fromEntries(Object.entries(value).map(([key, child]) => [key, visit(child)]));
    const body = copy["requestBody"];
    if (isObject(body) && !JSON.stringify(body).includes('"required":["')) {
      copy["requestBody"] = { ...body, required: false };
    }
    return copy;
  };
  return { ...document, paths: visit(document["paths"] ?? {}) };
}

/**
 * Declares the `RateLimit` headers for every answer of a management operation: of all operations below
 * `/external/v1/auth` but those that take the credential of a key.
 */
function declareRateLimits(document: { [key: string]: Json }): { [key: string]: Json } {
  const headers = Object.fromEntries(
    Object.entries(rateLimitHeaders).map(([name, description]) => [
      name,
      { description, schema: { type: "integer", format: "int32", minimum: 0, maximum: 2 ** 31 - 1 } },
    ]),
  );
  const references = Object.fromEntries(
    Object.keys(headers).map((name) => [name, { $ref: `#/components/headers/${name}` }]),
  );
  for (const [path, operations] of Object.entries(isObject(document["paths"]) ? document["paths"] : {})) {
    if (!path.startsWith("/external/v1/auth/") || path.endsWith("/verify")) continue;
    for (const operation of Object.values(isObject(operations) ? operations : {})) {
      const responses = isObject(operation) && isObject(operation["responses"]) ? operation["responses"] : {};
      for (const response of Object.values(responses)) {
        if (isObject(response)) response["headers"] = { ...asObject(response["headers"]), ...references };
      }
    }
  }
  return { ...document, components: { ...asObject(document["components"]), headers } };
}

function asObject(value: Json | undefined): { [key: string]: Json } {
  return isObject(value) ? value : {};
}

/** The page loads only what this server serves; styles are set inline by the page's own scripts. */
const pageCsp = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** The OpenAPI 3.1 document at `/api/docs` and a page to read it at `/api/docs/ui`. Register before the routes. */
export async function registerOpenapi(app: App, version: string): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: {
        title: "BrikSync API keys",
        version,
        description:
          "Sign-in, key management and verification. Fields and types beyond the documented ones are additive.",
        license: { name: "MIT", identifier: "MIT" },
      },
      components: {
        securitySchemes: {
          session: { type: "http", scheme: "bearer", bearerFormat: "JWT", description: "Access token of signIn" },
          apiKey: { type: "apiKey", in: "header", name: "x-api-key", description: "clientId" },
          apiSecret: { type: "apiKey", in: "header", name: "x-api-secret", description: "clientSecret" },
          cronSecret: { type: "http", scheme: "bearer", description: "CRON_SECRET of the server" },
          stripeSignature: {
            type: "apiKey",
            in: "header",
            name: "stripe-signature",
            description: "Stripe's signature",
          },
          bearerSecret: { type: "http", scheme: "bearer", description: "clientSecret alone" },
        },
      },
    },
  });
  // Rendered once: anybody may ask for it, and it takes several milliseconds.
  let rendered: string | undefined;
  const render = (): string => {
    rendered ??= JSON.stringify(readOpenapi(app));
    return rendered;
  };
  await app.register(swaggerUi, {
    routePrefix: "/api/docs/ui",
    staticCSP: pageCsp,
    uiHooks: {
      // JSON is YAML, too. The plugin would write either anew for every request.
      onRequest: (request, reply, done) => {
        const [path = ""] = request.url.split("?", 1);
        if (path.endsWith("/json")) reply.type("application/json; charset=utf-8").send(render());
        else if (path.endsWith("/yaml")) reply.type("application/x-yaml").send(render());
        else done();
      },
    },
  });
  app.get("/api/docs", { schema: { hide: true } }, async (_request, reply) =>
    reply.type("application/json; charset=utf-8").send(render()),
  );
}

/** The document of a ready app. */
export function readOpenapi(app: App): { [key: string]: Json } {
  // Through JSON: schemas carry symbols and undefined that are no part of the document.
  const document = JSON.parse(JSON.stringify(app.swagger()));
  return declareRateLimits(hoistTitledSchemas(relaxEmptyBodies(document)));
}
