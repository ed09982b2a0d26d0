import pg from "pg";
import { StoreUnavailableError } from "../store.ts";

/**
 * SQLSTATE classes and codes of temporary failures (PostgreSQL, appendix A): connection, resources, operator
 * intervention, I/O, lock or statement timeouts, read-only servers, damaged pages.
 */
const unavailableStates = /^(?:08|53|57|58|28|3D000|25006|25P03|25P04|40|55P03|XX001|XX002)/;
/** Errors that end a connection, or after which only a standby would respond. */
const fatalStates = /^(?:08|57P|58|25006|25P03|25P04|XX)/;
/** A named statement that the connection does not know, as behind a pooler that shares connections. */
const unknownStatementState = "26000";
/** Set if a named statement would return other columns than before, as after a migration. */
const changedStatementRoutine = "RevalidateCachedQuery";
/** Conflicts with another transaction. A retry sees its result. */
const repeatableStates = /^(?:40001|40P01|23505)$/;

/** Returns the SQLSTATE of an error, or an empty string if PostgreSQL did not report it. */
function readSqlState(error: unknown): string {
  const source = error instanceof StoreUnavailableError ? error.cause : error;
  return source instanceof pg.DatabaseError ? (source.code ?? "") : "";
}

/** A connection that broke or is unusable, or a response that timed out. The statement may still be running. */
export class ConnectionLostError extends StoreUnavailableError {}

/** Returns whether the statements of the connection and the server differ. A new connection has none. */
function isStale({ code, routine }: pg.DatabaseError): boolean {
  return code === unknownStatementState || (code === "0A000" && routine === changedStatementRoutine);
}

/** Returns whether the error is a bug in this program and not a connection failure. */
function isMistake(error: unknown): boolean {
  return error instanceof TypeError || error instanceof RangeError;
}

/**
 * Converts an error of `pg` to an error of the store. Errors that PostgreSQL did not report come from the connection.
 * Bugs (invalid SQL, a violated constraint) stay unchanged.
 */
export function toStoreError(error: unknown): unknown {
  if (error instanceof StoreUnavailableError || isMistake(error)) return error;
  if (!(error instanceof pg.DatabaseError)) {
    const reason = error instanceof Error ? error.message : String(error);
    return new ConnectionLostError(`The database cannot be reached: ${reason}`, { cause: error });
  }
  const state = error.code ?? "";
  if (!unavailableStates.test(state) && !isStale(error)) return error;
  const message = `The database cannot process the request: ${state} ${error.message}`;
  // 57014 is a statement timeout. The connection is still usable.
  const isLost = isStale(error) || (fatalStates.test(state) && state !== "57014");
  return isLost
    ? new ConnectionLostError(message, { cause: error })
    : new StoreUnavailableError(message, { cause: error });
}

/**
 * Returns whether an uncommitted transaction can be retried: it had a conflict, or its connection broke before the
 * commit was sent.
 */
export function isRepeatable(error: unknown): boolean {
  return error instanceof ConnectionLostError || repeatableStates.test(readSqlState(error));
}
