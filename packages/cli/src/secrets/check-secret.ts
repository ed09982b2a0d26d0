import type { ApiKeyWithSecret } from "@briksync/sdk";
import { CliError } from "../errors/cli-error.ts";

/**
 * Throws INVALID_RESPONSE if the server returned an invalid secret. A secret must be one word, because it is written to
 * variables, lines of files and logs of CI runners. `title` says what was done.
 */
export function checkSecret({ clientSecret }: Pick<ApiKeyWithSecret, "clientSecret">, title: string): void {
  if (/^[\x21-\x7e]+$/.test(clientSecret.reveal())) return;
  throw new CliError(
    "INVALID_RESPONSE",
    `${title} But the server returned an invalid secret. It is empty, or has spaces, newlines or other invalid characters.`,
    {
      hint: "Check that this is a BrikSync server. To diagnose the problem, run: briksync doctor",
    },
  );
}
