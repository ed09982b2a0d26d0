import type { TestDatabase } from "./test-database.ts";

/** How many rows each of the tables has. */
export function countRows(database: TestDatabase, ...tables: readonly string[]): Promise<number[]> {
  return Promise.all(tables.map(async (table) => (await database.query(`select 1 from ${table}`)).length));
}
