import { readFileSync, writeSync } from "node:fs";
import type { KeychainRequest, KeychainResponse } from "./run-child.ts";

/** The part of `@napi-rs/keyring` that the keychain needs. */
export type KeyringLibrary = Pick<typeof import("@napi-rs/keyring"), "Entry">;

/** Reads one keychain operation from stdin, runs it and prints the result to stdout. Never throws. */
export async function serveKeychain(loadLibrary: () => Promise<KeyringLibrary>): Promise<void> {
  const request: KeychainRequest = JSON.parse(readFileSync(0, "utf8"));
  const respond = (response: KeychainResponse): void => {
    writeSync(1, `${request.marker}${JSON.stringify(response)}\n`);
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
    respond({ kind: "connected" });
    respond({ kind: "done", value: perform(request, store) });
  } catch (error) {
    if (error instanceof IncompleteEntryError) respond({ kind: "incomplete" });
    else respond({ kind: "failed", message: error instanceof Error ? error.message : String(error) });
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

/** A keychain with one text per account, as in keytar and its successors. */
interface EntryStore {
  get(account: string): string | null;
  set(account: string, value: string): void;
  delete(account: string): boolean;
}

/** A part of a value that was stored in several entries is missing. */
class IncompleteEntryError extends Error {
  override readonly name = "IncompleteEntryError";
}

const splitHead = /^briksync-split:([0-9a-f]+):(\d{1,3})$/;

/**
 * Stores `value` under `account`, in several entries if one is too small (Windows: 2,560 bytes). The head entry is
 * written last and names the `generation` of its parts, so that readers see either the old or the new value. The old
 * parts are removed afterwards.
 */
function writeEntry(
  store: EntryStore,
  account: string,
  value: string,
  charactersMax: number,
  generation: string,
): void {
  const before = listParts(account, store.get(account));
  if (value.length <= charactersMax && !splitHead.test(value)) {
    store.set(account, value);
  } else {
    const head = `briksync-split:${generation}:${Math.ceil(value.length / charactersMax)}`;
    for (const [index, part] of (listParts(account, head) ?? []).entries()) {
      store.set(part, value.slice(index * charactersMax, (index + 1) * charactersMax));
    }
    store.set(account, head);
  }
  for (const part of before ?? []) store.delete(part);
}

/**
 * Reads a value of {@link writeEntry}. Returns null if there is none. Throws {@link IncompleteEntryError} if parts are
 * missing.
 */
function readEntry(store: EntryStore, account: string): string | null {
  const head = store.get(account);
  const parts = listParts(account, head);
  if (parts === null) return head;
  const values = parts.map((part, index) => {
    const value = store.get(part);
    if (value === null) throw new IncompleteEntryError(`Part ${index + 1} of ${parts.length} is missing.`);
    return value;
  });
  return values.join("");
}

/** Removes the value and its parts. Ignores missing entries. */
function removeEntry(store: EntryStore, account: string): void {
  const parts = listParts(account, store.get(account));
  store.delete(account);
  for (const part of parts ?? []) store.delete(part);
}

/** Returns the accounts of the parts that a head names. Null if the text is a whole value or missing. */
function listParts(account: string, head: string | null): readonly string[] | null {
  const match = head === null ? null : splitHead.exec(head);
  if (match === null) return null;
  const [, generation = "", count = "0"] = match;
  return Array.from({ length: Number(count) }, (_, index) => `${account}#${generation}.${index}`);
}
