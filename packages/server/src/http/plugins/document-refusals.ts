import { type ErrorType, errorCatalogue } from "../../errors.ts";
import { rateLimitHeaders } from "./management-limits.ts";

/** JSON of an OpenAPI document. */
export type Json = null | boolean | number | string | Json[] | JsonObject;

/** A JSON object of an OpenAPI document. */
export interface JsonObject {
  [key: string]: Json;
}

/** The extension that contains the errors of a route until `documentRefusals` replaces it. */
export const refusalsExtension = "x-refusals";

/** Returns an object with the same names and other values. */
function mapValues<Value>(
  object: Readonly<Record<string, Value>>,
  map: (value: Value, name: string) => Json,
): JsonObject {
  return Object.fromEntries(Object.entries(object).map(([name, value]) => [name, map(value, name)]));
}

const quotaComponents = mapValues(rateLimitHeaders, (description) => ({
  description,
  schema: { type: "integer", format: "int32", minimum: 0, maximum: 2_147_483_647 },
}));

const headerComponents: JsonObject = {
  ...quotaComponents,
  AllowedOrigin: {
    description: "Set on the management plane for browser origins in CORS_ORIGINS",
    schema: { type: "string", format: "uri", maxLength: 512 },
  },
  RequestId: {
    description: "ID of the request. Error responses also contain it in the body",
    schema: { type: "string", format: "uuid", maxLength: 36 },
  },
  ErrorType: {
    description: "Error type, for proxies that cannot forward a body",
    schema: { type: "string", enum: Object.keys(errorCatalogue) },
  },
  RetryAfter: {
    description: "Seconds to wait before you retry",
    schema: { type: "integer", format: "int32", minimum: 0, maximum: 2_147_483_647 },
  },
  WwwAuthenticate: {
    description: "How to authenticate (RFC 9110, section 11.6.1)",
    schema: { type: "string", format: "challenge", maxLength: 256 },
  },
};

function refer(kind: "headers" | "responses" | "schemas", name: string): JsonObject {
  return { $ref: `#/components/${kind}/${name}` };
}

const sharedHeaders: JsonObject = {
  "x-request-id": refer("headers", "RequestId"),
  "Access-Control-Allow-Origin": refer("headers", "AllowedOrigin"),
};

/** The rate limit headers of a session. */
const quotaHeaders = mapValues(rateLimitHeaders, (_description, name) => refer("headers", name));

/** Adds the headers of the management plane to the success and default responses of an operation. */
function announceHeaders(responses: JsonObject): JsonObject {
  const headers: JsonObject = { ...sharedHeaders, ...quotaHeaders };
  return mapValues(responses, (response) => ({ ...(response as JsonObject), headers }));
}

/** `KEY_REVOKED` becomes `KeyRevoked`. */
function toPascalCase(type: ErrorType): string {
  return type.replaceAll(/([A-Z])([A-Z]*)_?/g, (_match, first: string, rest: string) => first + rest.toLowerCase());
}

/** The plane of a path: management calls, credential checks, or operation of the server. */
type Plane = "management" | "data" | "api";

function planeOf(path: string): Plane {
  if (path.startsWith("/api/")) return "api";
  return path.endsWith("/verify") ? "data" : "management";
}

/** Returns one error response with the body of the plane and its possible types. */
function describeRefusals(types: readonly ErrorType[], status: number, plane: Plane): JsonObject {
  const isApiPlane = plane === "api";
  const headers: JsonObject = { ...sharedHeaders, ...(plane === "management" ? quotaHeaders : {}) };
  headers["x-briksync-error-type"] = refer("headers", "ErrorType");
  if (status === 401) headers["WWW-Authenticate"] = refer("headers", "WwwAuthenticate");
  if (status === 429 || status === 503) headers["Retry-After"] = refer("headers", "RetryAfter");
  const type = { type: "string", enum: [...types] };
  const narrowed: JsonObject = isApiPlane
    ? { type: "object", required: ["code"], properties: { code: type } }
    : {
        type: "object",
        required: ["error"],
        properties: { error: { type: "object", required: ["type"], properties: { type } } },
      };
  return {
    description: types.map((name) => `${name}: ${errorCatalogue[name].message}.`).join(" "),
    headers,
    content: {
      "application/json": {
        schema: { allOf: [refer("schemas", isApiPlane ? "ApiErrorResponse" : "ErrorResponse"), narrowed] },
      },
    },
  };
}

/**
 * Replaces the declared errors of each route with one response per status, so that generated clients know the errors of
 * each operation. Adds the rate limit headers to the management plane. Equal responses become one component.
 */
export function documentRefusals(document: JsonObject): JsonObject {
  const responses: JsonObject = {};
  const describe = (path: string, operation: JsonObject): JsonObject => {
    const { [refusalsExtension]: refusals, ...rest } = operation;
    if (refusals === undefined) return operation;
    const plane = planeOf(path);
    const byStatus = new Map<number, ErrorType[]>();
    for (const type of refusals as ErrorType[]) {
      const { status } = errorCatalogue[type];
      byStatus.set(status, [...(byStatus.get(status) ?? []), type]);
    }
    const declared: JsonObject = {};
    for (const [status, unsorted] of byStatus) {
      const types = [...unsorted].sort();
      const name = types.map(toPascalCase).join("Or");
      const response = describeRefusals(types, status, plane);
      if (plane === "management") responses[name] ??= response;
      declared[status] = plane === "management" ? refer("responses", name) : response;
    }
    const succeeded = rest["responses"] as JsonObject;
    return {
      ...rest,
      responses: { ...declared, ...(plane === "management" ? announceHeaders(succeeded) : succeeded) },
    };
  };
  const paths = mapValues(document["paths"] as { [path: string]: JsonObject }, (methods, path) =>
    mapValues(methods, (operation) => describe(path, operation as JsonObject)),
  );
  const components = document["components"] as JsonObject;
  const sorted = Object.fromEntries(Object.entries(responses).sort(([a], [b]) => (a < b ? -1 : 1)));
  return { ...document, paths, components: { ...components, responses: sorted, headers: headerComponents } };
}
