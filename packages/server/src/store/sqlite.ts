import { closeSync, openSync } from "node:fs";
import Database from "better-sqlite3";
import { Kysely } from "kysely";
import { dialects } from "./dialects.ts";
import { createKyselyStore } from "./kysely-store.ts";
import { migrate } from "./migrate.ts";
import { DurableSqliteDialect } from "./sqlite-dialect.ts";
import { toStoreError } from "./sqlite-errors.ts";
import { prepareSqliteUses } from "./sqlite-uses.ts";
import { prepareSqliteVerification } from "./sqlite-verification.ts";
import type { Store } from "./store.ts";
import type { Tables } from "./tables.ts";

/** For opening and recovering only, which several processes may do at once; the whole process waits. */
const openTimeoutMs = 5_000;

/** Creates the file so that only its owner can read it; SQLite gives its companions the same mode. */
function createPrivateFile(path: string): void {
  closeSync(openSync(path, "a", 0o600));
}

/**
 * Opens a connection in WAL mode with every commit flushed to disk, and reads the settings back:
 * a file system that refuses them must not go unnoticed.
 */
function openConnection(path: string): Database.Database {
  if (path !== ":memory:") createPrivateFile(path);
  const connection = new Database(path, { timeout: openTimeoutMs });
  try {
    connection.pragma("journal_mode = WAL");
    connection.pragma("synchronous = FULL");
    connection.pragma("foreign_keys = ON");
    connection.pragma("trusted_schema = OFF");
    connection.pragma("cache_size = -65536");
    connection.pragma("mmap_size = 1073741824");
    const expected = { journal_mode: path === ":memory:" ? "memory" : "wal", synchronous: 2, foreign_keys: 1 };
    for (const [name, value] of Object.entries(expected)) {
      const actual = connection.pragma(name, { simple: true });
      if (actual !== value) throw new Error(`SQLite keeps ${name} at ${String(actual)}; briksync needs ${value}`);
    }
    return connection;
  } catch (error) {
    connection.close();
    if (error instanceof Error) error.message = `${path}: ${error.message}`;
    throw error;
  }
}

/**
 * Opens (and creates) the embedded database and migrates it. One connection writes; everything outside a transaction reads
 * committed data over a second one, so that a write, or the wait for one, never holds up a key check or a page of
 * keys. `:memory:` has a single connection.
 */
export async function openSqliteStore(path: string): Promise<Store> {
  const writer = openConnection(path);
  const writing = new Kysely<Tables>({ dialect: new DurableSqliteDialect(writer) });
  try {
    await migrate(writing, dialects.sqlite);
  } catch (error) {
    await writing.destroy();
    throw error;
  }
  writer.pragma("busy_timeout = 0");
  const reader = path === ":memory:" ? writer : openConnection(path);
  if (reader !== writer) reader.pragma("query_only = ON");
  const reading = reader === writer ? writing : new Kysely<Tables>({ dialect: new DurableSqliteDialect(reader) });
  const findLiveSecret = prepareSqliteVerification(reader);
  const uses = path === ":memory:" ? null : openConnection(path);
  return createKyselyStore(writing, reading, {
    findLiveSecret: async (digest) => {
      try {
        return findLiveSecret(digest);
      } catch (error) {
        throw toStoreError(error);
      }
    },
    ...(uses === null ? {} : { recordUses: prepareSqliteUses(uses) }),
    close: async () => {
      await reading.destroy();
      await writing.destroy();
      // Kysely closes only what it has used.
      for (const connection of [uses, reader, writer]) connection?.close();
    },
  });
}
