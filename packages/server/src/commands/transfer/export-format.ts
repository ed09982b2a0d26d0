/** Names the format, and its version. */
export const exportFormat = "briksync export 1";

/** The first line of an export. */
export interface ExportHeader {
  readonly format: typeof exportFormat;
  /** The migrations of the schema it was made under. */
  readonly migrations: readonly string[];
  readonly exportedOn: string;
}

/** The last line. `sha256` is that of all lines before, line ends included. */
export interface ExportEnd {
  readonly end: true;
  /** How many rows of each table came before. */
  readonly rows: Readonly<Record<string, number>>;
  readonly sha256: string;
}
