import type { Stats } from "node:fs";
import { isAbsolute, join, resolve } from "node:path";
import { CliError } from "../errors/cli-error.ts";
import { explainSystemError, isNodeError } from "../errors/node-error.ts";
import type { Host } from "../host.ts";
import { adviseOnOwner, NotAFileError, readOwnFile } from "../storage/file-access.ts";
import { outputFormats } from "./globals.ts";

/** The storage, user and company of a stored session. It never contains the session itself. */
export interface SessionNote {
  readonly storage: "keychain" | "file";
  readonly email?: string;
  /** Whether the user signed in through a browser, and may have no password. */
  readonly isFromBrowser?: boolean;
  /** Name and ID of the company of the session. */
  readonly company?: string;
  readonly companyId?: string;
}

/** A profile. `sessions` is keyed by server URL. */
export interface Profile {
  readonly server?: string;
  readonly output?: string;
  readonly sessions?: Readonly<Record<string, SessionNote>>;
}

/** The content of `config.json` and its source. `profiles` is empty if the file does not exist. */
export interface Config {
  /** The directory of profiles, file sessions and locks. The getter throws FILE_FAILED if there is none. */
  readonly directory: string;
  readonly profiles: ReadonlyMap<string, Profile>;
  /** The profile of runs that do not specify one. Undefined until the user has chosen one with `profiles use`. */
  readonly currentProfile?: string | undefined;
  /** The file status, or null if the file does not exist. */
  readonly stats: Stats | null;
}

/** Returns the path of the configuration file in a directory. */
export function nameConfigFile(directory: string): string {
  return join(directory, "config.json");
}

/** The allowed profile names. They become parts of file names and keychain accounts. */
export const profileNamePattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/**
 * Reads the configuration file of the user. Throws CONFIG_INVALID with the file and the fault. Never repairs or
 * replaces the file. A user without a home directory gets an empty configuration, so that runs with credentials from
 * the environment work.
 */
export function readConfig(host: Pick<Host, "env" | "platform" | "homeDirectory" | "userId">): Config {
  const directory = findConfigDirectory(host);
  if (directory !== undefined) return { directory, ...readProfiles(directory, host) };
  return {
    get directory() {
      return requireConfigDirectory(host);
    },
    profiles: new Map(),
    stats: null,
  };
}

/** Reads the profiles of `directory` in the same way as {@link readConfig}. */
export function readProfiles(directory: string, host: Pick<Host, "userId">): Omit<Config, "directory"> {
  const path = nameConfigFile(directory);
  let file: ReturnType<typeof readOwnFile>;
  try {
    file = readOwnFile(path);
  } catch (error) {
    if (isNodeError(error, "ENOENT")) return { profiles: new Map(), stats: null };
    throw explainUnreadable(path, error, host);
  }
  const { text, stats } = file;
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw invalid(path, "is not valid JSON", error);
  }
  return { ...parseProfiles(path, parsed), stats };
}

function explainUnreadable(path: string, error: unknown, host: Pick<Host, "userId">): CliError {
  const reason = isNodeError(error)
    ? explainSystemError(error)
    : error instanceof NotAFileError
      ? error.message
      : "unknown error";
  const isElsewhere = isNodeError(error, "EACCES", "EPERM", "ENOTDIR");
  return new CliError("CONFIG_INVALID", `The configuration file ${path} cannot be read: ${reason}.`, {
    hint: isElsewhere
      ? (adviseOnOwner(path, host) ?? "Set HOME or BRIKSYNC_CONFIG_DIR to a directory that this user can read.")
      : undefined,
    cause: error,
  });
}

function parseProfiles(path: string, parsed: unknown): Pick<Config, "profiles" | "currentProfile"> {
  if (!isRecord(parsed)) throw invalid(path, "is not a JSON object");
  if (parsed["version"] !== 1)
    throw invalid(path, 'does not have "version": 1, so another version of briksync may have written it');
  const { profiles = {}, currentProfile } = parsed;
  if (!isRecord(profiles)) throw invalid(path, 'has a value for "profiles" that is not an object');
  if (currentProfile !== undefined && !(typeof currentProfile === "string" && profileNamePattern.test(currentProfile)))
    throw invalid(path, 'has a value for "currentProfile" that is not the name of a profile');
  const parsedProfiles = new Map(
    Object.entries(profiles).map(([name, profile]) => {
      if (!profileNamePattern.test(name))
        throw invalid(path, `has a profile with the invalid name ${JSON.stringify(name)}`);
      return [name, parseProfile(path, name, profile)] as const;
    }),
  );
  return { profiles: parsedProfiles, currentProfile };
}

function parseProfile(path: string, name: string, profile: unknown): Profile {
  if (!isRecord(profile)) throw invalid(path, `has a profile "${name}" that is not an object`);
  const { server, output, sessions } = profile;
  if (server !== undefined && typeof server !== "string")
    throw invalid(path, `has a "server" in profile "${name}" that is not a string`);
  if (output !== undefined && !outputFormats.some((format) => format === output)) {
    throw invalid(path, `has an "output" in profile "${name}" that is not one of ${outputFormats.join(", ")}`);
  }
  if (sessions !== undefined && !(isRecord(sessions) && Object.values(sessions).every(isSessionNote))) {
    throw invalid(path, `has "sessions" in profile "${name}" that are not valid`);
  }
  return profile as Profile;
}

function isSessionNote(note: unknown): note is SessionNote {
  return (
    isRecord(note) &&
    (note["storage"] === "keychain" || note["storage"] === "file") &&
    ["boolean", "undefined"].includes(typeof note["isFromBrowser"]) &&
    ["email", "company", "companyId"].every((name) => ["string", "undefined"].includes(typeof note[name]))
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function invalid(path: string, fault: string, cause?: unknown): CliError {
  return new CliError("CONFIG_INVALID", `The configuration file ${path} ${fault}. It was not changed.`, {
    hint: "Fix the file, or move it away and sign in again: briksync login",
    cause,
  });
}

/**
 * Returns the directory of profiles, file sessions and locks. This is BRIKSYNC_CONFIG_DIR, or else `briksync` under
 * XDG_CONFIG_HOME, under APPDATA on Windows, or under `~/.config`. XDG_CONFIG_HOME must be an absolute path, as the XDG
 * Base Directory Specification requires. Returns undefined if the user has no home directory.
 */
export function findConfigDirectory(host: Pick<Host, "env" | "platform" | "homeDirectory">): string | undefined {
  const { env } = host;
  if (env["BRIKSYNC_CONFIG_DIR"]) return resolve(env["BRIKSYNC_CONFIG_DIR"]);
  if (env["XDG_CONFIG_HOME"] && isAbsolute(env["XDG_CONFIG_HOME"])) return join(env["XDG_CONFIG_HOME"], "briksync");
  if (host.platform === "win32" && env["APPDATA"] && isAbsolute(env["APPDATA"]))
    return join(env["APPDATA"], "briksync");
  return host.homeDirectory === undefined ? undefined : join(host.homeDirectory, ".config", "briksync");
}

/** Returns the same directory for a command that must write to it. Throws FILE_FAILED if there is none. */
export function requireConfigDirectory(host: Pick<Host, "env" | "platform" | "homeDirectory">): string {
  const directory = findConfigDirectory(host);
  if (directory !== undefined) return directory;
  throw new CliError("FILE_FAILED", "The CLI cannot store its configuration because this user has no home directory.", {
    hint: "Set HOME or BRIKSYNC_CONFIG_DIR to an absolute path.",
  });
}
