import type { ApiKeyWithSecret } from "@briksync/sdk";
import { CliError } from "../errors/cli-error.ts";

/**
 * Throws INVALID_RESPONSE where the server sent something that cannot be a secret. Whatever reads it (a variable, a line of a file, the runner of
 * a pipeline) must get one word and nothing that comes after it. `title` says what was done.
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
