import pg from "pg";
import { type PostgresServer, startPostgres } from "../../../../tools/postgres/start-postgres.ts";
import { postgresSecrets } from "./postgres-secrets.ts";
import { startTcpProxy, type TcpProxy } from "./tcp-proxy.ts";

/** A separate PostgreSQL that a test can stop, crash and disconnect without affecting other tests. */
export interface OwnPostgres {
  readonly server: PostgresServer;
  readonly proxy: TcpProxy;
  /** Environment that leads a server to it through the proxy. */
  readonly env: Readonly<Record<string, string>>;
  /** Runs one statement without the proxy. */
  query(sql: string): Promise<Record<string, unknown>[]>;
  /** Opens a connection without the proxy. The caller closes it. */
  connect(): Promise<pg.Client>;
  remove(): Promise<void>;
}

/** Starts a PostgreSQL. The caller removes it. */
export async function startOwnPostgres(options: Parameters<typeof startPostgres>[0] = {}): Promise<OwnPostgres> {
  const server = await startPostgres(options);
  const proxy = await startTcpProxy(server.port);
  const direct = server.urlOf("postgres");
  const proxied = new URL(direct);
  proxied.port = String(proxy.port);
  const open = async (): Promise<pg.Client> => {
    const client = new pg.Client({ connectionString: direct });
    client.on("error", () => undefined);
    await client.connect();
    return client;
  };
  return {
    server,
    proxy,
    env: { DATABASE_URL: proxied.href, ...postgresSecrets },
    query: async (sql) => {
      const client = await open();
      try {
        return (await client.query(sql)).rows;
      } finally {
        await client.end();
      }
    },
    connect: open,
    remove: async () => {
      await proxy.close();
      await server.remove();
    },
  };
}
