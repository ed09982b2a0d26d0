import { CliError } from "../errors/cli-error.ts";
import { findNearestNames } from "../text/names.ts";
import { checkPlaceholders } from "./placeholders.ts";
import { describeForm, type SinkScheme, sinkSchemes } from "./sink-forms.ts";

/** The names after `#`: of the secret, and optionally of the client ID. */
export interface SinkNames {
  readonly secret: string;
  readonly clientId: string | null;
}

/**
 * A parsed destination. `place` is the part between the scheme and `#`: a path, a command or a repository. It still
 * contains placeholders.
 */
export interface ParsedSink {
  readonly spec: string;
  readonly scheme: SinkScheme;
  readonly place: string;
  /** Null for schemes without names. */
  readonly names: SinkNames | null;
}

/** The schemes whose argument has no `#NAME`. */
const nameless: readonly SinkScheme[] = ["file", "exec", "aws"];

/** The schemes whose argument consists of names only. */
const placeless: readonly SinkScheme[] = ["github-env", "github-output"];

/** A parsed destination whose names are empty if its scheme has none. */
export interface NamedSink extends ParsedSink {
  readonly names: SinkNames;
}

/** Parses a destination. Throws USAGE with the problem and the correct form. */
export function parseSink(spec: string): ParsedSink {
  const colon = spec.indexOf(":");
  const scheme = sinkSchemes.find((known) => known === spec.slice(0, colon));
  if (colon === -1 || scheme === undefined) throw explainScheme(spec, colon);
  const rest = spec.slice(colon + 1);
  if (rest.trim() === "") throw refuse(scheme, `${JSON.stringify(spec)} has no value after the colon.`);
  if (rest.includes("\0")) throw refuse(scheme, `${JSON.stringify(spec)} contains a NUL character.`);
  // Commands such as awk and jq have their own braces.
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

/** Returns a USAGE error about a destination, with its form as hint. */
export function refuse(scheme: SinkScheme, message: string): CliError {
  const { form, example } = describeForm(scheme);
  return new CliError("USAGE", message, { hint: `Use the form ${form}, such as ${example}` });
}

function explainScheme(spec: string, colon: number): CliError {
  const word = colon === -1 ? spec : spec.slice(0, colon);
  const [nearest] = findNearestNames(word.replace(/#[\s\S]*$/, ""), sinkSchemes, 1);
  const known = sinkSchemes.find((scheme) => scheme === nearest);
  if (known !== undefined) {
    return new CliError("USAGE", `${JSON.stringify(spec)} is not a destination.`, {
      hint: `Did you mean ${describeForm(known).form}?`,
    });
  }
  const isPath = colon === -1 ? /[/\\.]/.test(spec) : /^[A-Za-z]:[/\\]|^[./~]/.test(spec);
  const starts = sinkSchemes.map((known) => `${known}:`);
  const list = `${starts.slice(0, -1).join(", ")} or ${starts.at(-1)}`;
  const what = `${JSON.stringify(spec)} is not a destination. A destination starts with ${list}.`;
  return new CliError("USAGE", what, {
    hint: isPath ? `For a file, use file:${spec}` : "To see all destinations, run: briksync keys create --help",
  });
}
