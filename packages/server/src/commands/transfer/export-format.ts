/** Name and version of the format. */
export const exportFormat = "briksync export 1";

/** The first line of an export. */
export interface ExportHeader {
  readonly format: typeof exportFormat;
  /** Migrations of the schema of the export. */
  readonly migrations: readonly string[];
  readonly exportedOn: string;
}

/** The last line. `sha256` covers all previous lines, including line ends. */
export interface ExportEnd {
  readonly end: true;
  /** Number of rows per table. */
  readonly rows: Readonly<Record<string, number>>;
  readonly sha256: string;
}
