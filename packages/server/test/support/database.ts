import Database from "better-sqlite3";
import { onTestFinished } from "vitest";
import type { OnFinished } from "./on-finished.ts";

/** A connection of the test's own to the server's database file, closed with the test. */
export function useDatabase(path: string, onFinished: OnFinished = onTestFinished): Database.Database {
  const connection = new Database(path, { timeout: 5000 });
  onFinished(() => {
    connection.close();
  });
  return connection;
}
