import { readFileSync } from "node:fs";
import { type ConnectionOptions, checkServerIdentity } from "node:tls";
import type pg from "pg";
import type { PostgresLocation } from "./postgres-location.ts";
import { type PostgresPace, postgresTimeouts } from "./postgres-timeouts.ts";
import type { SocketTracker } from "./socket-tracker.ts";
import { StoreUnavailableError } from "./store.ts";

/** So that a name that leads to another server by now is noticed, even where the old one goes on answering. */
export const connectionLifetimeMs = 300_000;

/** How long opening a connection may take. */
const connectMs = 3_000;

/** The oldest PostgreSQL that is tried and supported by its makers. */
const oldestVersion = 140_000;

function readTls({ tls, host }: PostgresLocation): ConnectionOptions | false {
  if (tls.mode === "disable") return false;
  const files = {
    ...(tls.authorityFile === undefined ? {} : { ca: readFileSync(tls.authorityFile, "utf8") }),
    ...(tls.certificateFile === undefined ? {} : { cert: readFileSync(tls.certificateFile, "utf8") }),
    ...(tls.keyFile === undefined ? {} : { key: readFileSync(tls.keyFile, "utf8") }),
  };
  if (tls.mode === "require") return { ...files, rejectUnauthorized: false };
  if (tls.mode === "verify-ca") return { ...files, rejectUnauthorized: true, checkServerIdentity: () => undefined };
  // Named here, because for an address `pg` gives Node no name, and Node then compares with "localhost".
  return { ...files, rejectUnauthorized: true, checkServerIdentity: (_name, peer) => checkServerIdentity(host, peer) };
}

/** Options of `pg` for connections of ours over these sockets. Reads the certificates: file system errors as they are. */
export function createClientConfig(
  location: PostgresLocation,
  sockets: SocketTracker,
  pace: PostgresPace = "serving",
): pg.ClientConfig {
  const timeouts = postgresTimeouts[pace];
  return {
    host: location.host,
    port: location.port,
    database: location.database,
    user: location.user,
    // An empty one keeps `pg` from looking for a file of passwords.
    password: location.password ?? "",
    ssl: readTls(location),
    stream: () => sockets.create(),
    application_name: location.applicationName,
    connectionTimeoutMillis: connectMs,
    statement_timeout: timeouts.statementMs,
    lock_timeout: timeouts.lockMs,
    idle_in_transaction_session_timeout: timeouts.idleInTransactionMs,
    query_timeout: timeouts.answerMs,
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
  };
}

/**
 * Refuses a connection to a standby, or to a server that only reads: after a failover a name may still lead there, and what it
 * shows may be older than a revocation that was acknowledged.
 * @throws {StoreUnavailableError}
 */
export async function requirePrimary(client: pg.ClientBase): Promise<void> {
  const { rows } = await client.query(
    `select pg_is_in_recovery() as standby, current_setting('default_transaction_read_only') = 'on' as read_only,
       current_setting('server_version_num')::int as version`,
  );
  const { standby, read_only: readOnly, version } = rows[0];
  if (standby === true) throw new StoreUnavailableError("The database is a standby; only its primary is asked");
  if (readOnly === true) throw new StoreUnavailableError("The database only reads (default_transaction_read_only)");
  if (version < oldestVersion) {
    throw new Error(`PostgreSQL ${Math.floor(version / 10_000)} is too old; briksync needs 14 or newer`);
  }
}
