import { statSync } from "node:fs";
import type { Database } from "better-sqlite3";
import { Kysely } from "kysely";
import { dialects } from "../dialects.ts";
import { createKyselyStore } from "../kysely-store.ts";
import { listMigrations, migrate } from "../migrate.ts";
import { requireOwnSchema } from "../own-schema.ts";
import type { Store } from "../store.ts";
import type { Tables } from "../tables.ts";
import { openConnection, readSchema } from "./connection.ts";
import { DurableSqliteDialect } from "./dialect.ts";
import { prepareLastUsedWrites } from "./last-used.ts";
import { SqliteLastUsedBuffer } from "./last-used-buffer.ts";
import { attachLastUsedFile, createLastUsedView } from "./last-used-file.ts";
import { SqliteUsesThread } from "./last-used-thread.ts";
import { createSqliteVerification, prepareSqliteVerification } from "./verification.ts";

/**
 * Refuses a file of another application, or of a newer version, before anything in it is changed, its journal mode included.
 * @throws {SchemaError}
 */
function requireOwnFile(path: string): void {
  if (path === ":memory:" || (statSync(path, { throwIfNoEntry: false })?.size ?? 0) === 0) return;
  requireOwnSchema(readSchema(path), listMigrations(dialects.sqlite), dialects.sqlite);
}

/** Opens a connection for changes and migrates over it. */
async function openWriter(path: string): Promise<{ readonly writer: Database; readonly writing: Kysely<Tables> }> {
  requireOwnFile(path);
  const writer = openConnection(path);
  const writing = new Kysely<Tables>({ dialect: new DurableSqliteDialect(writer) });
  try {
    attachLastUsedFile(writer);
    await migrate(writing, dialects.sqlite);
    createLastUsedView(writer);
    return { writer, writing };
  } catch (error) {
    await writing.destroy();
    throw error;
  }
}

/** Opens the database over one connection, for moving everything out of it or into it. */
export async function openSqliteTransfer(path: string): Promise<Kysely<Tables>> {
  return (await openWriter(path)).writing;
}

/**
 * Opens (and creates) the embedded database and migrates it. One connection writes; everything outside a transaction reads
 * committed data over a second one, so that a write, or the wait for one, never holds up a key check or a page of
 * keys; last uses are written by a thread of their own. `:memory:` has a single connection.
 */
export async function openSqliteStore(path: string): Promise<Store> {
  const { writer, writing } = await openWriter(path);
  if (path === ":memory:") return createMemoryStore(writer, writing);
  writer.pragma("busy_timeout = 0");
  const reader = openConnection(path);
  attachLastUsedFile(reader);
  createLastUsedView(reader);
  reader.pragma("query_only = ON");
  const reading = new Kysely<Tables>({ dialect: new DurableSqliteDialect(reader) });
  const thread = new SqliteUsesThread(path);
  return createKyselyStore(writing, reading, {
    findLiveSecret: createSqliteVerification(reader),
    uses: new SqliteLastUsedBuffer(thread),
    close: async () => {
      await thread.close();
      await reading.destroy();
      await writing.destroy();
      // Kysely closes only what it has used.
      for (const connection of [reader, writer]) connection.close();
    },
  });
}

function createMemoryStore(connection: Database, db: Kysely<Tables>): Store {
  const findLiveSecret = prepareSqliteVerification(connection);
  const writeUses = prepareLastUsedWrites(connection);
  return createKyselyStore(db, db, {
    findLiveSecret: async (digest) => findLiveSecret(digest),
    // Kysely gives the one connection to one at a time.
    uses: new SqliteLastUsedBuffer({
      prepare: () => undefined,
      write: (batch) => db.connection().execute(() => writeUses(batch)),
    }),
    close: async () => {
      await db.destroy();
      connection.close();
    },
  });
}
