import type { Context } from "../context.ts";
import { formatRelativeTime } from "../text/relative-time.ts";
import { sanitizeText } from "../text/sanitize.ts";
import type { Colors } from "./colors.ts";
import { formatCsvRow } from "./csv.ts";
import { formatJson } from "./json.ts";
import type { TableColumn } from "./table.ts";

/**
 * One column of a list. `field` and `value` are the exact form (CSV). `show` is the form for people (default: the
 * value).
 */
export interface ListColumn<Row> extends TableColumn {
  readonly field: string;
  /** The column is not in the table, because only programs need it. */
  readonly isCsvOnly?: boolean;
  value(row: Row): string | number | boolean | null | undefined;
  show?(row: Row, now: Date): string;
  /** Returns the color of a cell. Called only if color is on. */
  style?(row: Row, colors: Colors): ((text: string) => string) | undefined;
}

/** Returns a column with the time in a field of each row. People see how long ago it is. */
export function makeTimeColumn<Field extends string>(
  header: string,
  field: Field,
  more: Pick<TableColumn, "dropOrder"> & { readonly isCsvOnly?: boolean } = {},
): ListColumn<{ readonly [Name in Field]?: string | null }> {
  return {
    header,
    field,
    value: (row) => row[field],
    show: (row, now) => formatRelativeTime(row[field], now),
    ...more,
  };
}

/**
 * The layout of a list in each format. `toJson` defaults to the row. `empty` is printed to stderr if there are no rows.
 */
export interface ListLayout<Row> {
  readonly columns: readonly ListColumn<Row>[];
  readonly empty: string;
  id(row: Row): string;
  toJson?(row: Row): unknown;
}

/** Prints rows to stdout in the output format of this run: table, JSON array, CSV with a header, or one ID per line. */
export async function printList<Row>(context: Context, rows: readonly Row[], layout: ListLayout<Row>): Promise<void> {
  const { io } = context;
  const output = await context.output();
  if (output === "json") {
    await io.writeData(formatJson(rows.map((row) => (layout.toJson ? layout.toJson(row) : row))));
    return;
  }
  if (output === "csv") {
    const header = formatCsvRow(layout.columns.map((column) => column.field));
    const lines = rows.map((row) => formatCsvRow(layout.columns.map((column) => String(column.value(row) ?? ""))));
    await io.writeData(header + lines.join(""));
    return;
  }
  if (rows.length === 0) {
    io.writeStatus(layout.empty);
    return;
  }
  if (output === "ids") {
    await io.writeData(rows.map((row) => `${sanitizeText(layout.id(row))}\n`).join(""));
    return;
  }
  const { formatTable } = await import("./table.ts");
  const now = context.now();
  const columns = layout.columns.filter((column) => column.isCsvOnly !== true);
  const cells = rows.map((row) =>
    columns.map((column) => sanitizeText(column.show ? column.show(row, now) : String(column.value(row) ?? ""))),
  );
  const style = (text: string, columnIndex: number, rowIndex: number): string => {
    const row = rows[rowIndex];
    if (row === undefined) return io.colors.bold(text);
    return columns[columnIndex]?.style?.(row, io.colors)?.(text) ?? text;
  };
  await io.writeData(formatTable(columns, cells, io.dataWidth, style));
}
