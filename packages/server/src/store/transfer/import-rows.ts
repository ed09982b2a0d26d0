import { type Kysely, sql } from "kysely";
import { listedShapes, type StoredTables, type TableShape, type Tables, tableShapes } from "../tables.ts";
import type { ExportedRow } from "./export-rows.ts";
import { ImportError } from "./import-error.ts";

const rowsPerInsert = 200;

function decode(
  table: string,
  { columns }: TableShape,
  row: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const known = Object.keys(columns);
  if (Object.keys(row).length !== known.length || !known.every((column) => column in row)) {
    throw new ImportError(`A row of ${table} does not have the columns of this version`);
  }
  return Object.fromEntries(
    Object.entries(columns).map(([column, { kind }]) => {
      const value = row[column];
      if (value === null) return [column, null];
      const isRight = kind === "integer" ? Number.isSafeInteger(value) : typeof value === "string";
      if (!isRight) throw new ImportError(`A row of ${table} has no ${kind} in ${column}`);
      return [column, kind === "bytes" ? Buffer.from(String(value), "base64") : value];
    }),
  );
}

async function requireEmpty(tx: Kysely<Tables>): Promise<void> {
  for (const [table] of listedShapes) {
    const { rows } = await sql`select 1 from ${sql.table(table)} limit 1`.execute(tx);
    if (rows.length > 0) throw new ImportError(`The database is not empty: ${table} has rows`);
  }
}

/**
 * Writes rows into an empty database and checks them, all in one transaction. A refused import leaves nothing behind.
 * @throws {ImportError} for invalid rows and for a database that is not empty. Also the errors of `check`.
 */
export async function importRows(
  db: Kysely<Tables>,
  rows: AsyncIterable<ExportedRow>,
  check: (tx: Kysely<Tables>) => Promise<void>,
): Promise<void> {
  await db.transaction().execute(async (tx) => {
    await requireEmpty(tx);
    let batch: Record<string, unknown>[] = [];
    let batchTable: keyof StoredTables | null = null;
    const flush = async (): Promise<void> => {
      if (batchTable === null || batch.length === 0) return;
      // The compiler cannot see that each row was checked.
      await tx
        .withoutPlugins()
        .insertInto(batchTable as never)
        .values(batch as never)
        .execute();
      batch = [];
    };
    for await (const { table, row } of rows) {
      const shape: TableShape | undefined = Object.hasOwn(tableShapes, table) ? tableShapes[table] : undefined;
      if (shape === undefined) throw new ImportError(`There is no table ${JSON.stringify(table)} in this version`);
      if (table !== batchTable || batch.length >= rowsPerInsert) await flush();
      batchTable = table;
      batch.push(decode(table, shape, row));
    }
    await flush();
    await check(tx);
  });
}
