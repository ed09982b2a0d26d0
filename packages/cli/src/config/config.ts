import type { Stats } from "node:fs";
import { join } from "node:path";
import { CliError } from "../errors/cli-error.ts";
import { isNodeError } from "../errors/node-error.ts";
import type { Host } from "../host.ts";
import { adviseOnOwner } from "../storage/file-access.ts";
import { NotAFileError, readOwnFile } from "../storage/read-own-file.ts";
import { findConfigDirectory, requireConfigDirectory } from "./config-directory.ts";
import { outputFormats } from "./globals.ts";

/** What is remembered about a stored session: where it is, for whom. Never the session itself. */
export interface SessionNote {
  readonly storage: "keychain" | "file";
  readonly email?: string;
  /** Name and id of the company the session works in. */
  readonly company?: string;
  readonly companyId?: string;
}

/** One named set of settings. `sessions` is keyed by server URL. */
export interface Profile {
  readonly server?: string;
  readonly output?: string;
  readonly sessions?: Readonly<Record<string, SessionNote>>;
}

/** The content of `config.json`, with where it was read from. `profiles` is empty where there is no file yet. */
export interface Config {
  /** Where the profile, file sessions and locks are. Reading this throws FILE_FAILED where there is no place for them. */
  readonly directory: string;
  readonly profiles: ReadonlyMap<string, Profile>;
  /** What the system says about the file; null where there is none. */
  readonly stats: Stats | null;
}

/** The profile file in a directory of the CLI. */
export function nameConfigFile(directory: string): string {
  return join(directory, "config.json");
}

/** Names a profile may have: they become parts of file names and keychain accounts. */
export const profileNamePattern = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/**
 * Reads the profile file of this user. Throws CONFIG_INVALID naming the file and the fault; never repairs or replaces it. A user without a home
 * directory has an empty profile, which is enough for a run that is signed in by the environment.
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

/** Reads the profiles of `directory` as {@link readConfig} does. */
export function readProfiles(directory: string, host: Pick<Host, "userId">): Pick<Config, "profiles" | "stats"> {
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
  return { profiles: parseProfiles(path, parsed), stats };
}

function explainUnreadable(path: string, error: unknown, host: Pick<Host, "userId">): CliError {
  const reason = isNodeError(error) ? error.code : error instanceof NotAFileError ? error.message : "unknown error";
  return new CliError("CONFIG_INVALID", `The configuration file ${path} cannot be read: ${reason}.`, {
    hint: isNodeError(error, "EACCES", "EPERM") ? adviseOnOwner(path, host) : undefined,
    cause: error,
  });
}

function parseProfiles(path: string, parsed: unknown): Map<string, Profile> {
  if (!isRecord(parsed)) throw invalid(path, "is not a JSON object");
  if (parsed["version"] !== 1)
    throw invalid(path, 'does not have "version": 1, so another version of briksync may have written it');
  const profiles = parsed["profiles"] ?? {};
  if (!isRecord(profiles)) throw invalid(path, 'has a value for "profiles" that is not an object');
  return new Map(
    Object.entries(profiles).map(([name, profile]) => {
      if (!profileNamePattern.test(name))
        throw invalid(path, `has a profile with the invalid name ${JSON.stringify(name)}`);
      return [name, parseProfile(path, name, profile)];
    }),
  );
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
