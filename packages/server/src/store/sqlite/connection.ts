import { closeSync, existsSync, openSync } from "node:fs";
import { dirname } from "node:path";
import Database from "better-sqlite3";
import { giveToOwnerOf } from "../file-owner.ts";
import { type FoundSchema, migrationTable, SchemaError } from "../own-schema.ts";
import { isBusy } from "./errors.ts";

/** Timeout for opening and recovery, which several processes may do at once. It blocks the whole process. */
const openTimeoutMs = 5_000;

/**
 * Creates a file that only its owner can read, if it does not exist. SQLite gives its companion files the same mode and
 * owner. The file gets the owner of the file `beside`, or of the folder. If root runs a command before the first start,
 * the server's user must still be able to open it.
 */
export function createPrivateFile(path: string, beside = dirname(path)): void {
  if (existsSync(path)) return;
  let file: number;
  try {
    file = openSync(path, "wx", 0o600);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
    // Another process created it, or it is a link to a missing file.
    closeSync(openSync(path, "a", 0o600));
    return;
  }
  giveToOwnerOf(file, beside);
  closeSync(file);
}

/**
 * Returns the schema of a file without changing it.
 * @throws {SchemaError} if the file is not an SQLite database.
 */
export function readSchema(path: string): FoundSchema {
  const connection = new Database(path, { timeout: openTimeoutMs, fileMustExist: true });
  const list = (query: string): string[] => connection.prepare<[], string>(query).pluck().all();
  // One snapshot, because another process may migrate at the same time.
  const read = connection.transaction((): FoundSchema => {
    const tables = list(
      "select name from sqlite_schema where type in ('table', 'view') and name not like 'sqlite\\_%' escape '\\'",
    );
    return { tables, migrations: tables.includes(migrationTable) ? list(`select name from ${migrationTable}`) : [] };
  });
  try {
    return read.deferred();
  } catch (error) {
    if (error instanceof Database.SqliteError && error.code === "SQLITE_NOTADB") {
      throw new SchemaError(`${path} is not an SQLite database. Nothing was changed.`);
    }
    if (error instanceof Error) error.message = `${path}: ${error.message}`;
    throw error;
  } finally {
    connection.close();
  }
}

/**
 * How much of a file is mapped into memory: as much as SQLite allows. Pages beyond it are copied, which takes two thirds
 * more time for a look-up. A million keys need 1.2 GB.
 */
const mappedBytesMax = 0x7fff_0000;

/** Pause between two tries to switch a file to WAL mode. */
const walRetryMs = 10;

/**
 * Switches a file of a connection to WAL mode, and returns the mode. SQLite does not wait if another process switches the
 * file at the same moment, so this tries again for as long as opening may take. Blocks the process.
 */
export function enableWal(connection: Database.Database, schema = "main"): unknown {
  const deadlineMs = performance.now() + openTimeoutMs;
  for (;;) {
    try {
      return connection.pragma(`${schema}.journal_mode = WAL`, { simple: true });
    } catch (error) {
      if (!isBusy(error) || performance.now() > deadlineMs) throw error;
      // Random, so that several processes do not try in step.
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, walRetryMs * (0.5 + Math.random()));
    }
  }
}

/**
 * Opens a connection in WAL mode that flushes every commit to disk. Reads the settings back, because some file systems
 * refuse them.
 */
export function openConnection(path: string): Database.Database {
  if (path !== ":memory:") createPrivateFile(path);
  const connection = new Database(path, { timeout: openTimeoutMs });
  try {
    enableWal(connection);
    connection.pragma("synchronous = FULL");
    connection.pragma("foreign_keys = ON");
    connection.pragma("trusted_schema = OFF");
    connection.pragma("cache_size = -65536");
    connection.pragma(`mmap_size = ${mappedBytesMax}`);
    const expected = { journal_mode: path === ":memory:" ? "memory" : "wal", synchronous: 2, foreign_keys: 1 };
    for (const [name, value] of Object.entries(expected)) {
      const actual = connection.pragma(name, { simple: true });
      if (actual !== value)
        throw new Error(`SQLite did not change ${name} from ${String(actual)} to ${value}, which briksync needs`);
    }
    return connection;
  } catch (error) {
    connection.close();
    if (error instanceof Error) error.message = `${path}: ${error.message}`;
    throw error;
  }
}
