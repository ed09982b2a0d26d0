import type { ConnectionOptions } from "node:tls";
import pg from "pg";
import { StoreUnavailableError } from "../store.ts";
import type { PostgresLocation } from "./location.ts";
import type { SocketTracker } from "./socket-tracker.ts";
import { type PostgresPace, postgresTimeouts } from "./timeouts.ts";
import { readTls } from "./tls.ts";

/** So that a name that leads to another server by now is noticed, even where the old one goes on answering. */
export const connectionLifetimeMs = 300_000;

/** How long opening a connection may take, and then its first answer, for which a pooler may let it wait. */
const connectMs = 3_000;
const firstAnswerMs = 3_000;

/** The oldest PostgreSQL that is tried and supported by its makers. */
const oldestVersion = 140_000;

/** What a connection of ours is told. */
export interface PostgresClientConfig extends pg.ClientConfig {
  /** Reads how it is to be secured. */
  readonly readTls: () => ConnectionOptions | false;
}

type ConnectCallback = ((error: Error) => void) | ((error: null, client: pg.Client) => void);

/** A connection that reads its certificates when it is made: they may live shorter than the process. */
export class PostgresClient extends pg.Client {
  readonly #unreadable: Error | null;

  constructor(config: PostgresClientConfig) {
    let ssl: ConnectionOptions | false = false;
    let unreadable: Error | null = null;
    try {
      ssl = config.readTls();
    } catch (error) {
      unreadable = error instanceof Error ? error : new Error(String(error));
    }
    // By name, because the pool hides it from being copied.
    super({ ...config, password: config.password, ssl });
    this.#unreadable = unreadable;
  }

  override connect(): Promise<pg.Client>;
  override connect(callback: ConnectCallback): void;
  /** Fails where the certificates could not be read: thrown any earlier, it would end the process from inside the pool. */
  override connect(callback?: ConnectCallback): Promise<pg.Client> | undefined {
    const unreadable = this.#unreadable;
    if (callback === undefined) return unreadable === null ? super.connect() : Promise.reject(unreadable);
    if (unreadable === null) super.connect(callback);
    else setImmediate(callback as (error: Error) => void, unreadable);
    return undefined;
  }
}

/** What connections of ours are told that go over these sockets. */
export function createClientConfig(
  location: PostgresLocation,
  sockets: SocketTracker,
  pace: PostgresPace = "serving",
): PostgresClientConfig {
  return {
    host: location.host,
    port: location.port,
    database: location.database,
    user: location.user,
    // An empty one keeps `pg` from looking for a file of passwords.
    password: location.password ?? "",
    readTls: () => readTls(location),
    stream: () => sockets.create(),
    application_name: location.applicationName,
    connectionTimeoutMillis: connectMs,
    query_timeout: postgresTimeouts[pace].answerMs,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
  };
}

/**
 * Readies a connection that was made: sets the timeouts, here and not while connecting, because poolers refuse them there.
 * Refuses a standby, or a server that only reads: after a failover a name may still lead there, and what it
 * shows may be older than a revocation that was acknowledged.
 * @throws {StoreUnavailableError}
 */
export async function readyConnection(client: pg.ClientBase, pace: PostgresPace = "serving"): Promise<void> {
  const { statementMs, lockMs, idleInTransactionMs } = postgresTimeouts[pace];
  const query = {
    text: `select pg_is_in_recovery() as standby, current_setting('default_transaction_read_only') = 'on' as read_only,
       current_setting('server_version_num')::int as version,
       set_config('statement_timeout', $1, false), set_config('lock_timeout', $2, false),
       set_config('idle_in_transaction_session_timeout', $3, false)`,
    values: [statementMs, lockMs, idleInTransactionMs].map(String),
    query_timeout: firstAnswerMs,
  };
  const { rows } = await client.query(query);
  const { standby, read_only: readOnly, version } = rows[0];
  if (standby === true) throw new StoreUnavailableError("The database is a standby. The server needs the primary");
  if (readOnly === true) throw new StoreUnavailableError("The database is read-only (default_transaction_read_only)");
  if (version < oldestVersion) {
    throw new Error(`PostgreSQL ${Math.floor(version / 10_000)} is too old. briksync needs version 14 or later`);
  }
}
