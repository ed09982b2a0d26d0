// The second program of this package. It reads one keychain operation from stdin and prints the result to stdout. It
// runs in its own process because a hanging keychain blocks its JavaScript thread, and only a kill ends it.
import { readFileSync, writeSync } from "node:fs";
import type { KeychainAnswer, KeychainRequest } from "../keychain/protocol.ts";
import { type EntryStore, IncompleteEntryError, readEntry, removeEntry, writeEntry } from "../keychain/split-entry.ts";

const request: KeychainRequest = JSON.parse(readFileSync(0, "utf8"));

function answer(answered: KeychainAnswer): void {
  writeSync(1, `${request.marker}${JSON.stringify(answered)}\n`);
}

function perform(store: EntryStore): string | null {
  const { operation, account, value = "", entryCharactersMax } = request;
  if (operation === "read") return readEntry(store, account);
  if (operation !== "remove") writeEntry(store, account, value, entryCharactersMax, Date.now().toString(16));
  const read = operation === "probe" ? readEntry(store, account) : null;
  if (operation !== "write") removeEntry(store, account);
  return read;
}

try {
  const { Entry } = await import("@napi-rs/keyring");
  // Pinned, because the default on Linux falls back to the kernel keyring, which is lost on reboot.
  const open = (account: string) => new Entry(request.service, account, { linux: { store: "secret-service" } });
  const store: EntryStore = {
    get: (account) => open(account).getPassword(),
    set: (account, value) => open(account).setPassword(value),
    delete: (account) => open(account).deletePassword(),
  };
  open(request.account);
  answer({ kind: "connected" });
  answer({ kind: "done", value: perform(store) });
} catch (error) {
  if (error instanceof IncompleteEntryError) answer({ kind: "incomplete" });
  else answer({ kind: "failed", message: error instanceof Error ? error.message : String(error) });
}
