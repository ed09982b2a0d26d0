import swagger from "@fastify/swagger";
import swaggerUi from "@fastify/swagger-ui";
import type { App } from "../fastify.ts";

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
  await app.register(swaggerUi, {
    routePrefix: "/api/docs/ui",
    staticCSP: pageCsp,
    transformSpecification: () => readOpenapi(app),
    transformSpecificationClone: false,
  });
  app.get("/api/docs", { schema: { hide: true } }, async () => readOpenapi(app));
}

/** The document of a ready app. */
export function readOpenapi(app: App): { [key: string]: Json } {
  // Through JSON: schemas carry symbols and undefined that are no part of the document.
  return hoistTitledSchemas(relaxEmptyBodies(JSON.parse(JSON.stringify(app.swagger()))));
}
