import { CliError } from "../cli-error.ts";
import type { Context } from "../context.ts";
import { quoteArgument } from "../output/quote-argument.ts";
import { sanitizeText } from "../output/sanitize.ts";
import { tryToReplaceFile, writeFileAtomically } from "../storage/write-file-atomically.ts";
import { withTarget } from "./file-target.ts";
import type { ParsedSink } from "./parse-sink.ts";
import type { Sink, SinkKey } from "./sink.ts";
import { checkPath, locateTarget } from "./sink-path.ts";

/**
 * `file:PATH`: a file that holds exactly the secret, without a line end; 0600, or tighter where it was. A file that others may read is refused:
 * to leave it so would show them the secret, to change it would shut them out.
 */
export function createFileSink({ host }: Context, { spec, place }: ParsedSink, key: SinkKey): Sink {
  return {
    spec,
    description: `the file ${sanitizeText(place)}`,
    async preflight() {
      const target = await checkPath(place, key, host);
      if (target === null) return;
      if (host.platform !== "win32" && (target.mode & 0o077) !== 0) {
        const mode = target.mode.toString(8).padStart(4, "0");
        throw new CliError(
          "SINK_UNAVAILABLE",
          `${target.path} is open to others (${mode}), and a file with a secret must not be.`,
          {
            hint: `If nobody else needs it: chmod 600 ${quoteArgument(target.path)}   Else write exec:COMMAND.`,
          },
        );
      }
      await tryToReplaceFile(target.path, target);
    },
    async deliver({ clientSecret, ...delivered }, signal, lastLook) {
      const target = await locateTarget(place, delivered, host);
      const traits = { ...target, mode: target.mode & 0o600, beforeReplacing: lastLook };
      await withTarget(target, { host, signal }, () => writeFileAtomically(target.path, clientSecret.reveal(), traits));
    },
  };
}
