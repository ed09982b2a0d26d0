import { Ajv, type Options } from "ajv";
import addFormatsModule from "ajv-formats";
import type { App } from "../fastify.ts";

// The package is CommonJS: its default export is a property under Node's ESM.
const addFormats = addFormatsModule.default;

/** Formats that describe a value to clients. The domain checks such values, and says in better words what is wrong. */
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

/**
 * Strict validation: unknown fields are refused and nothing is coerced, except numbers in a query string, which has
 * only text. Fastify's own default would drop unknown fields silently and turn 5 into "5".
 */
export function registerValidation(app: App): void {
  const options: Options = { removeAdditional: false, allErrors: false, strict: true, strictTypes: false };
  const exact = new Ajv({ ...options, coerceTypes: false });
  const fromText = new Ajv({ ...options, coerceTypes: true });
  for (const ajv of [exact, fromText]) {
    addFormats(ajv);
    for (const format of describedFormats) ajv.addFormat(format, true);
  }
  app.setValidatorCompiler(({ schema, httpPart }) => (httpPart === "querystring" ? fromText : exact).compile(schema));
}
