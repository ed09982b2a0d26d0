import Database from "better-sqlite3";
import { onTestFinished } from "vitest";

/** A connection of the test's own to the server's database file, closed with the test. */
export function useDatabase(path: string): Database.Database {
  const connection = new Database(path, { timeout: 5000 });
  onTestFinished(() => {
    connection.close();
  });
  return connection;
}
