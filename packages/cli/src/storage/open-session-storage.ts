import { createHash } from "node:crypto";
import { constants } from "node:fs";
import { open, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Session } from "@briksync/sdk";
import { CliError } from "../errors/cli-error.ts";
import { explainSystemError, isNodeError } from "../errors/node-error.ts";
import { readKeychain, writeKeychain } from "../keychain/keychain.ts";
import type { KeychainContext } from "../keychain/run-child.ts";
import { adviseOnOwner, findExposure, NotAFileError, readOwnFile } from "./file-access.ts";
import { withFileLock } from "./file-lock.ts";
import type { SessionStorage, StorageKind } from "./session-storage.ts";
import { tryToWriteOwnFile, writeOwnFile } from "./write-own-file.ts";

/** The profile and server of a session, and the directory of the CLI's files. */
export interface SessionAddress {
  readonly directory: string;
  readonly profile: string;
  readonly server: string;
}

/** Returns a session storage of one kind. Accesses nothing until it is used. */
export function openSessionStorage(
  context: KeychainContext,
  kind: StorageKind,
  { directory, profile, server }: SessionAddress,
): SessionStorage {
  // The hash keeps URLs out of paths.
  const hash = createHash("sha256").update(`${profile}\n${server}`).digest("hex").slice(0, 16);
  const account = `${profile}-${hash}`;
  const lock = <T>(work: () => Promise<T>): Promise<T> =>
    withFileLock(join(directory, "locks", `${account}.lock`), { host: context.host, signal: context.signal }, work);
  if (kind === "file") return { ...openFile(context, join(directory, "sessions", `${account}.json`)), lock };
  if (kind === "keychain") return { ...openKeychain(context, account), lock };
  return {
    kind,
    place: "nowhere (BRIKSYNC_STORAGE=none)",
    load: async () => null,
    prepare: async () => {},
    save: refuseToSave,
    lock: (work) => work(),
  };
}

function openFile({ host }: KeychainContext, path: string): Omit<SessionStorage, "lock"> {
  return {
    kind: "file",
    place: path,
    async load({ isExposureAllowed = false } = {}) {
      const file = readSessionFile(path, host);
      if (file === null) return null;
      const exposure = findExposure(path, file.stats, host);
      if (exposure === null || isExposureAllowed) return parseSession(file.text);
      const what = `Other users of this machine can ${exposure.what} the session file ${path}.`;
      throw new CliError("STORAGE_REFUSED", what, {
        hint: `The session may have been copied. To end it, run: briksync logout\nTo keep the session, run: ${exposure.hint}`,
      });
    },
    prepare: () => tryToWriteOwnFile(host, path),
    async save(session) {
      if (session === null) return rm(path, { force: true });
      const content = `${JSON.stringify(session)}\n`;
      try {
        await writeOwnFile(host, path, content);
      } catch (error) {
        if (!(await hasOverwritten(path, content))) throw error;
      }
    },
  };
}

function readSessionFile(path: string, host: KeychainContext["host"]): ReturnType<typeof readOwnFile> | null {
  try {
    return readOwnFile(path);
  } catch (error) {
    if (isNodeError(error, "ENOENT")) return null;
    const reason = error instanceof NotAFileError ? error.message : explainSystemError(error);
    throw new CliError("FILE_FAILED", `The session file ${path} cannot be read: ${reason}.`, {
      hint: isNodeError(error, "EACCES", "EPERM") ? adviseOnOwner(path, host) : undefined,
      cause: error,
    });
  }
}

// The old session's refresh token is already spent, so the file can be overwritten in place. That needs no additional
// disk space.
async function hasOverwritten(path: string, content: string): Promise<boolean> {
  try {
    const file = await open(path, constants.O_WRONLY | (constants.O_NOFOLLOW ?? 0));
    try {
      await file.writeFile(content, "utf8");
      await file.truncate(Buffer.byteLength(content));
      await file.sync();
      return true;
    } finally {
      await file.close();
    }
  } catch {
    return false;
  }
}

function openKeychain(context: KeychainContext, account: string): Omit<SessionStorage, "lock"> {
  return {
    kind: "keychain",
    place: "the keychain",
    async load() {
      const text = await readKeychain(context, account);
      return text === null ? null : parseSession(text);
    },
    // Detects a locked or read-only keychain before the refresh token is spent.
    async prepare() {
      const text = await readKeychain(context, account);
      if (text !== null) await writeKeychain(context, account, text);
    },
    save: (session) => writeKeychain(context, account, session === null ? null : JSON.stringify(session)),
  };
}

async function refuseToSave(session: unknown): Promise<void> {
  if (session === null) return;
  throw new CliError("STORAGE_REFUSED", "The CLI cannot store a session because BRIKSYNC_STORAGE is none.", {
    hint: "Set BRIKSYNC_TOKEN for this run, or set BRIKSYNC_STORAGE to keychain or file.",
  });
}

/** Parses a stored session. Returns null for invalid text, because the user must then sign in again. */
function parseSession(text: string): Session | null {
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed !== "object" || parsed === null) return null;
    const { accessToken, refreshToken, expiresAt, companyId } = parsed as Record<string, unknown>;
    if (typeof accessToken !== "string" || accessToken === "") return null;
    return {
      accessToken,
      ...(typeof refreshToken === "string" && { refreshToken }),
      ...(typeof expiresAt === "string" && { expiresAt }),
      ...(typeof companyId === "string" && { companyId }),
    };
  } catch {
    return null;
  }
}
