import { setTimeout } from "node:timers/promises";
import type Database from "better-sqlite3";
import {
  CompiledQuery,
  type DatabaseConnection,
  type DialectAdapter,
  type Driver,
  type QueryResult,
  SqliteAdapter,
  SqliteDialect,
  SqliteDriver,
} from "kysely";
import { isLockHeld, toStoreError } from "./errors.ts";

/** How long a write waits for another process's. */
const lockWaitMs = 3_000;
const lockRetryMs = 16;

/** Reports "the database cannot take it now" in the store's own words. */
class TranslatingConnection implements DatabaseConnection {
  readonly #inner: DatabaseConnection;

  constructor(inner: DatabaseConnection) {
    this.#inner = inner;
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    try {
      return await this.#inner.executeQuery<R>(query);
    } catch (error) {
      throw toStoreError(error);
    }
  }

  streamQuery<R>(query: CompiledQuery, chunkSize: number): AsyncIterableIterator<QueryResult<R>> {
    return this.#inner.streamQuery(query, chunkSize);
  }
}

/**
 * Takes the write lock of the database and changes nothing: no file of ours has `auto_vacuum`. BEGIN IMMEDIATE would lock the
 * file of last uses too, and wait for whoever writes those.
 */
const takeWriteLock = "pragma main.incremental_vacuum(1)";

class DurableSqliteDriver extends SqliteDriver {
  readonly #database: Database.Database;

  constructor(database: Database.Database) {
    super({ database });
    this.#database = database;
  }

  override async acquireConnection(): Promise<DatabaseConnection> {
    return new TranslatingConnection(await super.acquireConnection());
  }

  /**
   * Takes the write lock at BEGIN: a deferred transaction can fail half-way where another process writes. Waits for the lock
   * by timer, because SQLite's own waiting would hold up everything else this process does.
   */
  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    const deadlineMs = performance.now() + lockWaitMs;
    for (let waitMs = 1; ; waitMs = Math.min(waitMs * 2, lockRetryMs)) {
      try {
        await connection.executeQuery(CompiledQuery.raw("begin"));
        await connection.executeQuery(CompiledQuery.raw(takeWriteLock));
        return;
      } catch (error) {
        if (this.#database.inTransaction) this.#database.exec("rollback");
        if (!isLockHeld(error) || performance.now() > deadlineMs) throw error;
        // Of several processes that wait, none is to come last every time.
        await setTimeout(waitMs * (0.5 + Math.random()));
      }
    }
  }

  override async commitTransaction(connection: DatabaseConnection): Promise<void> {
    try {
      await super.commitTransaction(connection);
    } catch (error) {
      this.#buryFailedCommit();
      throw error;
    }
  }

  /**
   * A commit that could not be flushed is complete in the write-ahead log, and a process killed now would find it there: what
   * the client was refused would have happened after all. A commit that changes nothing takes its place, and no frame behind
   * it counts any more, because their checksums follow from one another (SQLite, "WAL File Format").
   */
  #buryFailedCommit(): void {
    const database = this.#database;
    try {
      if (database.inTransaction) database.exec("rollback");
      database.exec("begin");
      database.exec("pragma main.user_version = 0");
      database.exec("commit");
    } catch {
      // It need not be flushed to take the place; and where nothing can be written, nothing was.
      if (database.inTransaction) database.exec("rollback");
    }
  }

  /** SQLite has rolled back by itself after some failures; a second rollback would hide the first error. */
  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    if (this.#database.inTransaction) await super.rollbackTransaction(connection);
  }
}

/** SQLite can create tables in a transaction; Kysely believes otherwise and would migrate without one, half or twice. */
class TransactionalSqliteAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

/** Kysely's SQLite dialect with write locks taken up front and failures told apart. */
export class DurableSqliteDialect extends SqliteDialect {
  readonly #database: Database.Database;

  constructor(database: Database.Database) {
    super({ database });
    this.#database = database;
  }

  override createAdapter(): DialectAdapter {
    return new TransactionalSqliteAdapter();
  }

  override createDriver(): Driver {
    return new DurableSqliteDriver(this.#database);
  }
}
