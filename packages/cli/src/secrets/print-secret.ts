import type { ApiKeyWithSecret, StagedRotation } from "@briksync/sdk";
import { carryFlags } from "../config/settings.ts";
import type { Context } from "../context.ts";
import { CliError } from "../errors/cli-error.ts";
import { OutputClosedError } from "../terminal/io.ts";
import { findMaskFault, maskSecret } from "../terminal/mask-secret.ts";
import { printRecord } from "../terminal/print-record.ts";
import type { Colors } from "../terminal/styles.ts";
import { quoteArgument } from "../text/quote-argument.ts";
import { isVisibleWord, sanitizeText } from "../text/sanitize.ts";
import type { EndedSecret } from "./describe-secrets.ts";

/** Options of create and rotate. */
export interface SecretOptions {
  readonly secretOnly?: boolean;
}

/** A next step for a new secret. */
export interface NextStep {
  readonly what: string;
  readonly how: string;
}

/** A key with a secret that is shown only once. `title` says what was done. */
export interface NewSecret {
  readonly key: ApiKeyWithSecret & { readonly name: string } & Partial<
      Pick<StagedRotation, "leaseExpiresOn" | "expiresOn">
    > & {
      /** Set for a staged rotation, which must be finished. */
      readonly rotationId?: string;
      /** Set for an immediate rotation: the secrets that it ended. */
      readonly endedSecrets?: readonly EndedSecret[];
    };
  readonly title: string;
  readonly next: readonly NextStep[];
  /** How to recover the secret if it could not be written. Undefined if that is impossible. */
  readonly recoveryHint?: string | undefined;
}

/**
 * Throws if standard output would lose the secret. Throws USAGE for a format that does not contain it, and
 * OUTPUT_FAILED for an output that cannot be read afterwards. Call it before the first request. With destinations, the
 * output does not need the secret. If the secret may be discarded, accepts `--secret-only --quiet > /dev/null`, because
 * this explicitly discards all output.
 */
export async function checkSecretOutput(
  context: Context,
  { secretOnly }: SecretOptions,
  {
    isDelivered = false,
    mayBeDiscarded = false,
  }: { readonly isDelivered?: boolean; readonly mayBeDiscarded?: boolean } = {},
): Promise<void> {
  const format = context.globals.output;
  if (secretOnly === true && isDelivered) {
    throw new CliError("USAGE", "--secret-only and --to cannot be combined.", {
      hint: "With --to, the CLI does not show the secret.",
    });
  }
  if (secretOnly === true) {
    if (mayBeDiscarded && context.globals.isQuiet && context.host.isOutputDiscarded()) return;
    if (format === undefined || format === "table") return requireReadableOutput(context);
    throw new CliError("USAGE", `--secret-only and -o ${format} cannot be combined.`, {
      hint: 'With -o json, the secret is in "clientSecret".',
    });
  }
  if (isDelivered) return;
  if ((await context.output()) !== "ids") return requireReadableOutput(context);
  throw new CliError("USAGE", "-o ids would lose the secret, which is shown only once.", {
    hint: "Use -o json for the ID and the secret, or --secret-only.",
  });
}

// Closed outputs and devices such as /dev/null accept all data without an error.
function requireReadableOutput(context: Context): void {
  const { fault, identity, kind } = context.host.inspectOutput("stdout");
  if (fault !== null) {
    const what = `Standard output would lose the secret because ${fault}. Nothing was changed.`;
    throw new CliError("OUTPUT_FAILED", what, {
      hint: "Redirect standard output to a file or a program, or add a destination, such as: --to file:crm.key",
    });
  }
  const maskFault = findMaskFault(context);
  if (maskFault === null) return;
  // A separate file contains the secret because the user asked for it. Other outputs may end up in the job log.
  if (kind === "file" && context.host.inspectOutput("stderr").identity !== identity) return;
  throw new CliError(
    "OUTPUT_FAILED",
    `The job log could show the secret. The CLI cannot tell the runner to mask it because ${maskFault}. Nothing was changed.`,
    { hint: "Do not redirect stderr, or add a destination, such as: --to file:crm.key" },
  );
}

/**
 * Prints a new secret: in a frame at a terminal, alone with `--secret-only`, else in the output format of this run.
 * Throws OUTPUT_FAILED if it could not be written, and INVALID_RESPONSE if it is not a single word.
 */
export async function printSecret(context: Context, secret: NewSecret, { secretOnly }: SecretOptions): Promise<void> {
  checkSecret(secret.key, secret.title);
  await maskSecret(context, secret.key.clientSecret);
  try {
    await print(context, secret, secretOnly === true);
  } catch (error) {
    if (!(error instanceof OutputClosedError) && !(error instanceof CliError && error.type === "OUTPUT_FAILED"))
      throw error;
    throw explainLoss(secret, error);
  }
  try {
    context.host.syncOutput();
  } catch (error) {
    throw explainLoss(secret, error);
  }
}

/** Throws INVALID_RESPONSE if the server returned an invalid secret. `title` says what was done. */
export function checkSecret({ clientSecret }: Pick<ApiKeyWithSecret, "clientSecret">, title: string): void {
  if (isVisibleWord(clientSecret.reveal())) return;
  throw new CliError(
    "INVALID_RESPONSE",
    `${title} But the server returned an invalid secret. It is empty, or has spaces, newlines or other invalid characters.`,
    { hint: "Check that this is a BrikSync server. To diagnose the problem, run: briksync doctor" },
  );
}

function explainLoss({ title, recoveryHint, key }: NewSecret, cause: unknown): CliError {
  return new CliError("OUTPUT_FAILED", `${title.replace(/\.$/, "")}, but the new secret could not be written.`, {
    hint: recoveryHint ?? `To get a new secret, run: briksync keys rotate ${quoteArgument(key.clientId)}`,
    cause,
  });
}

async function print(context: Context, { key, title, next }: NewSecret, isAlone: boolean): Promise<void> {
  const { io } = context;
  const clientSecret = key.clientSecret.reveal();
  const output = isAlone ? "table" : await context.output();
  if (output === "table") io.writeDone(`${sanitizeText(title)}`);
  if (isAlone) return io.writeData(`${clientSecret}\n`);
  if (output === "table" && io.isDataTty) {
    const values = { "Client ID": key.clientId, "Client secret": clientSecret };
    const frame = formatSecretFrame(values, io.colors, io.dataWidth ?? 80);
    await io.writeData(`\n${frame}`);
    const width = Math.max(...next.map((step) => step.what.length));
    const settings = await context.settings();
    const steps = next.map(({ what, how }) => `  ${what.padEnd(width)}  ${sanitizeText(carryFlags(how, settings))}`);
    io.writeStatus(`\n${io.statusColors.bold("Next")}\n${steps.join("\n")}`);
    return;
  }
  const { id, name, clientId, clientSecret: _, isReplay: __, ...rest } = key;
  await printRecord(context, {
    id,
    json: { id, name, clientId, clientSecret, ...rest },
    fields: [
      { label: "Name", field: "name", value: name },
      { label: "Client ID", field: "clientId", value: clientId },
      { label: "Client secret", field: "clientSecret", value: clientSecret },
      { label: "ID", field: "id", value: id },
    ],
  });
}

/**
 * Returns the client ID and the secret in a frame for a terminal. Each value is alone on its line, so that a double
 * click selects all of it. The frame has no side borders, because they would be copied too.
 */
export function formatSecretFrame(
  values: Readonly<Record<string, string>>,
  { bold, yellow }: Colors,
  width: number,
): string {
  const note = "  The secret is shown only once. Copy it now.";
  const lines = Object.entries(values).map(([label, value]) => [`  ${label.padEnd(15)}`, sanitizeText(value)] as const);
  const natural = Math.max(note.length, ...lines.map(([label, value]) => label.length + value.length));
  const rule = yellow("─".repeat(Math.max(1, Math.min(natural, width))));
  return [rule, ...lines.map(([label, value]) => label + bold(value)), "", yellow(note), rule, ""].join("\n");
}
