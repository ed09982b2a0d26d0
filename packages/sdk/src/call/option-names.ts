import { ConfigurationError } from "../errors/errors.ts";

const commonNames = [
  "baseUrl",
  "allowInsecureHttp",
  "accessToken",
  "session",
  "timeoutMs",
  "maxRetries",
  "fetch",
  "onEvent",
];

const callNames = ["signal", "timeoutMs", "idempotencyKey"];

/**
 * Throws `ConfigurationError` for an unknown option of a client. A misspelled option would otherwise have no effect.
 */
export function checkOptionNames(options: object, further: readonly string[]): void {
  checkNames("option", options, [...commonNames, ...further]);
}

/**
 * Throws `ConfigurationError` for an unknown option of a call. `further` lists the options that only this call accepts.
 */
export function checkCallOptions(options: unknown, further: readonly string[] = []): void {
  if (options === undefined) return;
  if (typeof options !== "object" || options === null || "aborted" in options) {
    throw new ConfigurationError("The options of a call must be an object, such as { signal, timeoutMs: 5000 }.");
  }
  checkNames("option", options, [...callNames, ...further]);
}

/** Throws `ConfigurationError` for an unknown field of an input. The server would refuse it too. */
export function checkFields(input: object, names: readonly string[]): void {
  checkNames("field", input, names);
}

/** Returns a valid timeout, or throws `ConfigurationError`. `Infinity` means no timeout. */
export function checkTimeout(timeoutMs: number): number {
  if (typeof timeoutMs === "number" && timeoutMs > 0) return timeoutMs;
  throw new ConfigurationError("timeoutMs must be a number greater than 0.");
}

function checkNames(what: "option" | "field", values: object, names: readonly string[]): void {
  const [unknown] = Object.entries(values).find(([name, value]) => value !== undefined && !names.includes(name)) ?? [];
  if (unknown === undefined) return;
  throw new ConfigurationError(`Unknown ${what} ${unknown}. Known ${what}s: ${names.join(", ")}.`);
}
