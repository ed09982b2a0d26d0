import Database from "better-sqlite3";
import { onTestFinished } from "vitest";

/** A connection of the test's own to a database file, closed with the test. */
export function useSqliteConnection(path: string): Database.Database {
  const connection = new Database(path, { timeout: 5000 });
  onTestFinished(() => void connection.close());
  return connection;
}
