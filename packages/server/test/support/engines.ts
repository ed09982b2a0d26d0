import type { Dialect } from "../../src/store/dialects.ts";

/** Facts about an engine that tests need. */
export interface EngineFacts {
  /** Test files that do not run on the engine, each with the reason. All others do. */
  readonly leftOut: Readonly<Record<string, string>>;
  /** Returns statements that make every write of this kind to a table fail. */
  breakWrites(table: string, event: "insert" | "update"): readonly string[];
  /** Returns statements that undo {@link breakWrites}. */
  restoreWrites(table: string): readonly string[];
}

const withoutDatabase = "uses no database";

/** Expected differences. The type requires each difference for every engine. */
export const engines: Record<Dialect["name"], EngineFacts> = {
  sqlite: {
    leftOut: {
      "postgres/**": "tests PostgreSQL's own connections, failures and nodes",
    },
    breakWrites: (table, event) => [
      `create trigger broken before ${event} on ${table} begin select raise(abort, 'no more writes'); end`,
    ],
    restoreWrites: () => ["drop trigger broken"],
  },
  postgres: {
    leftOut: {
      "deploy/**": "tests proxies and deployments, independently of the engine",
      "sqlite-files.test.ts": "tests SQLite's files",
      "sqlite-live-secrets.test.ts": "tests a table that only SQLite has for verify",
      "sqlite-look-ups.test.ts": "tests SQLite's transactions",
      "sqlite-restore.test.ts": "tests backups of SQLite's files, and missing paths",
      "sqlite-last-used-file.test.ts": "tests one of SQLite's files",
      "sqlite-last-used-buffer.test.ts": "tests how SQLite stores last-used times",
      "server-secrets.test.ts": "tests the secrets file next to an SQLite database, which PostgreSQL does not have",
      "process-edge.test.ts": "tests signals, output and input of the process, independently of the engine",
      "root-first.test.ts": "tests the owners and modes of SQLite's files",
      "disk.test.ts": "fills and breaks the disk under SQLite's files, but PostgreSQL's disk belongs to its server",
      "crash.test.ts": "kills the process that writes SQLite's files, and postgres/outage.test.ts crashes PostgreSQL",
      "held-lock.test.ts": "tests SQLite's write lock",
      "operations.test.ts": withoutDatabase,
      "released-migrations.test.ts": withoutDatabase,
      "config.test.ts": withoutDatabase,
      "startup-errors.test.ts": withoutDatabase,
      "error-catalog.test.ts": withoutDatabase,
      "generated-client.test.ts": withoutDatabase,
      "openapi.test.ts": withoutDatabase,
      "openapi-responses.test.ts": withoutDatabase,
      "rotation-model.test.ts": withoutDatabase,
      "workload-claims.test.ts": withoutDatabase,
      "workload-tokens.test.ts": withoutDatabase,
      "issuer-keys.test.ts": withoutDatabase,
      "slow-clients.test.ts": "tests HTTP connections, independently of the engine",
      "empty-bodies.test.ts": "tests the framing of HTTP, independently of the engine",
      "engines.test.ts": withoutDatabase,
    },
    breakWrites: (table, event) => [
      `create function broken() returns trigger language plpgsql as $$ begin raise exception 'no more writes'; end $$`,
      `create trigger broken before ${event} on ${table} for each row execute function broken()`,
    ],
    restoreWrites: (table) => [`drop trigger broken on ${table}`, "drop function broken()"],
  },
};
