import { ConfigurationError } from "../errors/errors.ts";

const COMMON_NAMES = [
  "baseUrl",
  "allowInsecureHttp",
  "accessToken",
  "session",
  "timeoutMs",
  "maxRetries",
  "fetch",
  "onEvent",
];

const CALL_NAMES = ["signal", "timeoutMs", "idempotencyKey"];

/** Throws `ConfigurationError` for an option of a client that does not exist. A misspelled one would silently do nothing. */
export function checkOptionNames(options: object, further: readonly string[]): void {
  checkNames("option", options, [...COMMON_NAMES, ...further]);
}

/** As `checkOptionNames`, for the last argument of a call. `further` names what only this call takes. */
export function checkCallOptions(options: unknown, further: readonly string[] = []): void {
  if (options === undefined) return;
  if (typeof options !== "object" || options === null || "aborted" in options) {
    throw new ConfigurationError("The options of a call must be an object, such as { signal, timeoutMs: 5000 }.");
  }
  checkNames("option", options, [...CALL_NAMES, ...further]);
}

/** Throws `ConfigurationError` for a field of an input that does not exist, as the server would. */
export function checkFields(input: object, names: readonly string[]): void {
  checkNames("field", input, names);
}

function checkNames(what: "option" | "field", values: object, names: readonly string[]): void {
  const [unknown] = Object.entries(values).find(([name, value]) => value !== undefined && !names.includes(name)) ?? [];
  if (unknown === undefined) return;
  throw new ConfigurationError(`Unknown ${what} ${unknown}. Known ${what}s: ${names.join(", ")}.`);
}
