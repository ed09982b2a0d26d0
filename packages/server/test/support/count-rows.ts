import type { TestDatabase } from "./test-database.ts";

/** Returns the number of rows of each table. */
export function countRows(database: TestDatabase, ...tables: readonly string[]): Promise<number[]> {
  return Promise.all(tables.map(async (table) => (await database.query(`select 1 from ${table}`)).length));
}
