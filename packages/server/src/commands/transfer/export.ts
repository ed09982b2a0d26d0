import { createHash } from "node:crypto";
import { openTransfer } from "../../store/open-store.ts";
import { exportRows } from "../../store/transfer/export-rows.ts";
import { readConfig } from "../read-config.ts";
import type { Terminal } from "../terminal.ts";

/** Name and version of the format. */
export const exportFormat = "briksync export 1";

/** The first line of an export. */
export interface ExportHeader {
  readonly format: typeof exportFormat;
  /** Names of the migrations of the exported schema. */
  readonly migrations: readonly string[];
  readonly exportedOn: string;
}

/** The last line of an export. `sha256` covers all previous lines, including line ends. */
export interface ExportEnd {
  readonly end: true;
  /** Number of rows per table. */
  readonly rows: Readonly<Record<string, number>>;
  readonly sha256: string;
}

/**
 * Writes a consistent snapshot of the database to stdout as lines of JSON. The last line has row counts and a digest.
 */
export async function exportDatabase(terminal: Terminal): Promise<void> {
  const { config } = readConfig(terminal, { mustExist: true });
  const transfer = await openTransfer(config.database);
  try {
    const hash = createHash("sha256");
    const rows: Record<string, number> = {};
    const write = async (line: object): Promise<void> => {
      const text = `${JSON.stringify(line)}\n`;
      hash.update(text);
      await terminal.write(text);
    };
    await write({
      format: exportFormat,
      migrations: transfer.migrations,
      exportedOn: new Date().toISOString(),
    } satisfies ExportHeader);
    await exportRows(transfer.db, transfer.dialect, async (row) => {
      rows[row.table] = (rows[row.table] ?? 0) + 1;
      await write(row);
    });
    const end: ExportEnd = { end: true, rows, sha256: hash.digest("hex") };
    await terminal.write(`${JSON.stringify(end)}\n`);
    const total = Object.values(rows).reduce((sum, count) => sum + count, 0);
    terminal.say(
      `Exported ${total} rows. They contain no plaintext secrets, but personal data. Protect the export like the database.`,
    );
  } finally {
    await transfer.close();
  }
}
