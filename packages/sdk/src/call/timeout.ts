import { ConfigurationError } from "../errors/errors.ts";

/** Returns a valid timeout, or throws `ConfigurationError`. `Infinity` means no timeout. */
export function checkTimeout(timeoutMs: number): number {
  if (typeof timeoutMs === "number" && timeoutMs > 0) return timeoutMs;
  throw new ConfigurationError("timeoutMs must be a number greater than 0.");
}
