import type { Context } from "../context.ts";
import { CliError } from "../errors/cli-error.ts";
import type { Sink } from "./sink.ts";

/**
 * Checks all destinations and changes nothing. Throws SINK_UNAVAILABLE with all problems, USAGE for an unsafe value,
 * and INTERRUPTED on Ctrl-C.
 */
export async function preflightSinks({ io, signal }: Context, sinks: readonly Sink[]): Promise<void> {
  const stopWaiting = sinks.length === 0 ? () => {} : io.startWaiting("Checking the destinations");
  const problems: { readonly sink: Sink; readonly error: CliError }[] = [];
  try {
    for (const sink of sinks) {
      try {
        await sink.preflight(signal);
      } catch (error) {
        if (!(error instanceof CliError) || signal.aborted || error.type === "USAGE") throw error;
        problems.push({ sink, error });
      }
    }
  } finally {
    stopWaiting();
  }
  const [first, ...more] = problems;
  if (first === undefined) return;
  if (more.length === 0) throw explainOne(first.sink, first.error);
  throw new CliError("SINK_UNAVAILABLE", `${problems.length} destinations cannot be used. Nothing was changed.`, {
    details: problems.flatMap(({ sink, error }) => [`${sink.description}: ${error.message}`, ...error.details]),
    hint: first.error.hint,
  });
}

function explainOne({ description }: Sink, { message, details, hint }: CliError): CliError {
  const what = `The secret cannot be delivered to ${description}. Nothing was changed. ${message}`;
  return new CliError("SINK_UNAVAILABLE", what, { details, hint });
}
