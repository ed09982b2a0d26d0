import type pg from "pg";
import { StoreUnavailableError } from "../store.ts";
import { createClientConfig, PostgresClient, readyConnection } from "./connection.ts";
import { ConnectionLostError, repeatLostRead, toStoreError } from "./errors.ts";
import type { PostgresLocation } from "./location.ts";
import type { Statement } from "./pool.ts";
import { endWithin, SocketTracker } from "./socket-tracker.ts";

/**
 * Random share by which the lifetime of a connection is shorter, so that connections are not replaced at the same time.
 */
const lifetimeSpread = 0.2;

interface LineOptions {
  /** Timeout for opening a connection. */
  readonly waitMs: number;
  /** Maximum lifetime of a connection. */
  readonly lifetimeMs: number;
}

/** A connection, open or opening. */
class Line {
  isBroken = false;
  isBusy = false;
  readonly #client: PostgresClient;
  readonly #ready: Promise<void>;
  readonly #sockets = new SocketTracker();
  readonly #expiresAtMs: number;
  #asked: Promise<unknown> | null = null;
  #isEnded = false;

  /** Opens after the previous connection has closed. */
  constructor(location: PostgresLocation, { waitMs, lifetimeMs }: LineOptions, before: Line | null) {
    this.#client = new PostgresClient({
      ...createClientConfig(location, this.#sockets),
      connectionTimeoutMillis: waitMs,
    });
    this.#client.on("error", () => {
      this.isBroken = true;
    });
    this.#expiresAtMs = performance.now() + lifetimeMs * (1 - lifetimeSpread * Math.random());
    this.#ready = this.#open(before);
    // Callers get the error. Without a caller, it must not be unhandled.
    this.#ready.catch(() => undefined);
  }

  get isUsable(): boolean {
    return !this.isBroken && performance.now() < this.#expiresAtMs;
  }

  /** Returns the rows of one statement. The previous one must be answered. */
  ask(statement: Statement): Promise<readonly unknown[]> {
    const asked = this.#ready.then(async () => (await this.#client.query(statement as pg.QueryConfig)).rows);
    this.#asked = asked;
    return asked;
  }

  /** Waits a short time for running statements, then closes. */
  async end(): Promise<void> {
    this.#isEnded = true;
    const end = async (): Promise<void> => {
      await this.#asked?.catch(() => undefined);
      await this.#client.end().catch(() => undefined);
    };
    await endWithin(end, this.#sockets);
  }

  async #open(before: Line | null): Promise<void> {
    try {
      await before?.end();
      if (this.#isEnded) throw new StoreUnavailableError("The database was closed");
      await this.#client.connect();
      await readyConnection(this.#client);
    } catch (error) {
      this.isBroken = true;
      void this.#client.end().catch(() => undefined);
      if (error instanceof StoreUnavailableError) throw error;
      const reason = error instanceof Error ? error.message : String(error);
      throw new StoreUnavailableError(`Cannot connect to the database: ${reason}`, { cause: error });
    }
  }
}

/**
 * A few connections for many short lookups, with one statement at a time per connection. Callers collect lookups in the
 * meantime. Each statement runs by itself on the data at that time, which is after the call.
 */
export class PostgresLines {
  readonly #location: PostgresLocation;
  readonly #lines: (Line | null)[];
  readonly #options: LineOptions;

  constructor(location: PostgresLocation, { count, ...options }: LineOptions & { readonly count: number }) {
    this.#location = location;
    this.#lines = Array.from({ length: count }, () => null);
    this.#options = options;
  }

  /** Number of connections and of concurrent statements. 0 after `close`. */
  get count(): number {
    return this.#lines.length;
  }

  /**
   * Returns the rows of a read-only statement. Retries it if the connection was already broken.
   * @throws {StoreUnavailableError}
   */
  ask(statement: Statement): Promise<readonly unknown[]> {
    return repeatLostRead(() => this.#askOnce(statement));
  }

  /** Waits a short time for running statements, then closes the connections. */
  async close(): Promise<void> {
    const lines = this.#lines.splice(0);
    await Promise.all(lines.map((line) => line?.end()));
  }

  async #askOnce(statement: Statement): Promise<readonly unknown[]> {
    const line = this.#takeLine();
    try {
      return await line.ask(statement);
    } catch (error) {
      const storeError = toStoreError(error);
      if (storeError instanceof ConnectionLostError && !line.isBroken) {
        line.isBroken = true;
        void line.end();
      }
      throw storeError;
    } finally {
      line.isBusy = false;
    }
  }

  /** Returns an idle connection, or a new one if it is no longer usable. */
  #takeLine(): Line {
    if (this.#lines.length === 0) throw new StoreUnavailableError("The database was closed");
    const index = this.#lines.findIndex((line) => line?.isBusy !== true);
    if (index === -1) throw new RangeError("There are more concurrent statements than connections");
    let line = this.#lines[index] ?? null;
    if (line?.isUsable !== true) {
      line = new Line(this.#location, this.#options, line);
      this.#lines[index] = line;
    }
    line.isBusy = true;
    return line;
  }
}
