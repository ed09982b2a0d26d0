import type { Context } from "../context.ts";
import { CliError } from "../errors/cli-error.ts";
import type { Host } from "../host.ts";
import { createEnvSink } from "./files/env-sink.ts";
import { createFileSink } from "./files/file-sink.ts";
import { expandHome, resolvePath } from "./files/file-target.ts";
import { createRunnerFileSink } from "./files/runner-file-sink.ts";
import { type ParsedSink, parseSink } from "./parse-sink.ts";
import { createExecSink } from "./programs/exec-sink.ts";
import { vendorPresets } from "./programs/vendor-presets.ts";
import { createVendorSink } from "./programs/vendor-sink.ts";
import type { Sink, SinkKey } from "./sink.ts";

/** The values of `--to`, `--sink-timeout` and `--overwrite`. */
export interface SinkOptions {
  readonly to?: readonly string[];
  /** Time limit for each command that receives a secret, in milliseconds. */
  readonly sinkTimeout?: number;
  /** Replaces existing content of a destination. */
  readonly overwrite?: boolean;
}

const timeoutMsDefault = 60_000;

/**
 * Returns the destinations of the command line, in order, and none without `--to`. Accesses nothing yet. Throws USAGE
 * if a destination has an invalid form, is passed twice, or contains a placeholder with an unsafe value.
 */
export function openSinks(context: Context, { to = [], sinkTimeout }: SinkOptions, key: SinkKey): readonly Sink[] {
  const parsed = to.map(parseSink);
  requireDistinct(parsed, context.host);
  return parsed.map((sink) => openSink(context, sink, key, sinkTimeout ?? timeoutMsDefault));
}

function openSink(context: Context, parsed: ParsedSink, key: SinkKey, timeoutMs: number): Sink {
  const preset = vendorPresets.find(({ scheme }) => scheme === parsed.scheme);
  const named = { ...parsed, names: parsed.names ?? { secret: "", clientId: null } };
  if (preset !== undefined) return createVendorSink(context, preset, named, key, timeoutMs);
  switch (parsed.scheme) {
    case "file":
      return createFileSink(context, parsed, key);
    case "env":
      return createEnvSink(context, named, key);
    case "exec":
      return createExecSink(context, parsed, key, timeoutMs);
    default:
      return createRunnerFileSink(context, named, key);
  }
}

/**
 * Throws USAGE if two destinations are the same, even with different spellings of the path. Placeholders are compared
 * as text, because their values differ from key to key. Links are not followed.
 */
function requireDistinct(sinks: readonly ParsedSink[], host: Host): void {
  const specs = new Map<string, string>();
  for (const sink of sinks) {
    const place = identifyDestination(sink, host);
    const before = specs.get(place);
    if (before === sink.spec) throw new CliError("USAGE", `--to ${JSON.stringify(sink.spec)} is passed twice.`);
    if (before !== undefined) {
      const [one, other] = [sink.spec, before].map((spec) => `--to ${JSON.stringify(spec)}`);
      throw new CliError("USAGE", `${one} is the same destination as ${other}.`, { hint: "Omit one of them." });
    }
    specs.set(place, sink.spec);
  }
}

/** Returns the same text for the same destination. The name of the client ID does not matter. */
function identifyDestination({ scheme, place, names }: ParsedSink, host: Host): string {
  return JSON.stringify([
    scheme,
    scheme === "file" || scheme === "env" ? resolvePath(expandHome(place, host)) : place,
    names?.secret,
  ]);
}
