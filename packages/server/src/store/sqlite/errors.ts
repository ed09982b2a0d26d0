import { StoreUnavailableError } from "../store.ts";

/**
 * SQLite result codes that say "not now" rather than "wrong": the disk, the file, the lock. CORRUPT is what SQLite makes of a
 * read that failed with EIO (`SQLITE_IOERR_CORRUPTFS` in its vdbe.c), which may well pass.
 */
const unavailableSqliteCodes = /^SQLITE_(FULL|IOERR|CORRUPT|BUSY|LOCKED|READONLY|CANTOPEN|NOMEM|PROTOCOL)/;

function readCode(error: unknown): string {
  if (typeof error !== "object" || error === null || !("code" in error)) return "";
  return typeof error.code === "string" ? error.code : "";
}

/** Turns an engine's "cannot take it now" into `StoreUnavailableError`; passes everything else on. */
export function toStoreError(error: unknown): unknown {
  const code = readCode(error);
  if (!unavailableSqliteCodes.test(code)) return error;
  return new StoreUnavailableError(`The database cannot process the request: ${code}`, { cause: error });
}

/** Whether the call failed because another process holds the write lock. */
export function isLockHeld(error: unknown): boolean {
  return error instanceof StoreUnavailableError && readCode(error.cause).startsWith("SQLITE_BUSY");
}
