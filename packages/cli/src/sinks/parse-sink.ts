import { CliError } from "../errors/cli-error.ts";
import { findNearestNames } from "../text/nearest-names.ts";
import { checkPlaceholders } from "./placeholders.ts";
import { type SinkScheme, sinkForms } from "./sink-forms.ts";

/** The names behind `#`: of the secret, and of the client id where that is wanted too. */
export interface SinkNames {
  readonly secret: string;
  readonly clientId: string | null;
}

/**
 * A sink as it was written, taken apart. `place` is what stands between scheme and `#`: a path, a command, a repository. Placeholders are
 * still in it.
 */
export interface ParsedSink {
  readonly spec: string;
  readonly scheme: SinkScheme;
  readonly place: string;
  /** Null for the schemes that have no names. */
  readonly names: SinkNames | null;
}

/** The schemes whose whole argument is a place, `#` included. */
const nameless: readonly SinkScheme[] = ["file", "exec", "aws"];

/** The schemes whose whole argument are names. */
const placeless: readonly SinkScheme[] = ["github-env", "github-output"];

/** Takes a sink apart. Throws USAGE that says what is wrong with it, and how it is written. */
export function parseSink(spec: string): ParsedSink {
  const colon = spec.indexOf(":");
  const scheme = sinkForms.find((known) => known.scheme === spec.slice(0, colon))?.scheme;
  if (colon === -1 || scheme === undefined) throw explainScheme(spec, colon);
  const rest = spec.slice(colon + 1);
  if (rest.trim() === "") throw refuse(scheme, `${JSON.stringify(spec)} has no value after the colon.`);
  if (rest.includes("\0")) throw refuse(scheme, `${JSON.stringify(spec)} contains a NUL character.`);
  // A command has braces of its own, such as those of awk and jq.
  if (scheme !== "exec") checkPlaceholders(rest);
  if (nameless.includes(scheme)) return { spec, scheme, place: rest, names: null };
  if (placeless.includes(scheme)) return { spec, scheme, place: "", names: parseNames(spec, scheme, rest) };
  const hash = rest.lastIndexOf("#");
  if (hash === -1) throw refuse(scheme, `${JSON.stringify(spec)} has no #NAME, which says what to set.`);
  if (hash === 0) throw refuse(scheme, `${JSON.stringify(spec)} has no value before the #.`);
  return { spec, scheme, place: rest.slice(0, hash), names: parseNames(spec, scheme, rest.slice(hash + 1)) };
}

function parseNames(spec: string, scheme: SinkScheme, text: string): SinkNames {
  const [secret = "", clientId = null, ...more] = text.split(",");
  if (secret === "" || clientId === "") throw refuse(scheme, `${JSON.stringify(spec)} has an empty name.`);
  if (more.length > 0) throw refuse(scheme, `${JSON.stringify(spec)} has more than two names.`);
  if (secret === clientId)
    throw refuse(scheme, `${JSON.stringify(spec)} has the same name for the secret and the client ID.`);
  return { secret, clientId };
}

/** A USAGE error about a sink of a known scheme, with its form as advice. */
export function refuse(scheme: SinkScheme, message: string): CliError {
  const known = sinkForms.find((form) => form.scheme === scheme);
  return new CliError("USAGE", message, { hint: known && `Use the form ${known.form}, such as ${known.example}` });
}

function explainScheme(spec: string, colon: number): CliError {
  const schemes = sinkForms.map((form) => form.scheme);
  const word = colon === -1 ? spec : spec.slice(0, colon);
  const [nearest] = findNearestNames(word.replace(/#[\s\S]*$/, ""), schemes, 1);
  const known = sinkForms.find((form) => form.scheme === nearest);
  if (known !== undefined) {
    return new CliError("USAGE", `${JSON.stringify(spec)} is not a destination.`, {
      hint: `Did you mean ${known.form}?`,
    });
  }
  const isPath = colon === -1 ? /[/\\.]/.test(spec) : /^[A-Za-z]:[/\\]|^[./~]/.test(spec);
  return new CliError(
    "USAGE",
    `${JSON.stringify(spec)} is not a destination. It does not start with ${schemes.join(":, ")}:`,
    {
      hint: isPath ? `For a file, use file:${spec}` : "To see all destinations, run: briksync keys create --help",
    },
  );
}
