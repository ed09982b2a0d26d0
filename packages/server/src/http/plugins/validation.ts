import { Ajv, type Options } from "ajv";
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

/**
 * Registers strict validation. It refuses unknown fields and converts nothing, except numbers in a query string. By
 * default, Fastify would drop unknown fields and turn 5 into "5".
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
