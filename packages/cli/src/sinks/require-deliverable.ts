import { CliError } from "../errors/cli-error.ts";
import type { DeliveredSecret } from "./sink.ts";

/**
 * Throws INVALID_RESPONSE for what can be no secret or client id: nothing that a file's line, a variable or a program's argument could be cut
 * off or stretched by may reach a sink.
 */
export function requireDeliverable({ clientSecret, clientId, id }: DeliveredSecret): void {
  const isWord = /^[\x21-\x7e]+$/.test(clientSecret.reveal());
  const isNamed = [clientId, id].every((text) => /^[A-Za-z0-9_][A-Za-z0-9_.:-]*$/.test(text));
  if (isWord && isNamed) return;
  throw new CliError("INVALID_RESPONSE", "The server returned an invalid secret or client ID.", {
    hint: "Check that this is a BrikSync server. To diagnose the problem, run: briksync doctor",
  });
}
