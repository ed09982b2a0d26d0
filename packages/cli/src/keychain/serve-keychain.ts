import { readFileSync, writeSync } from "node:fs";
import type { KeychainAnswer, KeychainRequest } from "./run-child.ts";
import { type EntryStore, IncompleteEntryError, readEntry, removeEntry, writeEntry } from "./split-entry.ts";

/** The part of `@napi-rs/keyring` that the keychain needs. */
export type KeyringLibrary = Pick<typeof import("@napi-rs/keyring"), "Entry">;

/** Reads one keychain operation from stdin, runs it and prints the result to stdout. Never throws. */
export async function serveKeychain(loadLibrary: () => Promise<KeyringLibrary>): Promise<void> {
  const request: KeychainRequest = JSON.parse(readFileSync(0, "utf8"));
  const answer = (answered: KeychainAnswer): void => {
    writeSync(1, `${request.marker}${JSON.stringify(answered)}\n`);
  };
  try {
    const { Entry } = await loadLibrary();
    // Pinned, because the default on Linux falls back to the kernel keyring, which is lost on reboot.
    const open = (account: string) => new Entry(request.service, account, { linux: { store: "secret-service" } });
    const store: EntryStore = {
      get: (account) => open(account).getPassword(),
      set: (account, value) => open(account).setPassword(value),
      delete: (account) => open(account).deletePassword(),
    };
    open(request.account);
    answer({ kind: "connected" });
    answer({ kind: "done", value: perform(request, store) });
  } catch (error) {
    if (error instanceof IncompleteEntryError) answer({ kind: "incomplete" });
    else answer({ kind: "failed", message: error instanceof Error ? error.message : String(error) });
  }
}

function perform(
  { operation, account, value = "", entryCharactersMax }: KeychainRequest,
  store: EntryStore,
): string | null {
  if (operation === "read") return readEntry(store, account);
  if (operation !== "remove") writeEntry(store, account, value, entryCharactersMax, Date.now().toString(16));
  const read = operation === "probe" ? readEntry(store, account) : null;
  if (operation !== "write") removeEntry(store, account);
  return read;
}
