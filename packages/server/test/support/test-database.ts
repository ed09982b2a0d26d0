import { randomBytes } from "node:crypto";
import { copyFileSync, existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import pg from "pg";
import { inject } from "vitest";
import type { Dialect } from "../../src/store/dialects.ts";
import { engines } from "./engines.ts";
import { postgresSecrets } from "./postgres-secrets.ts";
import type { PostgresForTests } from "./postgres-setup.ts";
import { openWithLastUsed } from "./sqlite-connection.ts";
import { createTemporaryDirectory } from "./temporary-directory.ts";

type Row = Record<string, unknown>;

/** A database for one test, of the engine under test, with direct access in addition to the server. */
export interface TestDatabase {
  readonly engine: Dialect["name"];
  /** Environment that leads a server to it. */
  readonly env: Readonly<Record<string, string>>;
  /** Path of its file, or null if the engine has no file. */
  readonly path: string | null;
  /** Runs one statement with `?` for values. Returns its rows, if any. */
  query(sql: string, ...values: readonly unknown[]): Promise<Row[]>;
  /** Makes every write of this kind fail, until the returned function is called. */
  breakWrites(table: string, event: "insert" | "update"): Promise<() => Promise<void>>;
  /** Returns the names of all tables, except those of the migrations. */
  listTables(): Promise<string[]>;
  /** Returns everything that it stores, byte by byte: its files, or else every row of every table. */
  readBytes(): Promise<Buffer[]>;
  /** Returns another database with the same content. There must be no connections. */
  copy(): Promise<TestDatabase>;
  remove(): Promise<void>;
}

function createBreaker(engine: Dialect["name"], query: TestDatabase["query"]): TestDatabase["breakWrites"] {
  const runAll = async (statements: readonly string[]): Promise<void> => {
    for (const statement of statements) await query(statement);
  };
  return async (table, event) => {
    await runAll(engines[engine].breakWrites(table, event));
    return () => runAll(engines[engine].restoreWrites(table));
  };
}

/** Creates an SQLite file, empty or with the content of another file. */
export function createSqliteDatabase(source: string | null): TestDatabase {
  const directory = createTemporaryDirectory();
  const path = join(directory.path, "briksync.db");
  if (source !== null) {
    for (const suffix of ["", "-wal", "-uses", "-uses-wal", ".secrets.json"]) {
      if (existsSync(source + suffix)) copyFileSync(source + suffix, path + suffix);
    }
  }
  const query: TestDatabase["query"] = async (sql, ...values) => {
    const connection = openWithLastUsed(path);
    try {
      const statement = connection.prepare(sql);
      if (statement.reader) return statement.all(...values) as Row[];
      statement.run(...values);
      return [];
    } finally {
      connection.close();
    }
  };
  return {
    engine: "sqlite",
    env: { DATABASE_URL: `sqlite:${path}` },
    path,
    query,
    breakWrites: createBreaker("sqlite", query),
    listTables: async () => {
      const rows = await query("select name from sqlite_schema where type = 'table' and name not like 'kysely%'");
      return rows.map(({ name }) => String(name));
    },
    readBytes: async () =>
      ["", "-wal", "-shm", "-uses", "-uses-wal"]
        .map((suffix) => path + suffix)
        .filter((file) => existsSync(file))
        .map((file) => readFileSync(file)),
    copy: async () => createSqliteDatabase(path),
    remove: async () => directory.remove(),
  };
}

/** Returns a connection that the first query opens, and reopens after `close`. */
function connectOnce(url: string): { query: TestDatabase["query"]; close(): Promise<void> } {
  const createPool = (): pg.Pool => {
    const pool = new pg.Pool({ connectionString: url, max: 1, idleTimeoutMillis: 0 });
    pool.on("connect", (client) => client.setTypeParser(pg.types.builtins.INT8, Number));
    // The pool opens a new connection after an error.
    pool.on("error", () => {});
    return pool;
  };
  let pool = createPool();
  return {
    query: async (sql, ...values) => {
      let index = 0;
      const { rows } = await pool.query(
        sql.replaceAll("?", () => `$${++index}`),
        [...values],
      );
      return rows ?? [];
    },
    close: async () => {
      const closed = pool;
      pool = createPool();
      await closed.end();
    },
  };
}

/** Runs one statement over a new connection. */
async function runOver(url: string, sql: string): Promise<void> {
  const { query, close } = connectOnce(url);
  try {
    await query(sql);
  } finally {
    await close();
  }
}

async function createPostgresDatabase({ url, template, copying }: PostgresForTests): Promise<TestDatabase> {
  const name = `test_${randomBytes(8).toString("hex")}`;
  await runOver(url, `create database ${name} template ${template} ${copying}`);
  const own = new URL(url);
  own.pathname = `/${name}`;
  const { query, close } = connectOnce(own.href);
  const listTables = async (): Promise<string[]> => {
    const rows = await query(
      "select tablename from pg_tables where schemaname = 'public' and tablename not like 'kysely%'",
    );
    return rows.map(({ tablename }) => String(tablename));
  };
  return {
    engine: "postgres",
    env: { DATABASE_URL: own.href, ...postgresSecrets },
    path: null,
    query,
    breakWrites: createBreaker("postgres", query),
    listTables,
    readBytes: async () => {
      const rows = await Promise.all((await listTables()).map((table) => query(`select * from ${table}`)));
      return rows
        .flat(2)
        .flatMap((row) =>
          Object.values(row).map((value) => (Buffer.isBuffer(value) ? value : Buffer.from(String(value)))),
        );
    },
    copy: async () => {
      await close();
      return createPostgresDatabase({ url, template: name, copying });
    },
    remove: async () => {
      await close();
      await runOver(url, `drop database if exists ${name} with (force)`);
    },
  };
}

/**
 * Creates a database without data. It may already be migrated, which is faster, unless it must be `bare`. The caller
 * removes it.
 */
export async function createTestDatabase({ bare = false } = {}): Promise<TestDatabase> {
  const postgres = inject("postgres") as PostgresForTests | undefined;
  if (postgres === undefined) return createSqliteDatabase(null);
  return createPostgresDatabase(bare ? { ...postgres, template: "template0" } : postgres);
}
