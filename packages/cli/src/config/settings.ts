import { CliError } from "../errors/cli-error.ts";
import { quoteArgument } from "../text/quote-argument.ts";
import { type Config, type Profile, profileNamePattern, type SessionNote } from "./config.ts";
import { type GlobalOptions, type OutputFormat, outputFormats } from "./globals.ts";

/**
 * A value and its source. A `choice` is what `profiles use` stored. `name` is the exact source: `--server`,
 * `BRIKSYNC_SERVER`, `profile "work"` or `by default`.
 */
interface Setting<T> {
  readonly value: T;
  readonly source: "flag" | "environment" | "profile" | "choice" | "default";
  readonly name: string;
}

/** The resolved settings of a run. */
export interface Settings {
  readonly profile: Setting<string>;
  readonly server: Setting<string>;
  readonly output: Setting<OutputFormat>;
  /** The stored profile. Undefined until a user signs in under this name. */
  readonly storedProfile: Profile | undefined;
}

/** The name of the profile if none is specified. */
const defaultProfile = "default";

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Returns the profile name: `--profile`, BRIKSYNC_PROFILE, the profile of `profiles use`, else `default`. Throws USAGE
 * if the name is not valid.
 */
function resolveProfileName(globals: GlobalOptions, env: Environment, config: Config): Setting<string> {
  const setting: Setting<string> =
    pick(globals.profile, "flag", "--profile") ??
    pick(env["BRIKSYNC_PROFILE"], "environment", "BRIKSYNC_PROFILE") ??
    pick(config.currentProfile, "choice", "briksync profiles use") ??
    byDefault(defaultProfile);
  if (!profileNamePattern.test(setting.value)) {
    throw new CliError("USAGE", `${setting.name} is not a valid profile name: ${setting.value}`, {
      hint: "Use at most 64 letters, digits, dots, dashes and underscores. Start with a letter or digit.",
    });
  }
  return setting;
}

/**
 * Resolves all settings. Flags override environment variables, which override the profile, which overrides the
 * defaults.
 *
 * Throws USAGE, and names the source, in these cases:
 * - A value is not valid.
 * - The specified profile does not exist, unless `mayCreateProfile` is set.
 * - `--profile` and BRIKSYNC_SERVER name different servers.
 */
export function resolveSettings(
  globals: GlobalOptions,
  env: Environment,
  config: Config,
  mayCreateProfile: boolean,
): Settings {
  const named = resolveProfileName(globals, env, config);
  const profile = mayCreateProfile ? named : findProfileOfCompany(named, globals, env, config);
  const storedProfile = config.profiles.get(profile.value);
  if (storedProfile === undefined && profile.source !== "default" && !mayCreateProfile) {
    const known = [...config.profiles.keys()].sort();
    const list = known.length === 0 ? "There are no profiles yet." : `Existing profiles: ${known.join(", ")}.`;
    throw new CliError("USAGE", `Profile "${profile.value}" (from ${profile.name}) does not exist. ${list}`, {
      hint: `To create it, run: briksync login --profile ${profile.value} --server URL`,
    });
  }
  checkServerContradiction(profile, storedProfile, globals, env);
  const fromProfile = `profile "${profile.value}"`;
  const server: Setting<string> =
    pick(globals.server, "flag", "--server") ??
    pick(env["BRIKSYNC_SERVER"], "environment", "BRIKSYNC_SERVER") ??
    pick(storedProfile?.server, "profile", fromProfile) ??
    byDefault(defaultServer);
  const storedOutput = outputFormats.find((format) => format === storedProfile?.output);
  const output: Setting<OutputFormat> =
    pick(globals.output, "flag", "--output") ?? pick(storedOutput, "profile", fromProfile) ?? byDefault("table");
  const origin = server.source === "profile" ? `The server of ${fromProfile}` : server.name;
  return { profile, server: { ...server, value: parseServerUrl(server.value, origin) }, output, storedProfile };
}

/**
 * Returns the profile whose session is for the company in `--company`. This is the named profile, or another one with a
 * session of the same user on the same server. If there is none, returns the named profile, and the client then refuses
 * the run. Credentials from the environment belong to no profile.
 */
function findProfileOfCompany(
  named: Setting<string>,
  { company, server: flag }: GlobalOptions,
  env: Environment,
  { profiles }: Config,
): Setting<string> {
  const own = profiles.get(named.value);
  const typed = flag ?? env["BRIKSYNC_SERVER"];
  const server = typed ? parseServerUrl(typed, flag ? "--server" : "BRIKSYNC_SERVER") : own?.server;
  const note = own?.sessions?.[server ?? ""];
  const hasCredential = env["BRIKSYNC_TRUST"] || env["BRIKSYNC_TOKEN"] || env["BRIKSYNC_TOKEN_FILE"];
  if (company === undefined || server === undefined || note === undefined || hasCredential) return named;
  const isIntended = (other: SessionNote | undefined): boolean =>
    other !== undefined && (other.companyId === company || other.company === company) && other.email === note.email;
  if (isIntended(note)) return named;
  const found = [...profiles].find(([, { sessions }]) => isIntended(sessions?.[server]));
  return found === undefined ? named : { value: found[0], source: "flag", name: "--company" };
}

// A user who passes --profile expects its server. A forgotten variable must not send the password to another server.
function checkServerContradiction(
  profile: Setting<string>,
  storedProfile: Profile | undefined,
  globals: GlobalOptions,
  env: Environment,
): void {
  const [stored, fromEnvironment] = [storedProfile?.server, env["BRIKSYNC_SERVER"]];
  if (profile.source !== "flag" || globals.server || !stored || !fromEnvironment) return;
  const server = parseServerUrl(fromEnvironment, "BRIKSYNC_SERVER");
  if (server === stored) return;
  throw new CliError("USAGE", `Profile "${profile.value}" is for ${stored}, but BRIKSYNC_SERVER is ${server}.`, {
    hint: "Pass --server, or unset BRIKSYNC_SERVER.",
  });
}

function pick<T extends string>(
  value: T | undefined,
  source: Setting<T>["source"],
  name: string,
): Setting<T> | undefined {
  return value === undefined || value === "" ? undefined : { value, source, name };
}

function byDefault<T>(value: T): Setting<T> {
  return { value, source: "default", name: "by default" };
}

/** The URL of a server with default settings. */
export const defaultServer = "http://127.0.0.1:4870";

/**
 * Validates and normalizes a server URL: http or https, no credentials, query or fragment, no trailing slash. Plain
 * HTTP is allowed only for this machine, because passwords and tokens would be sent unencrypted. Throws USAGE. The
 * message names `origin`, the source of the text.
 */
export function parseServerUrl(text: string, origin: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || (url.protocol !== "https:" && url.protocol !== "http:")) {
    // A text that is not a URL may still contain a password.
    const shown = text.includes("@") ? "" : `: ${text}`;
    throw new CliError("USAGE", `${origin} is not a server URL${shown}`, {
      hint: "Use a URL such as https://api.example.com",
    });
  }
  if (url.username !== "" || url.password !== "") {
    throw new CliError("USAGE", `${origin} must not contain a username or password.`, {
      hint: "To sign in, run: briksync login",
    });
  }
  if (url.search !== "" || url.hash !== "") {
    throw new CliError("USAGE", `${origin} must not contain a query or fragment: ${text}`);
  }
  if (url.protocol === "http:" && !isLoopbackHost(url.hostname)) {
    throw new CliError("USAGE", `${origin} is ${text}. Plain HTTP would send your password and token unencrypted.`, {
      hint: `Use https://${url.host}. Plain HTTP is accepted only for this machine (localhost, 127.0.0.1, [::1]).`,
    });
  }
  return `${url.origin}${url.pathname.replace(/\/+$/, "")}`;
}

/** Returns whether the host of a URL is this machine: localhost and its subdomains (RFC 6761), 127.0.0.0/8, [::1]. */
function isLoopbackHost(host: string): boolean {
  return /^(.+\.)?localhost\.?$/i.test(host) || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host) || host === "[::1]";
}

// Matches a command line inside a sentence, except `briksync help`, which sends no request. A word that continues like
// an argument (`api_0123`) is not part of it.
const commandLine = /\bbriksync(?! help\b)(?: [a-z][a-z-]*(?![\w-]))+/g;

/**
 * Adds `--profile` and `--server` to the command lines in a text if this run received them. A command that users copy
 * must reach the same server.
 */
export function carryFlags(text: string, settings: Pick<Settings, "profile" | "server"> | undefined): string {
  const { profile, server } = settings ?? {};
  const flags = [
    ...(profile?.source === "flag" ? [` --profile ${profile.value}`] : []),
    ...(server?.source === "flag" && !/ --server\b/.test(text) ? [` --server ${quoteArgument(server.value)}`] : []),
  ].join("");
  return text.includes("--profile") ? text : text.replace(commandLine, (line) => line + flags);
}
