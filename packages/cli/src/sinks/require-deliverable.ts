import { CliError } from "../errors/cli-error.ts";
import type { DeliveredSecret } from "./sink.ts";

/**
 * Throws INVALID_RESPONSE if the secret or an ID is not valid. A destination must never receive a value that could
 * break a line of a file, a variable or an argument.
 */
export function requireDeliverable({ clientSecret, clientId, id }: DeliveredSecret): void {
  const isWord = /^[\x21-\x7e]+$/.test(clientSecret.reveal());
  const isNamed = [clientId, id].every((text) => /^[A-Za-z0-9_][A-Za-z0-9_.:-]*$/.test(text));
  if (isWord && isNamed) return;
  throw new CliError("INVALID_RESPONSE", "The server returned an invalid secret or client ID.", {
    hint: "Check that this is a BrikSync server. To diagnose the problem, run: briksync doctor",
  });
}
