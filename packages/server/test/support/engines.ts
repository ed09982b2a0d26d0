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
      "sqlite/**": "tests SQLite's files, locks and transactions, and postgres/outage.test.ts crashes PostgreSQL",
      "process/server-secrets.test.ts":
        "tests the secrets file next to an SQLite database, which PostgreSQL does not have",
      "process/process-edge.test.ts": "tests signals, output and input of the process, independently of the engine",
      "process/root-first.test.ts": "tests the owners and modes of SQLite's files",
      "process/config.test.ts": withoutDatabase,
      "process/startup-errors.test.ts": withoutDatabase,
      "http/operations.test.ts": withoutDatabase,
      "http/error-catalog.test.ts": withoutDatabase,
      "http/generated-client.test.ts": withoutDatabase,
      "http/openapi.test.ts": withoutDatabase,
      "http/openapi-responses.test.ts": withoutDatabase,
      "http/slow-clients.test.ts": "tests HTTP connections, independently of the engine",
      "http/empty-bodies.test.ts": "tests the framing of HTTP, independently of the engine",
      "rotations/rotation-model.test.ts": withoutDatabase,
      "pipelines/workload-claims.test.ts": withoutDatabase,
      "pipelines/workload-tokens.test.ts": withoutDatabase,
      "pipelines/issuer-keys.test.ts": withoutDatabase,
      "store/released-migrations.test.ts": withoutDatabase,
      "store/engines.test.ts": withoutDatabase,
    },
    breakWrites: (table, event) => [
      `create function broken() returns trigger language plpgsql as $$ begin raise exception 'no more writes'; end $$`,
      `create trigger broken before ${event} on ${table} for each row execute function broken()`,
    ],
    restoreWrites: (table) => [`drop trigger broken on ${table}`, "drop function broken()"],
  },
};
