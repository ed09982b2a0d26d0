import type { Context } from "../context.ts";
import { CliError } from "../errors/cli-error.ts";
import type { Sink } from "./sink.ts";

/**
 * Looks at every sink before anything is done. Throws SINK_UNAVAILABLE with all that is wrong with any of them, USAGE for a value that cannot
 * stand in one, INTERRUPTED on Ctrl-C. Then nothing has happened anywhere.
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
