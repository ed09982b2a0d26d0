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

/** How long a write waits for the lock of another process. */
const lockWaitMs = 3_000;
const lockRetryMs = 16;

/** Converts temporary failures to errors of the store. */
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
 * Takes the write lock of the database without a change, because no database uses `auto_vacuum`. BEGIN IMMEDIATE would
 * also lock the last-used file and wait for its writers.
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
   * Takes the write lock at BEGIN, because a deferred transaction can fail halfway if another process writes. Waits
   * with a timer, because waiting inside SQLite would block the process.
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
        // Random, so that no waiting process is always last.
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
   * A commit that failed to flush is complete in the write-ahead log. After a crash, the refused change would take
   * effect. So an empty commit overwrites its position. Later frames then no longer count, because their checksums
   * depend on each other (SQLite, "WAL File Format").
   */
  #buryFailedCommit(): void {
    const database = this.#database;
    try {
      if (database.inTransaction) database.exec("rollback");
      database.exec("begin");
      database.exec("pragma main.user_version = 0");
      database.exec("commit");
    } catch {
      // It needs no flush to overwrite the position. If nothing can be written, nothing was written.
      if (database.inTransaction) database.exec("rollback");
    }
  }

  /** SQLite rolls back by itself after some failures. A second rollback would hide the first error. */
  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    if (this.#database.inTransaction) await super.rollbackTransaction(connection);
  }
}

/** SQLite can create tables in a transaction. Kysely assumes that it cannot, and would migrate without one. */
class TransactionalSqliteAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

/** Kysely's SQLite dialect that takes write locks at BEGIN and distinguishes temporary failures. */
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
