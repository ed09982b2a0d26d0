import { open } from "node:fs/promises";
import type { Context } from "../../context.ts";
import { CliError } from "../../errors/cli-error.ts";
import { explainSystemError } from "../../errors/node-error.ts";
import { tryToReplaceFile, writeFileAtomically } from "../../storage/write-file-atomically.ts";
import { quoteArgument } from "../../text/quote-argument.ts";
import { isOwnSecret } from "../overwriting.ts";
import type { ParsedSink } from "../parse-sink.ts";
import { showFilled } from "../placeholders.ts";
import type { Sink, SinkKey } from "../sink.ts";
import { checkPath, locateTarget, requireWritten, withTarget } from "./file-target.ts";

/**
 * Creates the destination `file:PATH`: a file that contains exactly the secret, without a newline. Its mode is 0600, or
 * stricter if it was before. A file that other users can read is refused: keeping the mode would expose the secret, and
 * changing it would lock those users out.
 */
export function createFileSink({ host }: Context, { spec, place }: ParsedSink, key: SinkKey): Sink {
  return {
    spec,
    describe: (known) => `the file ${showFilled(place, known)}`,
    async preflight() {
      const target = await checkPath(place, key, host);
      if (target === null) return;
      if (host.platform !== "win32" && (target.mode & 0o077) !== 0) {
        const mode = target.mode.toString(8).padStart(4, "0");
        const what = `Other users can access ${target.path} (mode ${mode}). A file with a secret must be private.`;
        throw new CliError("SINK_UNAVAILABLE", what, {
          hint: `Make it private: chmod 600 ${quoteArgument(target.path)}\nIf other users need the file, use exec:COMMAND instead.`,
        });
      }
      await tryToReplaceFile(target.path, target);
    },
    async findContent(known) {
      const target = await checkPath(place, known, host);
      if (target?.doesExist !== true) return null;
      const text = await readStart(target.path);
      const value = text.trim();
      const kind = value === "" ? "empty" : isOwnSecret(value, known) ? "secret" : "other";
      return { kind, holds: (secret) => text === secret.reveal() };
    },
    async deliver({ clientSecret, ...delivered }, signal, lastLook) {
      const locate = () => locateTarget(place, delivered, host);
      const content = clientSecret.reveal();
      await withTarget(locate, { host, signal }, async (target) => {
        await writeFileAtomically(target.path, content, { prepare: target.prepare, beforeReplacing: lastLook });
        await requireWritten(target.path, content);
      });
    },
  };
}

/** Longer than any secret with surrounding blanks. */
const startBytes = 1024;

async function readStart(path: string): Promise<string> {
  try {
    const file = await open(path, "r");
    try {
      const { bytesRead, buffer } = await file.read(Buffer.alloc(startBytes), 0, startBytes, 0);
      return buffer.toString("utf8", 0, bytesRead);
    } finally {
      await file.close();
    }
  } catch (error) {
    throw new CliError("SINK_UNAVAILABLE", `${path} cannot be read: ${explainSystemError(error)}.`);
  }
}
