import pg from "pg";
import { StoreUnavailableError } from "../store.ts";
import { connectionLifetimeMs, createClientConfig, PostgresClient, readyConnection } from "./connection.ts";
import { ConnectionLostError, toStoreError } from "./errors.ts";
import type { PostgresLocation } from "./location.ts";
import { repeatLostRead } from "./repeat-lost-read.ts";
import { endWithin, SocketTracker } from "./socket-tracker.ts";
import type { PostgresPace } from "./timeouts.ts";

const idleTimeoutMs = 60_000;

/** A statement for `pg`. */
export interface Statement {
  readonly text: string;
  readonly values?: readonly unknown[];
  readonly name?: string;
  readonly rowMode?: "array";
}

/** No text of PostgreSQL's can hold NUL, and nothing stored ever equals this: what is looked for is just not found. */
function replaceNul(value: unknown): unknown {
  return typeof value === "string" && value.includes("\0") ? value.replaceAll("\0", "\uFDD0") : value;
}

/** Asks over one connection. Throws in the store's own words. */
export async function ask(client: pg.ClientBase, statement: Statement): Promise<pg.QueryResult> {
  try {
    const query = { ...statement, values: (statement.values ?? []).map(replaceNul) };
    return (await client.query(query)) as pg.QueryResult;
  } catch (error) {
    throw toStoreError(error);
  }
}

/**
 * Connections for one kind of work. Whoever waits for one waits for a bounded time, and no more than `waitingMax` at once;
 * beyond that the refusal is immediate. Broken connections, and those to a server that only reads, are thrown away.
 */
export class PostgresPool {
  readonly #pool: pg.Pool;
  readonly #sockets = new SocketTracker();
  readonly #waitingMax: number;
  #closing: Promise<void> | undefined;

  constructor(
    location: PostgresLocation,
    options: {
      readonly size: number;
      readonly waitMs: number;
      readonly waitingMax: number;
      readonly pace?: PostgresPace;
    },
    reportFailure: (what: string, error: unknown) => void,
  ) {
    this.#waitingMax = options.waitingMax;
    this.#pool = new pg.Pool({
      ...createClientConfig(location, this.#sockets, options.pace),
      // Its type leaves out that the pool hands its options on.
      Client: PostgresClient as unknown as new () => pg.ClientBase,
      max: options.size,
      // For a free connection and for a new one alike.
      connectionTimeoutMillis: options.waitMs,
      idleTimeoutMillis: idleTimeoutMs,
      maxLifetimeSeconds: connectionLifetimeMs / 1_000,
      onConnect: (client) => readyConnection(client, options.pace),
    });
    this.#pool.on("error", (error) => reportFailure("an idle database connection broke", error));
    // While it is out, a connection that breaks has nobody else who listens, which would end the process.
    this.#pool.on("connect", (client) => client.on("error", () => undefined));
  }

  /** Takes a connection out. The caller gives it back by `giveBack`. @throws {StoreUnavailableError} */
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

  /** Gives a connection back, or ends it when it cannot be used again. */
  giveBack(client: pg.PoolClient, isBroken: boolean): void {
    client.release(isBroken);
  }

  /** One statement on its own. @throws {StoreUnavailableError} */
  async ask(statement: Statement): Promise<pg.QueryResult> {
    const client = await this.take();
    let isBroken = false;
    try {
      return await ask(client, statement);
    } catch (error) {
      isBroken = error instanceof ConnectionLostError;
      throw error;
    } finally {
      this.giveBack(client, isBroken);
    }
  }

  /** The same for one that only reads: asked again where its connection turns out to be broken. */
  askAgain(statement: Statement): Promise<pg.QueryResult> {
    return repeatLostRead(() => this.ask(statement));
  }

  /** Waits until every connection is back, and ends them; not for long. */
  close(): Promise<void> {
    this.#closing ??= endWithin(() => this.#pool.end(), this.#sockets);
    return this.#closing;
  }
}
