import Database from "better-sqlite3";
import { onTestFinished } from "vitest";
import { attachLastUsedFile, createLastUsedView } from "../../src/store/sqlite/last-used-file.ts";

/** A connection of the test's own to a server's database and its last uses. */
export function openWithUses(path: string): Database.Database {
  const connection = new Database(path, { timeout: 5000 });
  attachLastUsedFile(connection);
  createLastUsedView(connection);
  return connection;
}

/** The same, closed with the test. */
export function useDatabaseWithUses(path: string): Database.Database {
  const connection = openWithUses(path);
  onTestFinished(() => void connection.close());
  return connection;
}

/** A connection of the test's own to an SQLite file, closed with the test. */
export function useSqliteConnection(path: string): Database.Database {
  const connection = new Database(path, { timeout: 5000 });
  onTestFinished(() => void connection.close());
  return connection;
}
