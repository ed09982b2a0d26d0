import pg from "pg";
import { StoreUnavailableError } from "../store.ts";

/**
 * SQLSTATE classes and codes that say "not now" rather than "wrong" (PostgreSQL, appendix A): connection, resources, operator
 * intervention, I/O, a lock or a statement that took too long, a server that only reads, a damaged page.
 */
const unavailableStates = /^(?:08|53|57|58|28|3D000|25006|25P03|25P04|40|55P03|XX001|XX002)/;
/** What a connection does not survive, or on which only a standby would go on answering. */
const fatalStates = /^(?:08|57P|58|25006|25P03|25P04|XX)/;
/** A named statement that the connection does not have any more, as behind a pooler that shares connections. */
const unknownStatementState = "26000";
/** Where PostgreSQL finds that a named statement would give other columns than when it was named, as after a migration. */
const changedStatementRoutine = "RevalidateCachedQuery";
/** Another transaction was first; from the start, this one would see what that one did. */
const repeatableStates = /^(?:40001|40P01|23505)$/;

/** The five characters with which PostgreSQL says what is wrong; empty when the error is not PostgreSQL's. */
export function readSqlState(error: unknown): string {
  const source = error instanceof StoreUnavailableError ? error.cause : error;
  return source instanceof pg.DatabaseError ? (source.code ?? "") : "";
}

/** A connection that broke or is of no more use, or an answer that did not come in time: what was asked may still be under way. */
export class ConnectionLostError extends StoreUnavailableError {}

/** Whether the connection remembers a statement otherwise than the server; a new one remembers nothing. */
function isStale({ code, routine }: pg.DatabaseError): boolean {
  return code === unknownStatementState || (code === "0A000" && routine === changedStatementRoutine);
}

/** Whether this is our mistake and no failure of a connection. */
function isMistake(error: unknown): boolean {
  return error instanceof TypeError || error instanceof RangeError;
}

/**
 * Turns what `pg` threw into the store's own words. What PostgreSQL did not say itself came from the connection.
 * A mistake of ours (bad SQL, a violated constraint) stays as it is.
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
  // 57014 is a statement that took too long: its connection is sound.
  const isLost = isStale(error) || (fatalStates.test(state) && state !== "57014");
  return isLost
    ? new ConnectionLostError(message, { cause: error })
    : new StoreUnavailableError(message, { cause: error });
}

/**
 * Whether the whole transaction may be tried again, given that it is known not to be committed: it lost against another, or
 * its connection broke before the commit was sent.
 */
export function isRepeatable(error: unknown): boolean {
  return error instanceof ConnectionLostError || repeatableStates.test(readSqlState(error));
}
