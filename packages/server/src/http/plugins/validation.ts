import { Ajv } from "ajv";
import addFormatsModule from "ajv-formats";
import type { App } from "../fastify.ts";

// The package is CommonJS, so its default export is a property in Node's ESM.
const addFormats = addFormatsModule.default;

/** Formats that only describe values to clients. The domain checks these values with better messages. */
const describedFormats = [
  "audit-action",
  "cidr",
  "cursor",
  "device-token",
  "id",
  "idempotency-key",
  "jwt",
  "login",
  "refresh-token",
  "single-line-text",
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

/**
 * Registers strict validation. It refuses unknown fields and converts nothing, except numbers in a query string. By
 * default, Fastify would drop unknown fields and turn 5 into "5".
 */
export function registerValidation(app: App): void {
  app.setValidatorCompiler(({ schema, httpPart }) => (httpPart === "querystring" ? fromText : exact).compile(schema));
}
