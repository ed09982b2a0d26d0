import type { Context } from "../context.ts";
import { CliError } from "../errors/cli-error.ts";
import { deliverToSinks } from "../sinks/deliver-to-sinks.ts";
import type { SinkOptions } from "../sinks/open-sinks.ts";
import { requireOwnSecret } from "../sinks/overwriting.ts";
import type { Sink } from "../sinks/sink.ts";
import { printRecord } from "../terminal/print-record.ts";
import { quoteArgument } from "../text/quote-argument.ts";
import { sanitizeText } from "../text/sanitize.ts";
import { checkSecret, type NewSecret, printSecret, type SecretOptions } from "./print-secret.ts";

/**
 * Delivers a new secret to the destinations, or prints it to standard output if there are none. Continues after a
 * failure, and stops on Ctrl-C. Throws if a delivery failed. The error says which destinations have the secret and how
 * to continue.
 */
export async function deliverSecret(
  context: Context,
  secret: NewSecret,
  sinks: readonly Sink[],
  options: SecretOptions & Pick<SinkOptions, "overwrite">,
): Promise<void> {
  if (sinks.length === 0) return printSecret(context, secret, options);
  const { key, title, recoveryHint } = secret;
  checkSecret(key, title);
  const { io, signal } = context;
  const report = async (text: string): Promise<void> => {
    if ((await context.output()) === "table") io.writeDone(`${sanitizeText(text)}`);
  };
  await report(title);
  const results: { readonly sink: Sink; readonly error: CliError | null }[] = [];
  await deliverToSinks(context, sinks, key, {
    signal,
    async attempt(sink, deliver) {
      try {
        if (signal.aborted) throw new CliError("INTERRUPTED", "Interrupted before the delivery.");
        await deliver();
        results.push({ sink, error: null });
        await report(`Delivered to ${sink.describe(key)}.`);
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        const failure = error instanceof CliError ? error : new CliError("SINK_FAILED", reason, { cause: error });
        results.push({ sink, error: failure });
      }
    },
    async lookLast(sink) {
      if (options.overwrite !== true) await requireOwnSecret(sink, key, key.clientSecret);
    },
  });
  const failures = results.flatMap(({ error }) => error ?? []);
  if (failures.length === 0) return printDelivery(context, key, sinks);
  const type = failures.some((error) => error.type === "INTERRUPTED") ? "INTERRUPTED" : "SINK_FAILED";
  const what = `The key "${key.name}" exists, but its secret was not delivered to all destinations.`;
  const rotate = `To get a new secret, run: briksync keys rotate ${quoteArgument(key.clientId)}`;
  throw new CliError(type, what, {
    details: [
      ...results.filter(({ error }) => error === null).map(({ sink }) => `✓ ${sink.describe(key)}`),
      ...results.flatMap(({ sink, error }) =>
        error === null
          ? []
          : [`✗ ${sink.describe(key)}: ${error.message}`, ...error.details.map((line) => `    ${line}`)],
      ),
    ],
    hint: recoveryHint === undefined ? rotate : `Fix the problem. ${recoveryHint}`,
  });
}

/** Prints a key whose secret was delivered: its values without the secret, and the destinations. */
async function printDelivery(context: Context, key: NewSecret["key"], sinks: readonly Sink[]): Promise<void> {
  const { id, name, clientId, clientSecret: _, isReplay: __, ...rest } = key;
  const deliveredTo = sinks.map(({ spec }) => spec);
  await printRecord(context, {
    id,
    json: { id, name, clientId, deliveredTo, ...rest },
    fields: [
      { label: "Name", field: "name", value: name },
      { label: "Client ID", field: "clientId", value: clientId },
      { label: "ID", field: "id", value: id },
      {
        label: "Delivered to",
        field: "deliveredTo",
        value: deliveredTo.join(" "),
        show: sinks.map((sink) => sink.describe(key)),
      },
    ],
  });
}
