import swagger from "@fastify/swagger";
import swaggerUi from "@fastify/swagger-ui";
import type { App } from "../fastify.ts";
import { documentRefusals, type Json, type JsonObject, refusalsExtension } from "./document-refusals.ts";

/** Groups of operations, in the order of the document. */
const tags = [
  { name: "Session", description: "Sign in, sign out and manage the session" },
  { name: "Keys", description: "Create, rename, rotate and revoke API keys" },
  {
    name: "Rotations",
    description: "Staged rotations. The old and the new secret work until the rotation is finished or aborted",
  },
  { name: "IP allowlist", description: "IP addresses from which a key can be used" },
  { name: "Audit", description: "Audit trail: who did what, when, and from which IP address" },
  {
    name: "Trusts",
    description: "Trusted pipelines: runs of CI systems that may rotate keys without a stored password",
  },
  { name: "Automation tokens", description: "Tokens that expire, for systems that cannot prove who they are" },
  { name: "Verify", description: "Verify credentials in services and reverse proxies" },
  { name: "Operation", description: "Health checks, scheduled jobs and billing events, for operators of the server" },
];

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Returns a copy in which `change` has replaced every object, the innermost first. */
function mapObjects(value: Json, change: (copy: JsonObject) => JsonObject): Json {
  if (Array.isArray(value)) return value.map((item) => mapObjects(item, change));
  if (!isObject(value)) return value;
  return change(Object.fromEntries(Object.entries(value).map(([key, child]) => [key, mapObjects(child, change)])));
}

/** Moves each schema with a title to `components.schemas` and leaves a reference, so that clients get named types. */
function hoistTitledSchemas(document: JsonObject): JsonObject {
  const schemas: JsonObject = {};
  const paths = mapObjects(document["paths"] ?? {}, (copy) => {
    const title = copy["title"];
    if (typeof title !== "string" || typeof copy["type"] !== "string") return copy;
    schemas[title] ??= copy;
    return { $ref: `#/components/schemas/${title}` };
  });
  const components = isObject(document["components"]) ? document["components"] : {};
  const sorted = Object.fromEntries(Object.entries(schemas).sort(([a], [b]) => (a < b ? -1 : 1)));
  return { ...document, paths, components: { ...components, schemas: sorted } };
}

/** Marks bodies without required fields as optional, because the documented calls of rotate and revoke have no body. */
function relaxEmptyBodies(document: JsonObject): JsonObject {
  const paths = mapObjects(document["paths"] ?? {}, (copy) => {
    const body = copy["requestBody"];
    const isRelaxed = isObject(body) && !JSON.stringify(body).includes('"required":["');
    return isRelaxed ? { ...copy, requestBody: { ...body, required: false } } : copy;
  });
  return { ...document, paths };
}

/** The page loads only resources of this server. Its own scripts set inline styles. */
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

/**
 * Registers the OpenAPI 3.1 document at `/api/docs` and a page at `/api/docs/ui`. Call it before the routes are
 * registered.
 */
export async function registerOpenapi(app: App, version: string): Promise<void> {
  await app.register(swagger, {
    transform: ({ schema, url, route }) => ({
      schema: { ...schema, [refusalsExtension]: route.config?.refusals },
      url,
    }),
    openapi: {
      openapi: "3.1.0",
      info: {
        title: "BrikSync API keys",
        version,
        description:
          "Sign-in, key management and verification. Clients must ignore unknown fields and accept unknown error types and enum values.",
        contact: { name: "The operator of this server" },
        license: { name: "MIT", identifier: "MIT" },
      },
      tags,
      components: {
        securitySchemes: {
          session: {
            type: "http",
            scheme: "bearer",
            bearerFormat: "JWT",
            description: "Access token from signIn. The server validates it as RFC8725 recommends",
          },
          pipeline: {
            type: "http",
            scheme: "bearer",
            description: "Token of a run (run_) from exchangeToken, or automation token (aut_)",
          },
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
  // Render once, because the endpoint is public and rendering takes several milliseconds.
  let rendered: string | undefined;
  const render = (): string => {
    rendered ??= JSON.stringify(readOpenapi(app));
    return rendered;
  };
  await app.register(swaggerUi, {
    routePrefix: "/api/docs/ui",
    staticCSP: pageCsp,
    uiHooks: {
      // JSON is also YAML. The plugin would render either for every request.
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

/** Returns the document of an app that is ready. */
export function readOpenapi(app: App): JsonObject {
  // Convert through JSON, because schemas have symbols and undefined values that do not belong to the document.
  const servers = [{ url: "/", description: "This server, in production and elsewhere", "x-internal": false }];
  const document = documentRefusals(hoistTitledSchemas(relaxEmptyBodies(JSON.parse(JSON.stringify(app.swagger())))));
  return { ...document, servers };
}
