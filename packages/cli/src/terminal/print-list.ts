import type { Context } from "../context.ts";
import { sanitizeText } from "../text/sanitize.ts";
import { formatRelativeTime } from "../text/time.ts";
import { formatCsvRow, formatJson } from "./data-formats.ts";
import type { Colors } from "./styles.ts";
import type { TableColumn } from "./table.ts";

type Scalar = string | number | boolean | null | undefined;

/** The fields of a row that a column can show unchanged. */
type ScalarField<Row> = { [Field in keyof Row & string]-?: Row[Field] extends Scalar ? Field : never }[keyof Row &
  string];

/**
 * One column of a list. `field` and `value` are the exact form (CSV). By default, the value is the field of the row.
 * `show` is the form for people (default: the value).
 */
export type ListColumn<Row> = ColumnTraits<Row> &
  (
    | { readonly field: ScalarField<Row>; readonly value?: undefined }
    | { readonly field: string; value(row: Row): Scalar }
  );

interface ColumnTraits<Row> extends TableColumn {
  /** The column is not in the table, because only programs need it. */
  readonly isCsvOnly?: boolean;
  /** `--search` looks into this column. */
  readonly isSearched?: boolean;
  show?(row: Row, now: Date): string;
  /** Returns the address of the page about the row. A terminal links the cell to it. */
  link?(row: Row): string;
  /** Returns the color of a cell. Called only if color is on. */
  style?(row: Row, colors: Colors): ((text: string) => string) | undefined;
}

/** Returns a column with the time in a field of each row. People see how long ago it is. */
export function createTimeColumn<Field extends string>(
  header: string,
  field: Field,
  more: Pick<TableColumn, "dropOrder"> & { readonly isCsvOnly?: boolean } = {},
): ListColumn<{ readonly [Name in Field]?: string | null }> {
  return {
    header,
    field,
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
  /** The words for one row and for several rows, such as `key` and `keys`. */
  readonly nouns: readonly [one: string, several: string];
  id(row: Row): string;
  toJson?(row: Row): unknown;
}

/** Options of {@link printList}. */
export interface PrintOptions {
  /** The fields to print, in this order. */
  readonly fields?: readonly string[] | undefined;
  /** The number of rows that exist, or null if more exist than were counted. */
  readonly total?: number | null;
}

/**
 * Prints rows to stdout in the output format of this run: table, JSON array, CSV with a header, or one ID per line. At
 * a terminal, a table ends with the number of rows, and long output goes through the pager.
 */
export async function printList<Row>(
  context: Context,
  rows: readonly Row[],
  layout: ListLayout<Row>,
  { fields, total = rows.length }: PrintOptions = {},
): Promise<void> {
  const { io } = context;
  const output = await context.output();
  if (output === "json") {
    const objects = rows.map((row) => (layout.toJson ? layout.toJson(row) : row) as Readonly<Record<string, unknown>>);
    if (fields === undefined) return io.writeLongData(formatJson(objects));
    // An older server may not send a field. Then it is null, so that all rows have the same fields.
    const picked = objects.map((each) => Object.fromEntries(fields.map((field) => [field, each[field] ?? null])));
    return io.writeLongData(formatJson(picked));
  }
  const chosen = fields === undefined ? layout.columns : pickColumns(layout.columns, fields);
  const toTexts = (row: Row): string[] => chosen.map((column) => readText(column, row));
  if (output === "csv") {
    const header = formatCsvRow(chosen.map((column) => column.field));
    return io.writeLongData(header + rows.map((row) => formatCsvRow(toTexts(row))).join(""));
  }
  if (rows.length === 0) return io.writeStatus(layout.empty);
  if (output === "ids") {
    const toLine = (row: Row): string =>
      fields === undefined ? sanitizeText(layout.id(row)) : toTexts(row).map(sanitizeText).join("\t");
    return io.writeLongData(rows.map((row) => `${toLine(row)}\n`).join(""));
  }
  const { formatTable } = await import("./table.ts");
  const now = context.now();
  const columns = fields === undefined ? chosen.filter((column) => column.isCsvOnly !== true) : chosen;
  const cells = rows.map((row) =>
    columns.map((column) => sanitizeText(column.show ? column.show(row, now) : readText(column, row))),
  );
  const style = (text: string, columnIndex: number, rowIndex: number): string => {
    const row = rows[rowIndex];
    if (row === undefined) return io.colors.bold(text);
    const column = columns[columnIndex];
    const styled = column?.style?.(row, io.colors)?.(text) ?? text;
    return column?.link === undefined ? styled : io.link(styled, column.link(row));
  };
  const count =
    io.isDataTty && !context.globals.isQuiet ? `${io.colors.dim(countRows(rows.length, total, layout))}\n` : "";
  await io.writeLongData(formatTable(columns, cells, io.dataWidth, style) + count);
}

/** Returns the exact form of a value of a row. */
export function readText<Row>({ field, value }: ListColumn<Row>, row: Row): string {
  return String((value ? value(row) : row[field as keyof Row]) ?? "");
}

function pickColumns<Row>(columns: readonly ListColumn<Row>[], fields: readonly string[]): readonly ListColumn<Row>[] {
  const named = fields.flatMap((name) => columns.filter(({ field }) => field === name));
  // A narrow terminal may cut the fields that the user chose, but not leave one out.
  return named.map(({ dropOrder: _, ...column }) => column);
}

function countRows(listed: number, total: number | null, { nouns }: Pick<ListLayout<never>, "nouns">): string {
  if (total === null) return `The first ${listed} ${nouns[listed === 1 ? 0 : 1]}`;
  const noun = nouns[total === 1 ? 0 : 1];
  return total === listed ? `${listed} ${noun}` : `${listed} of ${total} ${noun}`;
}
