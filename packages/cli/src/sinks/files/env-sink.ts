import { readFile } from "node:fs/promises";
import type { Context } from "../../context.ts";
import { CliError } from "../../errors/cli-error.ts";
import { tryToReplaceFile, writeFileAtomically } from "../../storage/write-file-atomically.ts";
import { sanitizeText } from "../../text/sanitize.ts";
import { readVariable, setInDotenv } from "../dotenv/edit-dotenv.ts";
import { isOwnSecret } from "../overwriting.ts";
import { type NamedSink, refuse, type SinkNames } from "../parse-sink.ts";
import { type FilledNames, fillNames, showFilled } from "../placeholders.ts";
import type { Sink, SinkKey } from "../sink.ts";
import { checkPath, type FileTarget, locateTarget, requireWritten, withTarget } from "./file-target.ts";

const bytesMax = 1024 * 1024;

/** Names that shells and all readers of dotenv files accept. */
const variableName = /^[A-Za-z_][A-Za-z0-9_]*$/;

/**
 * Creates the destinations `env:PATH#NAME` and `env:PATH#NAME,ID_NAME`, which set variables in a dotenv file. Preserves
 * all other bytes, the mode and the owner. Creates the file with mode 0600 if it does not exist. Replaces it
 * atomically, so that readers see either the old or the new values.
 */
export function createEnvSink({ host, io }: Context, { spec, place, names }: NamedSink, key: SinkKey): Sink {
  readNames(names, key);
  const isWindows = host.platform === "win32";
  return {
    spec,
    describe: (known) => `the variable ${showFilled(names.secret, known)} in ${showFilled(place, known)}`,
    async preflight() {
      const target = await checkPath(place, key, host);
      const named = readNames(names, key);
      if (target === null) return;
      // The check uses placeholder values, because only the surrounding text matters.
      edit(target, await read(target), listValues(named, `sec_${"0".repeat(48)}`, `api_${"0".repeat(24)}`), isWindows);
      await tryToReplaceFile(target.path, target);
      if (target.doesExist && !isWindows && (target.mode & 0o007) !== 0) {
        io.writeStatus(
          `${io.statusColors.yellow("!")} ${sanitizeText(target.path)} can be read by other users of this machine.`,
        );
      }
    },
    async findContent(known) {
      const target = await checkPath(place, known, host);
      if (target === null) return null;
      const filled = readNames(names, known);
      const { text } = await read(target);
      const secrets = readVariable(text, filled.secret);
      const ids = readVariable(text, filled.clientId);
      if (secrets.length + ids.length === 0) return null;
      const isOfKey = ids.every((id) => id === "" || id === known.clientId);
      const isSecret = secrets.every((value) => value === "" || isOwnSecret(value, known));
      const isEmpty = [...secrets, ...ids].every((value) => value === "");
      return {
        kind: isEmpty ? "empty" : isOfKey && isSecret ? "secret" : "other",
        holds: (secret) => secrets.length > 0 && secrets.every((value) => value === secret.reveal()),
      };
    },
    async deliver({ clientSecret, ...delivered }, signal, lastLook) {
      const locate = () => locateTarget(place, delivered, host);
      await withTarget(locate, { host, signal }, async (target) => {
        const values = listValues(readNames(names, delivered), clientSecret.reveal(), delivered.clientId);
        const traits = { prepare: target.prepare, beforeReplacing: lastLook };
        const content = edit(target, await read(target), values, isWindows);
        await writeFileAtomically(target.path, content, traits);
        await requireWritten(target.path, content);
      });
    },
  };
}

function readNames(names: SinkNames, key: SinkKey): FilledNames {
  return fillNames(names, key, variableName, (name) =>
    refuse("env", `${name} is not a valid variable name. Use letters, digits and underscores, and no digit first.`),
  );
}

function listValues(names: FilledNames, secret: string, clientId: string): (readonly [name: string, value: string])[] {
  const pairs = [[names.clientId, clientId] as const, [names.secret, secret] as const];
  return pairs.flatMap(([name, value]) => (name === null ? [] : [[name, value] as const]));
}

/** The text of a file, and its encoding, which converts the text back to the same bytes. */
type Content = Awaited<ReturnType<typeof read>>;

async function read({ path, doesExist }: FileTarget) {
  const bytes = doesExist ? await readFile(path) : Buffer.alloc(0);
  if (bytes.length > bytesMax) throw unusable(path, "is too large for a dotenv file");
  const nul = bytes.indexOf(0);
  if (nul !== -1) {
    const line = bytes.subarray(0, nul).toString("latin1").split("\n").length;
    throw unusable(
      path,
      `has a NUL byte in line ${line}, so most programs cannot read it. It may be encoded in UTF-16`,
    );
  }
  const text = bytes.toString("utf8");
  // Text that is not UTF-8 keeps its bytes too.
  return Buffer.from(text, "utf8").equals(bytes)
    ? { text, encoding: "utf8" as const }
    : { text: bytes.toString("latin1"), encoding: "latin1" as const };
}

function edit(
  { path }: FileTarget,
  { text, encoding }: Content,
  values: readonly (readonly [string, string])[],
  isWindows: boolean,
): Buffer {
  let edited = text;
  for (const [name, value] of values) {
    const result = setInDotenv(edited, name, value, isWindows);
    if (!result.ok) throw unusable(path, `cannot be edited safely: ${result.reason}`);
    edited = result.text;
  }
  return Buffer.from(edited, encoding);
}

function unusable(path: string, fault: string): CliError {
  return new CliError("SINK_UNAVAILABLE", `${path} ${fault}.`);
}
