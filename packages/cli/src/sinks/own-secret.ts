import { inspectSecret } from "@briksync/sdk";

/** Returns whether a text is a client secret or an automation token, which a new one may replace. */
export function isOwnSecret(text: string): boolean {
  return inspectSecret(text).valid || /^aut_[0-9a-f]{48}$/.test(text);
}
