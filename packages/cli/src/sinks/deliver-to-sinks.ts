import type { Context } from "../context.ts";
import { CliError } from "../errors/cli-error.ts";
import { maskSecret } from "../terminal/mask-secret.ts";
import { isVisibleWord, sanitizeText } from "../text/sanitize.ts";
import type { DeliveredSecret, Sink, SinkKey } from "./sink.ts";

/**
 * Checks all destinations and changes nothing. Throws SINK_UNAVAILABLE with all problems, USAGE for an unsafe value,
 * and INTERRUPTED on Ctrl-C.
 */
export async function preflightSinks({ io, signal }: Context, sinks: readonly Sink[], key: SinkKey): Promise<void> {
  using _waiting = io.startWaiting("Checking the destinations");
  const problems: { readonly sink: Sink; readonly error: CliError }[] = [];
  for (const sink of sinks) {
    try {
      await sink.preflight(signal);
    } catch (error) {
      if (!(error instanceof CliError) || signal.aborted || error.type === "USAGE") throw error;
      problems.push({ sink, error });
    }
  }
  const [first, ...more] = problems;
  if (first === undefined) return;
  if (more.length === 0) {
    const { message, details, hint } = first.error;
    const what = `The secret cannot be delivered to ${first.sink.describe(key)}. Nothing was changed. ${message}`;
    throw new CliError("SINK_UNAVAILABLE", what, { details, hint });
  }
  throw new CliError("SINK_UNAVAILABLE", `${problems.length} destinations cannot be used. Nothing was changed.`, {
    details: problems.flatMap(({ sink, error }) => [`${sink.describe(key)}: ${error.message}`, ...error.details]),
    hint: first.error.hint,
  });
}

/** The steps around each delivery and after a failure. */
export interface DeliveryPolicy {
  readonly signal: AbortSignal;
  /** Runs one delivery. If it throws, the remaining destinations receive nothing. */
  attempt(sink: Sink, deliver: () => Promise<void>): Promise<void>;
  /** Throws if the destination must not change. Called right before the change, where the destination supports that. */
  lookLast(sink: Sink): Promise<void>;
}

/**
 * Delivers a secret to all destinations in order, as the policy decides. In CI, masks the secret in the job log first.
 * Throws INVALID_RESPONSE before the first delivery if the secret is not valid.
 */
export async function deliverToSinks(
  context: Context,
  sinks: readonly Sink[],
  secret: DeliveredSecret,
  { signal, attempt, lookLast }: DeliveryPolicy,
): Promise<void> {
  requireDeliverable(secret);
  await maskSecret(context, secret.clientSecret);
  for (const sink of sinks) {
    using _waiting = context.io.startWaiting(`Delivering the secret to ${sanitizeText(sink.describe(secret))}`);
    await attempt(sink, () => sink.deliver(secret, signal, () => lookLast(sink)));
  }
}

// A destination must never receive a value that could break a line of a file, a variable or an argument.
function requireDeliverable({ clientSecret, clientId, id }: DeliveredSecret): void {
  const isNamed = [clientId, id].every((text) => /^[A-Za-z0-9_][A-Za-z0-9_.:-]*$/.test(text));
  if (isNamed && isVisibleWord(clientSecret.reveal())) return;
  throw new CliError("INVALID_RESPONSE", "The server returned an invalid secret or client ID.", {
    hint: "Check that this is a BrikSync server. To diagnose the problem, run: briksync doctor",
  });
}
