import { CliError } from "../errors/cli-error.ts";

/** The output formats. */
export const outputFormats = ["table", "json", "csv", "ids"] as const;

/** One of {@link outputFormats}. */
export type OutputFormat = (typeof outputFormats)[number];

/** The global flags. A flag that was not passed is undefined, so that the environment and the profile apply. */
export interface GlobalOptions {
  readonly server: string | undefined;
  readonly profile: string | undefined;
  readonly company?: string | undefined;
  readonly output: OutputFormat | undefined;
  readonly hasInput: boolean;
  readonly isYes: boolean;
  readonly isQuiet: boolean;
  readonly isDebug: boolean;
  readonly hasColor: boolean;
  readonly timeoutMs: number | undefined;
}

/** The global flags as commander returns them. */
export interface ParsedGlobals {
  readonly server?: string;
  readonly profile?: string;
  readonly company?: string;
  readonly output?: OutputFormat;
  readonly json?: boolean;
  readonly input: boolean;
  readonly yes?: boolean;
  readonly quiet?: boolean;
  readonly debug?: boolean;
  readonly color: boolean;
  readonly timeout?: number;
}

/**
 * Converts parsed flags to {@link GlobalOptions}. `--json` counts as `-o json`. Throws USAGE if `-o` requests another
 * format.
 */
export function readGlobals(parsed: ParsedGlobals): GlobalOptions {
  const { server, profile, company, json, output = json ? "json" : undefined } = parsed;
  if (json === true && output !== "json") {
    throw new CliError("USAGE", `--json and -o ${output} cannot be combined.`, { hint: "Pass only one of them." });
  }
  return {
    server,
    profile,
    company,
    output,
    hasInput: parsed.input,
    isYes: parsed.yes === true,
    isQuiet: parsed.quiet === true,
    isDebug: parsed.debug === true,
    hasColor: parsed.color,
    timeoutMs: parsed.timeout,
  };
}

/**
 * Guesses from raw arguments whether errors are printed as JSON. Used only if the arguments themselves are not valid,
 * so that a script that passed --json gets usage errors as JSON too.
 */
export function asksForJson(argv: readonly string[]): boolean {
  return argv.some(
    (argument, index) =>
      argument === "--json" ||
      argument === "-ojson" ||
      argument === "--output=json" ||
      ((argument === "-o" || argument === "--output") && argv[index + 1] === "json"),
  );
}
