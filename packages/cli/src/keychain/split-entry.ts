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
  const before = readHead(store, account);
  if (value.length <= charactersMax && !splitHead.test(value)) {
    store.set(account, value);
  } else {
    const count = Math.ceil(value.length / charactersMax);
    for (let index = 0; index < count; index += 1) {
      store.set(
        partAccount(account, generation, index),
        value.slice(index * charactersMax, (index + 1) * charactersMax),
      );
    }
    store.set(account, `briksync-split:${generation}:${count}`);
  }
  removeParts(store, account, before);
}

/**
 * Reads a value of {@link writeEntry}. Returns null if there is none. Throws {@link IncompleteEntryError} if parts are
 * missing.
 */
export function readEntry(store: EntryStore, account: string): string | null {
  const head = store.get(account);
  const match = head === null ? null : splitHead.exec(head);
  if (match === null) return head;
  const [, generation = "", count = "0"] = match;
  let value = "";
  for (let index = 0; index < Number(count); index += 1) {
    const part = store.get(partAccount(account, generation, index));
    if (part === null) throw new IncompleteEntryError(`Part ${index + 1} of ${count} is missing.`);
    value += part;
  }
  return value;
}

/** Removes the value and its parts. Ignores missing entries. */
export function removeEntry(store: EntryStore, account: string): void {
  const before = readHead(store, account);
  store.delete(account);
  removeParts(store, account, before);
}

function readHead(store: EntryStore, account: string): RegExpExecArray | null {
  const head = store.get(account);
  return head === null ? null : splitHead.exec(head);
}

function removeParts(store: EntryStore, account: string, head: RegExpExecArray | null): void {
  if (head === null) return;
  const [, generation = "", count = "0"] = head;
  for (let index = 0; index < Number(count); index += 1) store.delete(partAccount(account, generation, index));
}

function partAccount(account: string, generation: string, index: number): string {
  return `${account}#${generation}.${index}`;
}
