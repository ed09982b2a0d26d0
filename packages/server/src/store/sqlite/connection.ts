import { closeSync, existsSync, openSync } from "node:fs";
import { dirname } from "node:path";
import Database from "better-sqlite3";
import { giveToOwnerOf } from "../file-owner.ts";
import { type FoundSchema, migrationTable, SchemaError } from "../own-schema.ts";

/** For opening and recovering only, which several processes may do at once; the whole process waits. */
const openTimeoutMs = 5_000;

/**
 * Creates the file, unless it is there, so that only its owner can read it. SQLite gives its companions the same mode and owner.
 * One beside another gets that one's owner, and else that of the folder: a command that root runs before the server's first
 * start must not lock out the server's user.
 */
export function createPrivateFile(path: string, beside = dirname(path)): void {
  if (existsSync(path)) return;
  let file: number;
  try {
    file = openSync(path, "wx", 0o600);
  } catch (error) {
    if (!(error instanceof Error && "code" in error && error.code === "EEXIST")) throw error;
    // Another process has made it, or it is a link to a file that is not there yet.
    closeSync(openSync(path, "a", 0o600));
    return;
  }
  giveToOwnerOf(file, beside);
  closeSync(file);
}

/**
 * Reads what the file contains, and changes nothing.
 * @throws {SchemaError} for a file that is no SQLite database.
 */
export function readSchema(path: string): FoundSchema {
  const connection = new Database(path, { timeout: openTimeoutMs, fileMustExist: true });
  const list = (query: string): string[] => connection.prepare<[], string>(query).pluck().all();
  try {
    const tables = list(
      "select name from sqlite_schema where type in ('table', 'view') and name not like 'sqlite\\_%' escape '\\'",
    );
    return { tables, migrations: tables.includes(migrationTable) ? list(`select name from ${migrationTable}`) : [] };
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
 * Opens a connection in WAL mode with every commit flushed to disk, and reads the settings back:
 * a file system that refuses them must not go unnoticed.
 */
export function openConnection(path: string): Database.Database {
  if (path !== ":memory:") createPrivateFile(path);
  const connection = new Database(path, { timeout: openTimeoutMs });
  try {
    connection.pragma("journal_mode = WAL");
    connection.pragma("synchronous = FULL");
    connection.pragma("foreign_keys = ON");
    connection.pragma("trusted_schema = OFF");
    connection.pragma("cache_size = -65536");
    connection.pragma("mmap_size = 1073741824");
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
