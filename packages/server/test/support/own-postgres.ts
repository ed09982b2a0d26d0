import pg from "pg";
import { type PostgresServer, startPostgres } from "../../../../tools/postgres/start-postgres.ts";
import { postgresSecrets } from "./postgres-secrets.ts";
import { startTcpProxy, type TcpProxy } from "./tcp-proxy.ts";

/** A PostgreSQL that may be stopped, crashed and cut off without anybody else noticing. */
export interface OwnPostgres {
  readonly server: PostgresServer;
  readonly proxy: TcpProxy;
  /** Leads a server of ours to it, through the proxy. */
  readonly env: Readonly<Record<string, string>>;
  /** One statement, past the proxy. */
  query(sql: string): Promise<Record<string, unknown>[]>;
  /** A connection past the proxy, for what has to last; the caller ends it. */
  connect(): Promise<pg.Client>;
  remove(): Promise<void>;
}

/** Starts one. The caller removes it. */
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
