import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { CliError } from "../cli-error.ts";
import { readKeychain, removeKeychain, writeKeychain } from "../keychain/keychain.ts";
import type { KeychainContext } from "../keychain/run-child.ts";
import { withFileLock } from "./file-lock.ts";
import { isNodeError } from "./node-error.ts";
import { parseSession, type SessionStorage, sessionAccount } from "./session-storage.ts";
import type { StorageKind } from "./storage-kind.ts";
import { writeFileAtomically } from "./write-file-atomically.ts";

/** Which session, and where the CLI keeps its files. */
export interface SessionAddress {
  readonly directory: string;
  readonly profile: string;
  readonly server: string;
}

/** The storage of one kind for one session. Touches nothing before it is used. */
export function openSessionStorage(
  context: KeychainContext,
  kind: StorageKind,
  address: SessionAddress,
): SessionStorage {
  const account = sessionAccount(address.profile, address.server);
  const lock = <T>(work: () => Promise<T>): Promise<T> =>
    withFileLock(
      join(address.directory, "locks", `${account}.lock`),
      { host: context.host, signal: context.signal },
      work,
    );
  if (kind === "file") return { ...openFile(join(address.directory, "sessions", `${account}.json`)), lock };
  if (kind === "keychain") return { ...openKeychain(context, account), lock };
  return {
    kind,
    place: "nowhere (BRIKSYNC_STORAGE=none)",
    load: async () => null,
    save: refuseToSave,
    lock: (work) => work(),
  };
}

function openFile(path: string): Omit<SessionStorage, "lock"> {
  return {
    kind: "file",
    place: path,
    async load() {
      try {
        return parseSession(await readFile(path, "utf8"));
      } catch (error) {
        if (isNodeError(error, "ENOENT")) return null;
        throw new CliError("FILE_FAILED", `The session file ${path} cannot be read: ${String(error)}.`, {
          cause: error,
        });
      }
    },
    async save(session) {
      if (session === null) await rm(path, { force: true });
      else await writeFileAtomically(path, `${JSON.stringify(session)}\n`);
    },
  };
}

function openKeychain(context: KeychainContext, account: string): Omit<SessionStorage, "lock"> {
  return {
    kind: "keychain",
    place: "the keychain",
    async load() {
      const text = await readKeychain(context, account);
      return text === null ? null : parseSession(text);
    },
    async save(session) {
      if (session === null) await removeKeychain(context, account);
      else await writeKeychain(context, account, JSON.stringify(session));
    },
  };
}

async function refuseToSave(session: unknown): Promise<void> {
  if (session === null) return;
  throw new CliError("STORAGE_REFUSED", "BRIKSYNC_STORAGE=none: there is no place for a session.", {
    hint: "Use BRIKSYNC_TOKEN for this run, or set BRIKSYNC_STORAGE to keychain or file.",
  });
}
