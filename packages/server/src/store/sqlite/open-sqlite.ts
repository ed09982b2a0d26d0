import { statSync } from "node:fs";
import type { Database } from "better-sqlite3";
import type { Kysely } from "kysely";
import { dialects } from "../dialects.ts";
import { createKysely, createKyselyStore } from "../kysely-store.ts";
import { listMigrations, migrate } from "../migrate.ts";
import { requireOwnSchema } from "../own-schema.ts";
import type { Store } from "../store.ts";
import type { Tables } from "../tables.ts";
import { openConnection, readSchema } from "./connection.ts";
import { DurableSqliteDialect } from "./dialect.ts";
import { prepareLastUsedWrites } from "./last-used.ts";
import { SqliteLastUsedBuffer } from "./last-used-buffer.ts";
import { attachLastUsedFile, createLastUsedView } from "./last-used-file.ts";
import { SqliteLastUsedThread } from "./last-used-thread.ts";
import { createSqliteVerification, prepareSqliteVerification } from "./verification.ts";

/**
 * Refuses a file of another application or a newer version before anything changes, including its journal mode.
 * @throws {SchemaError}
 */
function requireOwnFile(path: string): void {
  if (path === ":memory:" || (statSync(path, { throwIfNoEntry: false })?.size ?? 0) === 0) return;
  requireOwnSchema(readSchema(path), listMigrations(dialects.sqlite), dialects.sqlite);
}

/** Opens a connection for writes and migrates over it. */
async function openWriter(path: string): Promise<{ readonly writer: Database; readonly writing: Kysely<Tables> }> {
  requireOwnFile(path);
  const writer = openConnection(path);
  const writing = createKysely(new DurableSqliteDialect(writer));
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

/** Opens the database with one connection, for an export or import. */
export async function openSqliteTransfer(path: string): Promise<Kysely<Tables>> {
  return (await openWriter(path)).writing;
}

/**
 * Opens or creates the SQLite database and migrates it. One connection writes. Reads outside a transaction use a second
 * connection, so that writes never block a key check or a list of keys. A thread writes last uses. `:memory:` has a
 * single connection.
 */
export async function openSqliteStore(path: string): Promise<Store> {
  const { writer, writing } = await openWriter(path);
  if (path === ":memory:") return createMemoryStore(writer, writing);
  writer.pragma("busy_timeout = 0");
  const reader = openConnection(path);
  attachLastUsedFile(reader);
  createLastUsedView(reader);
  reader.pragma("query_only = ON");
  const reading = createKysely(new DurableSqliteDialect(reader));
  const thread = new SqliteLastUsedThread(path);
  return createKyselyStore(writing, reading, {
    findLiveSecret: createSqliteVerification(reader),
    uses: new SqliteLastUsedBuffer(thread),
    close: async () => {
      await thread.close();
      await reading.destroy();
      await writing.destroy();
      // Kysely closes only connections that it has used.
      for (const connection of [reader, writer]) connection.close();
    },
  });
}

function createMemoryStore(connection: Database, db: Kysely<Tables>): Store {
  const findLiveSecret = prepareSqliteVerification(connection);
  const writeUses = prepareLastUsedWrites(connection);
  return createKyselyStore(db, db, {
    findLiveSecret: async (digest) => findLiveSecret(digest),
    // Kysely gives the single connection to one caller at a time.
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
