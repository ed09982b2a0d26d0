import { CliError } from "../errors/cli-error.ts";

/** The shapes data can be printed in. */
export const outputFormats = ["table", "json", "csv", "ids"] as const;

/** One of {@link outputFormats}. */
export type OutputFormat = (typeof outputFormats)[number];

/** What the user said with global flags; a flag that was not given is undefined, so that environment and profile can speak. */
export interface GlobalOptions {
  readonly server: string | undefined;
  readonly profile: string | undefined;
  readonly output: OutputFormat | undefined;
  readonly hasInput: boolean;
  readonly isYes: boolean;
  readonly isQuiet: boolean;
  readonly isDebug: boolean;
  readonly hasColor: boolean;
  readonly timeoutMs: number | undefined;
}

/** How commander hands the global flags over. */
export interface ParsedGlobals {
  readonly server?: string;
  readonly profile?: string;
  readonly output?: OutputFormat;
  readonly json?: boolean;
  readonly input: boolean;
  readonly yes?: boolean;
  readonly quiet?: boolean;
  readonly debug?: boolean;
  readonly color: boolean;
  readonly timeout?: number;
}

/** Gives the parsed flags their names inside the CLI. `--json` counts as `-o json`. Throws USAGE where `-o` says otherwise. */
export function readGlobals(parsed: ParsedGlobals): GlobalOptions {
  if (parsed.json === true && parsed.output !== undefined && parsed.output !== "json") {
    throw new CliError("USAGE", `--json and -o ${parsed.output} cannot be combined.`, {
      hint: "Pass only one of them.",
    });
  }
  return {
    server: parsed.server,
    profile: parsed.profile,
    output: parsed.json === true ? "json" : parsed.output,
    hasInput: parsed.input,
    isYes: parsed.yes === true,
    isQuiet: parsed.quiet === true,
    isDebug: parsed.debug === true,
    hasColor: parsed.color,
    timeoutMs: parsed.timeout,
  };
}

/**
 * Guesses from raw arguments whether errors are to be JSON. Needed only where the arguments themselves are wrong,
 * so that a script that asked for JSON gets its usage errors in JSON too.
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
