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

const withoutDatabase = "has no database in it";

/** Expected differences. The type requires each difference for every engine. */
export const engines: Record<Dialect["name"], EngineFacts> = {
  sqlite: {
    leftOut: {
      "postgres/**": "is about PostgreSQL's own connections, failures and nodes",
    },
    breakWrites: (table, event) => [
      `create trigger broken before ${event} on ${table} begin select raise(abort, 'no more writes'); end`,
    ],
    restoreWrites: () => ["drop trigger broken"],
  },
  postgres: {
    leftOut: {
      "deploy/**": "is about what stands before the server, or around it, and knows no engine",
      "sqlite-files.test.ts": "is about SQLite's files",
      "sqlite-live-secrets.test.ts": "is about what SQLite alone keeps for verify",
      "sqlite-look-ups.test.ts": "is about SQLite's transactions",
      "sqlite-restore.test.ts": "is about backups of SQLite's files, and paths that do not exist",
      "sqlite-last-used-file.test.ts": "is about one of SQLite's files",
      "sqlite-last-used-buffer.test.ts": "is about what SQLite alone does with last uses",
      "server-secrets.test.ts": "is about the secrets file beside an SQLite database; with PostgreSQL there is none",
      "process-edge.test.ts": "is about signals, output and input of the process, which know no engine",
      "root-first.test.ts": "is about the owners and modes of SQLite's files",
      "disk.test.ts": "fills and breaks the disk under SQLite's files; PostgreSQL's disk is its server's",
      "crash.test.ts": "kills the process that writes SQLite's files; postgres/outage.test.ts crashes PostgreSQL",
      "held-lock.test.ts": "is about SQLite's one write lock",
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
      "slow-clients.test.ts": "is about connections that HTTP closes, which know no engine",
      "empty-bodies.test.ts": "is about the framing of HTTP, which knows no engine",
      "engines.test.ts": withoutDatabase,
    },
    breakWrites: (table, event) => [
      `create function broken() returns trigger language plpgsql as $$ begin raise exception 'no more writes'; end $$`,
      `create trigger broken before ${event} on ${table} for each row execute function broken()`,
    ],
    restoreWrites: (table) => [`drop trigger broken on ${table}`, "drop function broken()"],
  },
};
