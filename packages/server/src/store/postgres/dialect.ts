import {
  CompiledQuery,
  type DatabaseConnection,
  type DatabaseIntrospector,
  type DatabaseMetadataOptions,
  type DataTypeNode,
  type Dialect,
  type DialectAdapter,
  type Driver,
  DummyDriver,
  type Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryCompiler,
  type QueryResult,
  sql,
  type TableMetadata,
} from "kysely";
import type pg from "pg";
import { SchemaError } from "../own-schema.ts";
import { StoreOutcomeUnknownError, StoreUnavailableError } from "../store.ts";
import { ConnectionLostError } from "./errors.ts";
import { ask, type PostgresPool } from "./pool.ts";

/**
 * Compares all text by bytes, as in SQLite. The order of a locale depends on libraries of the operating system. After
 * an update, rows could no longer be found in indexes.
 */
class BytewiseCompiler extends PostgresQueryCompiler {
  protected override visitDataType(node: DataTypeNode): void {
    super.visitDataType(node);
    if (node.dataType === "text") this.append(' collate "C"');
  }
}

function toQueryResult<R>({ command, rowCount, rows }: pg.QueryResult): QueryResult<R> {
  if (!["INSERT", "UPDATE", "DELETE"].includes(command)) return { rows: rows as R[] };
  return { rows: rows as R[], numAffectedRows: BigInt(rowCount ?? 0) };
}

function refuseStream(): never {
  throw new Error("Rows are streamed inside a transaction");
}

/** A connection for a transaction. */
class HeldConnection implements DatabaseConnection {
  readonly client: pg.PoolClient;
  isBroken = false;

  constructor(client: pg.PoolClient) {
    this.client = client;
  }

  async executeQuery<R>({ sql, parameters }: CompiledQuery): Promise<QueryResult<R>> {
    try {
      return toQueryResult(await ask(this.client, { text: sql, values: parameters }));
    } catch (error) {
      this.isBroken ||= error instanceof ConnectionLostError;
      throw error;
    }
  }

  /** Uses a server-side cursor, which needs the current transaction. */
  async *streamQuery<R>({ sql, parameters }: CompiledQuery, chunkSize: number): AsyncIterableIterator<QueryResult<R>> {
    await ask(this.client, { text: `declare rows_to_stream no scroll cursor for ${sql}`, values: parameters });
    for (;;) {
      const { rows } = await ask(this.client, { text: `fetch ${chunkSize} from rows_to_stream` });
      if (rows.length === 0) break;
      yield { rows };
    }
    await ask(this.client, { text: "close rows_to_stream" });
  }
}

class TransactionDriver implements Driver {
  readonly #pool: PostgresPool;

  constructor(pool: PostgresPool) {
    this.#pool = pool;
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<DatabaseConnection> {
    return new HeldConnection(await this.#pool.take());
  }

  async beginTransaction(connection: DatabaseConnection): Promise<void> {
    // Explicit, because a database can have another default, and the code is written for this level (decision 0030).
    await connection.executeQuery(CompiledQuery.raw("begin isolation level read committed"));
  }

  /**
   * Throws `StoreOutcomeUnknownError` if the commit was sent but not confirmed. If PostgreSQL refused it on a working
   * connection, nothing was committed.
   */
  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    const held = connection as HeldConnection;
    // A commit that never arrived cannot happen: PostgreSQL rolls back when it notices the closed connection.
    if (held.isBroken) throw new ConnectionLostError("The database connection broke before the commit");
    let command: string;
    try {
      ({ command } = await ask(held.client, { text: "commit" }));
    } catch (error) {
      if (error instanceof ConnectionLostError || !(await this.#isAlive(held))) {
        held.isBroken = true;
        throw new StoreOutcomeUnknownError("The database did not confirm the commit", { cause: error });
      }
      throw error;
    }
    // PostgreSQL returns ROLLBACK if an earlier statement failed and its error was ignored.
    if (command === "ROLLBACK") throw new Error("The transaction was rolled back because one of its statements failed");
  }

  /** Never throws, because the original error matters. */
  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    const held = connection as HeldConnection;
    if (held.isBroken) return;
    try {
      await ask(held.client, { text: "rollback" });
    } catch {
      held.isBroken = true;
    }
  }

  async releaseConnection(connection: DatabaseConnection): Promise<void> {
    const held = connection as HeldConnection;
    held.client.release(held.isBroken);
  }

  async destroy(): Promise<void> {
    await this.#pool.close();
  }

  async #isAlive(held: HeldConnection): Promise<boolean> {
    await this.rollbackTransaction(held);
    return !held.isBroken;
  }
}

/** Runs each statement by itself on any free connection. */
class ReadingDriver extends DummyDriver {
  readonly #pool: PostgresPool;

  constructor(pool: PostgresPool) {
    super();
    this.#pool = pool;
  }

  override async acquireConnection(): Promise<DatabaseConnection> {
    const pool = this.#pool;
    return {
      executeQuery: async <R>({ sql, parameters }: CompiledQuery) =>
        toQueryResult<R>(await pool.askWithRetry({ text: sql, values: parameters })),
      streamQuery: refuseStream,
    };
  }

  override async beginTransaction(): Promise<void> {
    throw new StoreUnavailableError("This handle is read-only");
  }

  override async destroy(): Promise<void> {
    await this.#pool.close();
  }
}

/**
 * Lists the tables of the current schema. Kysely would list the tables of all schemas, also of other applications
 * (S-54).
 */
class CurrentSchemaIntrospector extends PostgresIntrospector {
  readonly #db: Kysely<unknown>;

  constructor(db: Kysely<unknown>) {
    super(db);
    this.#db = db;
  }

  override async getTables(options?: DatabaseMetadataOptions): Promise<TableMetadata[]> {
    const { rows } = await sql<{ schema: string | null }>`select current_schema() as schema`.execute(this.#db);
    const schema = rows[0]?.schema ?? null;
    if (schema === null) throw new SchemaError("The search_path of the database user contains no existing schema.");
    return (await super.getTables(options)).filter((table) => table.schema === schema);
  }
}

/**
 * A Kysely dialect over connection pools. `transactions` holds a connection per transaction, `reads` runs single
 * statements.
 */
export class PooledPostgresDialect implements Dialect {
  readonly #pool: PostgresPool;
  readonly #use: "transactions" | "reads";

  constructor(pool: PostgresPool, use: "transactions" | "reads") {
    this.#pool = pool;
    this.#use = use;
  }

  createAdapter(): DialectAdapter {
    return new PostgresAdapter();
  }

  createDriver(): Driver {
    return this.#use === "reads" ? new ReadingDriver(this.#pool) : new TransactionDriver(this.#pool);
  }

  createQueryCompiler(): QueryCompiler {
    return new BytewiseCompiler();
  }

  createIntrospector(db: Kysely<unknown>): DatabaseIntrospector {
    return new CurrentSchemaIntrospector(db);
  }
}
