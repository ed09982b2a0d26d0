import { ConfigurationError } from "./errors.ts";

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

/** Refuses an option that does not exist: a misspelt one would otherwise silently do nothing. */
export function checkOptionNames(options: object, further: readonly string[]): void {
  const names = [...COMMON_NAMES, ...further];
  const unknown = Object.keys(options).find((name) => !names.includes(name));
  if (unknown === undefined) return;
  throw new ConfigurationError(`There is no option ${unknown}. The options are ${names.join(", ")}.`);
}
