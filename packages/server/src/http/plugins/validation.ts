import { Ajv } from "ajv";
import addFormatsModule from "ajv-formats";
import type { FastifySchema, FastifySchemaCompiler } from "fastify";
import type Type from "typebox";
import type { App } from "../fastify.ts";

// The package is CommonJS, so its default export is a property in Node's ESM.
const addFormats = addFormatsModule.default;

/** Formats that only describe values to clients. The domain checks these values with better messages. */
const describedFormats = [
  "access-token",
  "audit-action",
  "cidr",
  "cursor",
  "device-code",
  "device-token",
  "id",
  "idempotency-key",
  "jwt",
  "login",
  "refresh-token",
  "single-line-text",
  "user-code",
];

/** Compiles schemas into strict checks, for all apps of this process. Each schema is compiled once. */
function createCompiler(coerceTypes: boolean): Ajv {
  const ajv = new Ajv({
    removeAdditional: false,
    allErrors: false,
    strict: true,
    strictTypes: false,
    coerceTypes,
    // The compiler of TypeScript and the test of openapi.json check the schemas, so a start does not repeat it.
    validateSchema: false,
  });
  addFormats(ajv);
  for (const format of describedFormats) ajv.addFormat(format, true);
  return ajv;
}

const exact = createCompiler(false);
const fromText = createCompiler(true);

/** A body whose fields depend on its `grant_type`. */
type GrantBody = Type.TObject<{ readonly grant_type: Type.TLiteral<string> }>;

/**
 * Returns a compiler for a body whose schema follows from its `grant_type`, as in RFC 6749. The server therefore
 * reports only the problems of that grant. For an unknown grant, it lists all known ones.
 */
export function createGrantCompiler(schemas: readonly GrantBody[]): FastifySchemaCompiler<FastifySchema> {
  return ({ schema, httpPart }) => {
    if (httpPart !== "body") return exact.compile(schema);
    const checks = new Map(schemas.map((one) => [one.properties.grant_type.const, exact.compile(one)]));
    const grant_type = { type: "string", enum: [...checks.keys()] };
    const checkGrant = exact.compile({ type: "object", required: ["grant_type"], properties: { grant_type } });
    const validate: ReturnType<FastifySchemaCompiler<FastifySchema>> = (body: { readonly grant_type: string }) => {
      const check = checks.get(body.grant_type) ?? checkGrant;
      const isValid = check(body);
      validate.errors = check.errors ?? null;
      return isValid;
    };
    return validate;
  };
}

/**
 * Registers strict validation. It refuses unknown fields and converts nothing, except numbers in a query string. By
 * default, Fastify would drop unknown fields and turn 5 into "5".
 */
export function registerValidation(app: App): void {
  app.setValidatorCompiler(({ schema, httpPart }) => (httpPart === "querystring" ? fromText : exact).compile(schema));
}
