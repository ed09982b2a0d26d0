/** A keychain with one text per account, as in keytar and its successors. */
export interface EntryStore {
  get(account: string): string | null;
  set(account: string, value: string): void;
  delete(account: string): boolean;
}

/** A part of a value that was stored in several entries is missing. */
export class IncompleteEntryError extends Error {
  override readonly name = "IncompleteEntryError";
}

const splitHead = /^briksync-split:([0-9a-f]+):(\d{1,3})$/;

/**
 * Stores `value` under `account`, in several entries if one is too small (Windows: 2,560 bytes). The head entry is
 * written last and names the `generation` of its parts, so that readers see either the old or the new value. The old
 * parts are removed afterwards.
 */
export function writeEntry(
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
export function readEntry(store: EntryStore, account: string): string | null {
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
export function removeEntry(store: EntryStore, account: string): void {
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
