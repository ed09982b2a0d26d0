import { inspectSecret } from "@briksync/sdk";
import type { SinkKey } from "./sink.ts";

/** Returns whether a text is a secret of the same kind as the one to deliver, which may replace it. */
export function isOwnSecret(text: string, { isToken = false }: Pick<SinkKey, "isToken">): boolean {
  return isToken ? /^aut_[0-9a-f]{48}$/.test(text) : inspectSecret(text).valid;
}
