import type { Context } from "../context.ts";
import { deliverToSinks, explainUndelivered } from "../sinks/deliver-to-sinks.ts";
import type { SinkOptions } from "../sinks/open-sinks.ts";
import type { Sink } from "../sinks/sink.ts";
import { quoteArgument } from "../text/quote-argument.ts";
import { sanitizeText } from "../text/sanitize.ts";
import { checkSecret } from "./check-secret.ts";
import { printDelivery } from "./print-delivery.ts";
import { type NewSecret, printSecret, type SecretOptions } from "./print-secret.ts";

/**
 * Delivers a new secret to the destinations, or prints it to standard output if there are none. Throws if a delivery
 * failed. The error says which destinations have the secret and how to continue.
 */
export async function handOverSecret(
  context: Context,
  secret: NewSecret,
  sinks: readonly Sink[],
  options: SecretOptions & Pick<SinkOptions, "overwrite">,
): Promise<void> {
  if (sinks.length === 0) return printSecret(context, secret, options);
  const { key, title, recoveryHint } = secret;
  checkSecret(key, title);
  const { io } = context;
  if ((await context.output()) === "table") io.writeStatus(`${io.statusColors.green("✓")} ${sanitizeText(title)}`);
  const report = await deliverToSinks(context, sinks, key, options.overwrite === true);
  if (report.failed.length === 0) return printDelivery(context, key, sinks);
  const what = `${title.replace(/\.$/, "")}, but its secret was not delivered to all destinations.`;
  const rotate = `To get a new secret, run: briksync keys rotate ${quoteArgument(key.clientId)}`;
  throw explainUndelivered(report, what, recoveryHint === undefined ? rotate : `Fix the problem. ${recoveryHint}`);
}
