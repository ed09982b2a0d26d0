import type { Context } from "../context.ts";
import { CliError } from "../errors/cli-error.ts";
import { maskSecret } from "../terminal/mask-secret.ts";
import { sanitizeText } from "../text/sanitize.ts";
import { requireOwn } from "./overwriting.ts";
import { requireDeliverable } from "./require-deliverable.ts";
import type { DeliveredSecret, Sink } from "./sink.ts";

/** The destinations that received the secret, and those that did not. */
export interface DeliveryReport {
  readonly delivered: readonly Sink[];
  readonly failed: readonly { readonly sink: Sink; readonly error: CliError }[];
}

/**
 * Delivers a secret to all destinations in order and reports each result. Continues after a failure, and stops on
 * Ctrl-C. In CI, masks the secret in the job log first. Throws INVALID_RESPONSE before the first delivery if the secret
 * is not valid.
 */
export async function deliverToSinks(
  context: Context,
  sinks: readonly Sink[],
  secret: DeliveredSecret,
  mayOverwrite: boolean,
): Promise<DeliveryReport> {
  const { io, signal } = context;
  requireDeliverable(secret);
  await maskSecret(context, secret.clientSecret);
  const delivered: Sink[] = [];
  const failed: DeliveryReport["failed"][number][] = [];
  for (const sink of sinks) {
    const stopWaiting = io.startWaiting(`Delivering the secret to ${sink.description}`);
    try {
      if (signal.aborted) throw new CliError("INTERRUPTED", "Interrupted before the delivery.");
      const lookFirst = mayOverwrite ? undefined : () => requireOwn(sink, secret, secret.clientSecret);
      await sink.deliver(secret, signal, lookFirst);
      delivered.push(sink);
      if ((await context.output()) === "table") {
        io.writeStatus(`${io.statusColors.green("✓")} Delivered to ${sanitizeText(sink.description)}.`);
      }
    } catch (error) {
      failed.push({ sink, error: toCliError(error) });
    } finally {
      stopWaiting();
    }
  }
  return { delivered, failed };
}

/** Returns the error for an incomplete delivery. `what` is the message, `hint` says how to continue. */
export function explainUndelivered({ delivered, failed }: DeliveryReport, what: string, hint: string): CliError {
  const isInterrupted = failed.some(({ error }) => error.type === "INTERRUPTED");
  const details = [
    ...delivered.map(({ description }) => `✓ ${description}`),
    ...failed.flatMap(({ sink, error }) => [
      `✗ ${sink.description}: ${error.message}`,
      ...error.details.map((line) => `    ${line}`),
    ]),
  ];
  return new CliError(isInterrupted ? "INTERRUPTED" : "SINK_FAILED", what, { details, hint });
}

function toCliError(error: unknown): CliError {
  if (error instanceof CliError) return error;
  return new CliError("SINK_FAILED", error instanceof Error ? error.message : String(error), { cause: error });
}
