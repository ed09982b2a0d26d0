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
    `${title} But the server sent something that cannot be a secret: it is empty or has blanks, line ends or other characters.`,
    {
      hint: "Is this a BrikSync server? Look closer with: briksync doctor",
    },
  );
}
