import { type Kysely, sql } from "kysely";
import type { Dialect } from "../dialects.ts";
import { listedShapes, type StoredTables, type TableShape, type Tables } from "../tables.ts";

/** A row by column. Bytes are in base64. */
export interface ExportedRow {
  readonly table: keyof StoredTables;
  readonly row: Readonly<Record<string, string | number | null>>;
}

const rowsPerFetch = 500;

type Row = Readonly<Record<string, unknown>>;

function encode({ columns }: TableShape, row: Row): ExportedRow["row"] {
  return Object.fromEntries(
    Object.keys(columns).map((column) => {
      const value = row[column];
      return [column, Buffer.isBuffer(value) ? value.toString("base64") : (value as string | number | null)];
    }),
  );
}

/**
 * Passes all rows of all tables from one snapshot, ordered by key. A slow reader blocks no reads and writes, but it
 * delays the removal of old versions: PostgreSQL's vacuum and SQLite's checkpoint.
 */
export async function exportRows(
  db: Kysely<Tables>,
  dialect: Dialect,
  take: (row: ExportedRow) => Promise<void>,
): Promise<void> {
  await db
    .withoutPlugins()
    .connection()
    .execute(async (connection) => {
      await sql.raw(dialect.beginSnapshot).execute(connection);
      try {
        for (const [table, shape] of listedShapes) {
          let query = connection.selectFrom(table as never).select(Object.keys(shape.columns) as never[]);
          for (const column of shape.key) query = query.orderBy(column as never);
          for await (const row of query.stream(rowsPerFetch)) await take({ table, row: encode(shape, row) });
        }
      } finally {
        await sql`rollback`.execute(connection);
      }
    });
}
