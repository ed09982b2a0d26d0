import { ConfigurationError } from "../errors/errors.ts";

/** Returns a timeout that can be kept, or throws `ConfigurationError`; `Infinity` means none. */
export function checkTimeout(timeoutMs: number): number {
  if (typeof timeoutMs === "number" && timeoutMs > 0) return timeoutMs;
  throw new ConfigurationError("timeoutMs must be a number greater than 0.");
}
