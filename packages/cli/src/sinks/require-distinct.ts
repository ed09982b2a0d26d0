import { CliError } from "../errors/cli-error.ts";
import type { Host } from "../host.ts";
import { resolvePath } from "./files/file-target.ts";
import { expandHome } from "./files/sink-path.ts";
import type { ParsedSink } from "./parse-sink.ts";

/**
 * Throws USAGE if two destinations are the same, even with different spellings of the path. Placeholders are compared
 * as text, because their values differ from key to key. Links are not followed.
 */
export function requireDistinct(sinks: readonly ParsedSink[], host: Host): void {
  const specs = new Map<string, string>();
  for (const sink of sinks) {
    const place = namePlace(sink, host);
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
function namePlace({ scheme, place, names }: ParsedSink, host: Host): string {
  return JSON.stringify([
    scheme,
    scheme === "file" || scheme === "env" ? resolvePath(expandHome(place, host)) : place,
    names?.secret,
  ]);
}
