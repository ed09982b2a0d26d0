import pg from "pg";
import { StoreUnavailableError } from "../store.ts";
import {
  connectionLifetimeMs,
  createClientConfig,
  PostgresClient,
  type PostgresPurpose,
  readyConnection,
} from "./connection.ts";
import { ConnectionLostError, toStoreError } from "./errors.ts";
import type { PostgresLocation } from "./location.ts";
import { endWithin, SocketTracker } from "./socket-tracker.ts";

/** A connection from before a restart fails immediately. A broken network only causes a timeout. */
const soonMs = 500;
/** More than the number of idle connections that a restart can break. */
const attemptsMax = 20;

/** A statement for `pg`. */
export interface Statement {
  readonly text: string;
  readonly values?: readonly unknown[];
  readonly name?: string;
  readonly rowMode?: "array";
}

/** Replaces NUL, which PostgreSQL text cannot contain, with a value that no stored text equals. */
function replaceNul(value: unknown): unknown {
  return typeof value === "string" && value.includes("\0") ? value.replaceAll("\0", "\uFDD0") : value;
}

/** Runs a statement on one connection. Throws errors of the store. */
export async function ask(client: pg.ClientBase, statement: Statement): Promise<pg.QueryResult> {
  try {
    const query = { ...statement, values: (statement.values ?? []).map(replaceNul) };
    return (await client.query(query)) as pg.QueryResult;
  } catch (error) {
    throw toStoreError(error);
  }
}

/**
 * A connection pool for one kind of work. Callers wait for a limited time, and at most `waitingMax` at once. Further
 * calls are refused immediately. Broken connections, and connections to a read-only server, are discarded.
 */
export class PostgresPool {
  readonly #pool: pg.Pool;
  readonly #sockets = new SocketTracker();
  readonly #waitingMax: number;
  /** Maximum number of connections, and of concurrent statements. */
  readonly size: number;
  #closing: Promise<void> | undefined;

  constructor(
    location: PostgresLocation,
    options: {
      readonly size: number;
      readonly waitMs: number;
      readonly waitingMax: number;
      readonly purpose?: PostgresPurpose;
      /** Maximum lifetime of a connection. */
      readonly lifetimeMs?: number;
    },
    reportFailure: (what: string, error: unknown) => void,
  ) {
    this.#waitingMax = options.waitingMax;
    this.size = options.size;
    this.#pool = new pg.Pool({
      ...createClientConfig(location, this.#sockets, options.purpose),
      // The type does not show that the pool passes its options on.
      Client: PostgresClient as unknown as new () => pg.ClientBase,
      max: options.size,
      // Applies to free and new connections.
      connectionTimeoutMillis: options.waitMs,
      // Idle connections stay for their lifetime, so that rare calls do not have to connect.
      idleTimeoutMillis: 0,
      maxLifetimeSeconds: (options.lifetimeMs ?? connectionLifetimeMs) / 1_000,
      onConnect: (client) => readyConnection(client, options.purpose),
    });
    this.#pool.on("error", (error) => reportFailure("an idle database connection broke", error));
    // A connection in use that breaks has no other listener. Without one, the error would crash the process.
    this.#pool.on("connect", (client) => client.on("error", () => undefined));
  }

  /** Returns a connection. Call its `release`, with true if it is broken. @throws {StoreUnavailableError} */
  async take(): Promise<pg.PoolClient> {
    if (this.#pool.waitingCount >= this.#waitingMax) {
      throw new StoreUnavailableError("The database is overloaded: too many requests wait for a connection");
    }
    try {
      return await this.#pool.connect();
    } catch (error) {
      if (error instanceof StoreUnavailableError) throw error;
      const reason = error instanceof Error ? error.message : String(error);
      throw new StoreUnavailableError(`Cannot connect to the database: ${reason}`, { cause: error });
    }
  }

  /** Runs a single statement. @throws {StoreUnavailableError} */
  async ask(statement: Statement): Promise<pg.QueryResult> {
    const client = await this.take();
    let isBroken = false;
    try {
      return await ask(client, statement);
    } catch (error) {
      isBroken = error instanceof ConnectionLostError;
      throw error;
    } finally {
      client.release(isBroken);
    }
  }

  /**
   * Runs a read-only statement. Retries it on another connection if the connection was already broken, for example after
   * a database restart.
   */
  async askWithRetry(statement: Statement): Promise<pg.QueryResult> {
    const startedMs = performance.now();
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.ask(statement);
      } catch (error) {
        const isLate = attempt >= attemptsMax || performance.now() - startedMs > soonMs;
        if (isLate || !(error instanceof ConnectionLostError)) throw error;
      }
    }
  }

  /** Waits a short time until all connections are returned, and closes them. */
  close(): Promise<void> {
    this.#closing ??= endWithin(() => this.#pool.end(), this.#sockets);
    return this.#closing;
  }
}
