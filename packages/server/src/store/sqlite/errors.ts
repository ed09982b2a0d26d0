import { StoreUnavailableError } from "../store.ts";

/**
 * SQLite result codes of temporary failures: disk, file, lock. CORRUPT also results from a read that failed with EIO
 * (`SQLITE_IOERR_CORRUPTFS` in its vdbe.c), which can be temporary.
 */
const unavailableSqliteCodes = /^SQLITE_(FULL|IOERR|CORRUPT|BUSY|LOCKED|READONLY|CANTOPEN|NOMEM|PROTOCOL)/;

function readCode(error: unknown): string {
  if (typeof error !== "object" || error === null || !("code" in error)) return "";
  return typeof error.code === "string" ? error.code : "";
}

/** Converts temporary failures of SQLite to `StoreUnavailableError`. Returns other errors unchanged. */
export function toStoreError(error: unknown): unknown {
  const code = readCode(error);
  if (!unavailableSqliteCodes.test(code)) return error;
  return new StoreUnavailableError(`The database cannot process the request: ${code}`, { cause: error });
}

/** Returns whether an error of SQLite means that another process holds a lock. */
export function isBusy(error: unknown): boolean {
  return readCode(error).startsWith("SQLITE_BUSY");
}

/** Returns whether the call failed because another process holds the write lock. */
export function isLockHeld(error: unknown): boolean {
  return error instanceof StoreUnavailableError && isBusy(error.cause);
}
