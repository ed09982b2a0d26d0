import Database from "better-sqlite3";
import { onTestFinished } from "vitest";
import { attachLastUsedFile, createLastUsedView } from "../../src/store/sqlite/last-used-file.ts";

/** Opens a separate connection to a server's database and its last-used times. */
export function openWithLastUsed(path: string): Database.Database {
  const connection = new Database(path, { timeout: 5000 });
  attachLastUsedFile(connection);
  createLastUsedView(connection);
  return connection;
}

/** Opens the same connection, and closes it with the test. */
export function useDatabaseWithLastUsed(path: string): Database.Database {
  const connection = openWithLastUsed(path);
  onTestFinished(() => void connection.close());
  return connection;
}

/** Opens a separate connection to an SQLite file, and closes it with the test. */
export function useSqliteConnection(path: string): Database.Database {
  const connection = new Database(path, { timeout: 5000 });
  onTestFinished(() => void connection.close());
  return connection;
}
