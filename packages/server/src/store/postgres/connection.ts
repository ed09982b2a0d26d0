import { readFileSync, statSync } from "node:fs";
import { type ConnectionOptions, checkServerIdentity } from "node:tls";
import pg from "pg";
import { StoreUnavailableError } from "../store.ts";
import type { PostgresLocation } from "./location.ts";
import type { SocketTracker } from "./socket-tracker.ts";

/** Timeouts. Those of PostgreSQL end slow work. Those of this process detect an unreachable server. */
interface PostgresTimeouts {
  readonly statementMs: number;
  readonly lockMs: number;
  /** 0 means no limit. */
  readonly idleInTransactionMs: number;
  /** Longer than PostgreSQL's statement timeout, so it applies only if there is no response at all. */
  readonly responseMs: number;
}

/** Purpose of a connection. */
export type PostgresPurpose = "serving" | "migrating" | "moving";

/** Timeouts by purpose. */
const postgresTimeouts: Record<PostgresPurpose, PostgresTimeouts> = {
  serving: { statementMs: 5_000, lockMs: 3_000, idleInTransactionMs: 4_000, responseMs: 6_000 },
  // Changes whole tables, and waits for other nodes that migrate.
  migrating: { statementMs: 1_800_000, lockMs: 60_000, idleInTransactionMs: 60_000, responseMs: 1_860_000 },
  // Waits in its transaction for the reader of the export, or for the import.
  moving: { statementMs: 1_800_000, lockMs: 60_000, idleInTransactionMs: 0, responseMs: 1_860_000 },
};

/** Recycles connections so that DNS changes take effect. */
export const connectionLifetimeMs = 300_000;

/** Timeout for opening a connection, and for its first response, for which a pooler can make it wait. */
const connectMs = 3_000;
const firstResponseMs = 3_000;

/** The oldest PostgreSQL version that is tested and still supported. */
const oldestVersion = 140_000;

/** Options of a connection. */
export interface PostgresClientConfig extends pg.ClientConfig {
  /** Returns the TLS options. */
  readonly readTls: () => ConnectionOptions | false;
}

type ConnectCallback = ((error: Error) => void) | ((error: null, client: pg.Client) => void);

/**
 * A connection that reads its certificates when it is created, because they can expire during the life of the process.
 */
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
    // Pass the password explicitly, because the pool makes it non-enumerable.
    super({ ...config, password: config.password, ssl });
    this.#unreadable = unreadable;
  }

  override connect(): Promise<pg.Client>;
  override connect(callback: ConnectCallback): void;
  /** Fails here if the certificates are unreadable. An earlier error would crash the process inside the pool. */
  override connect(callback?: ConnectCallback): Promise<pg.Client> | undefined {
    const unreadable = this.#unreadable;
    if (callback === undefined) return unreadable === null ? super.connect() : Promise.reject(unreadable);
    if (unreadable === null) super.connect(callback);
    else setImmediate(callback as (error: Error) => void, unreadable);
    return undefined;
  }
}

/** Returns the options of connections over these sockets. */
export function createClientConfig(
  location: PostgresLocation,
  sockets: SocketTracker,
  purpose: PostgresPurpose = "serving",
): PostgresClientConfig {
  return {
    host: location.host,
    port: location.port,
    database: location.database,
    user: location.user,
    // An empty password prevents `pg` from looking for a password file.
    password: location.password ?? "",
    readTls: () => readTls(location),
    stream: () => sockets.create(),
    application_name: location.applicationName,
    connectionTimeoutMillis: connectMs,
    query_timeout: postgresTimeouts[purpose].responseMs,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
  };
}

/**
 * Prepares a new connection. Sets the timeouts here, because poolers refuse them as connection parameters. Rejects
 * standbys and read-only servers. After a failover, a hostname can still resolve to one, and its data may be older than
 * a confirmed revocation.
 * @throws {StoreUnavailableError}
 */
export async function readyConnection(client: pg.ClientBase, purpose: PostgresPurpose = "serving"): Promise<void> {
  const { statementMs, lockMs, idleInTransactionMs } = postgresTimeouts[purpose];
  const query = {
    text: `select pg_is_in_recovery() as standby, current_setting('default_transaction_read_only') = 'on' as read_only,
       current_setting('server_version_num')::int as version,
       set_config('statement_timeout', $1, false), set_config('lock_timeout', $2, false),
       set_config('idle_in_transaction_session_timeout', $3, false)`,
    values: [statementMs, lockMs, idleInTransactionMs].map(String),
    query_timeout: firstResponseMs,
  };
  const { rows } = await client.query(query);
  const { standby, read_only: readOnly, version } = rows[0];
  if (standby === true) throw new StoreUnavailableError("The database is a standby. The server needs the primary");
  if (readOnly === true) throw new StoreUnavailableError("The database is read-only (default_transaction_read_only)");
  if (version < oldestVersion) {
    throw new Error(`PostgreSQL ${Math.floor(version / 10_000)} is too old. briksync needs version 14 or later`);
  }
}

/**
 * Returns a private key. As libpq does, refuses a file that others can read. It must belong to its owner alone, or to
 * root and be readable by a group.
 * @throws {Error} with a command to fix it. Errors of the file system are not wrapped.
 */
function readPrivateKey(path: string): string {
  const { mode, uid } = statSync(path);
  if ((mode & (uid === 0 ? 0o037 : 0o077)) !== 0) {
    throw new Error(`${path}: others can read this private key. Run: chmod 600 ${path}`);
  }
  return readFileSync(path, "utf8");
}

/**
 * Returns the TLS options of a new connection, or false without TLS. Reads the certificates. Errors of the file system
 * are not wrapped.
 */
function readTls({ tls, host }: PostgresLocation): ConnectionOptions | false {
  if (tls.mode === "disable") return false;
  const files = {
    ...(tls.authorityFile === undefined ? {} : { ca: readFileSync(tls.authorityFile, "utf8") }),
    ...(tls.certificateFile === undefined ? {} : { cert: readFileSync(tls.certificateFile, "utf8") }),
    ...(tls.keyFile === undefined ? {} : { key: readPrivateKey(tls.keyFile) }),
  };
  if (tls.mode === "require") return { ...files, rejectUnauthorized: false };
  if (tls.mode === "verify-ca") return { ...files, rejectUnauthorized: true, checkServerIdentity: () => undefined };
  // Pass the host explicitly. For an IP address, `pg` passes no name, and Node would compare with "localhost".
  return { ...files, rejectUnauthorized: true, checkServerIdentity: (_name, peer) => checkServerIdentity(host, peer) };
}
