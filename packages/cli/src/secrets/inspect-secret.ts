import { inspectSecret } from "@briksync/sdk";
import type { Context } from "../context.ts";
import { CliError } from "../errors/cli-error.ts";
import { printRecord } from "../terminal/print-record.ts";
import { readCredential } from "./read-credential.ts";

/** The part of a secret that may be shown: its prefix and 16 of 160 random bits. */
const shownCharacters = 8;

/**
 * Runs `briksync keys inspect`: checks the format and checksum of a secret offline. Throws REFUSED if the format is not
 * valid.
 */
export async function inspect(context: Context): Promise<void> {
  const { clientSecret, source } = await readCredential(context);
  const { valid, reason } = inspectSecret(clientSecret);
  if (!valid) {
    throw new CliError("REFUSED", `The text from ${source} is not a client secret. ${reason ?? ""}`.trim(), {
      hint: "A client secret has 52 characters: sec_ and 48 hexadecimal digits.",
    });
  }
  const begins = `${clientSecret.slice(0, shownCharacters)}…`;
  if ((await context.output()) === "table") {
    context.io.writeDone(
      `The format is valid. To check whether the server accepts the secret, run: briksync keys verify`,
    );
  }
  await printRecord(context, {
    json: { valid: true, begins, length: clientSecret.length },
    id: begins,
    fields: [
      { label: "Begins with", field: "begins", value: begins },
      { label: "Length", field: "length", value: clientSecret.length, show: `${clientSecret.length} characters` },
      { label: "Checksum", field: "valid", value: true, show: "matches" },
    ],
  });
}
