import { createHash } from "node:crypto";
import { requireKnownPeppers } from "../../config/server-secrets.ts";
import { verifyAuditChain } from "../../domain/audit/audit-chain.ts";
import { auditKeyFor } from "../../domain/audit/record-audit.ts";
import { createSecretHasher } from "../../domain/keys/secret-hash.ts";
import { createRepositories } from "../../store/kysely-store.ts";
import { openTransfer } from "../../store/open-store.ts";
import type { Repositories } from "../../store/store.ts";
import type { ExportedRow } from "../../store/transfer/export-rows.ts";
import { ImportError } from "../../store/transfer/import-error.ts";
import { importRows } from "../../store/transfer/import-rows.ts";
import { readConfig } from "../read-config.ts";
import type { Terminal } from "../terminal.ts";
import { type ExportEnd, type ExportHeader, exportFormat } from "./export.ts";

function parseLine(line: string): Partial<ExportHeader & ExportEnd & ExportedRow> {
  try {
    const value: unknown = JSON.parse(line);
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  } catch {
    // The error below reports invalid JSON too.
  }
  throw new ImportError("The input is not an export of briksync-server");
}

function requireHeader(line: string | undefined, migrations: readonly string[]): Partial<ExportHeader> {
  const header = parseLine(line ?? "");
  if (header.format !== exportFormat) throw new ImportError("The input is not an export of briksync-server");
  if (JSON.stringify(header.migrations) !== JSON.stringify(migrations)) {
    throw new ImportError(
      "The export was created by another version of briksync-server. Export again with this version",
    );
  }
  return header;
}

/**
 * Reads the rows between header and end, and counts and hashes them. Throws `ImportError` if the export is incomplete.
 */
class ExportReader {
  readonly rows: Record<string, number> = {};
  header: Partial<ExportHeader> = {};
  readonly #lines: AsyncIterator<string>;
  readonly #migrations: readonly string[];
  readonly #hash = createHash("sha256");

  constructor(lines: AsyncIterable<string>, migrations: readonly string[]) {
    this.#lines = lines[Symbol.asyncIterator]();
    this.#migrations = migrations;
  }

  async *read(): AsyncGenerator<ExportedRow> {
    const first = await this.#next();
    this.header = requireHeader(first, this.#migrations);
    for (let line = first; ; ) {
      this.#hash.update(`${line}\n`);
      line = await this.#next();
      if (line === undefined) throw new ImportError("The export is incomplete");
      const value = parseLine(line);
      if ("end" in value) {
        await this.#finish(value as ExportEnd);
        return;
      }
      const row = value as ExportedRow;
      if (typeof row.row !== "object" || row.row === null)
        throw new ImportError("A line of the export contains no row");
      yield row;
      this.rows[row.table] = (this.rows[row.table] ?? 0) + 1;
    }
  }

  async #finish(end: ExportEnd): Promise<void> {
    if (end.sha256 !== this.#hash.digest("hex"))
      throw new ImportError("The export was damaged or changed after it was created");
    for (const table of new Set([...Object.keys(end.rows), ...Object.keys(this.rows)])) {
      if (end.rows[table] !== this.rows[table]) throw new ImportError(`Rows of ${table} are missing`);
    }
    if ((await this.#next()) !== undefined) throw new ImportError("The input continues after the end of the export");
  }

  async #next(): Promise<string | undefined> {
    const { value, done } = await this.#lines.next();
    return done === true ? undefined : value;
  }
}

/**
 * Throws unless the peppers of all secrets are configured and all audit chains are intact. This also finds data that
 * was lost or changed before the export.
 */
async function requireIntact(repositories: Repositories, peppers: readonly string[]): Promise<void> {
  const secretHasher = createSecretHasher(peppers);
  await requireKnownPeppers(repositories, secretHasher, "the export");
  for (const { companyId, ...head } of await repositories.audit.listHeads()) {
    const keyFor = (version: string): Buffer | null => auditKeyFor({ secretHasher }, version);
    const verified = await verifyAuditChain(repositories.audit.readChain(companyId), { keyFor, head });
    if (!verified.ok) throw new ImportError(`The audit trail of company ${companyId} is broken: ${verified.message}`);
  }
}

/** Imports an export from stdin into an empty database. Imports everything or nothing. */
export async function importDatabase(terminal: Terminal): Promise<void> {
  const { config, secrets } = readConfig(terminal);
  const transfer = await openTransfer(config.database);
  try {
    const reader = new ExportReader(terminal.readLines(), transfer.migrations);
    await importRows(transfer.db, reader.read(), (tx) => requireIntact(createRepositories(tx), secrets.peppers));
    const total = Object.values(reader.rows).reduce((sum, count) => sum + count, 0);
    terminal.say(`Imported ${total} rows. They were exported on ${reader.header.exportedOn ?? "an unknown time"}.`);
  } finally {
    await transfer.close();
  }
}
