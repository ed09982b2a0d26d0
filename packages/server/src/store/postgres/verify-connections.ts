import type pg from "pg";
import { StoreUnavailableError } from "../store.ts";
import { createClientConfig, PostgresClient, readyConnection } from "./connection.ts";
import { ConnectionLostError, toStoreError } from "./errors.ts";
import type { PostgresLocation } from "./location.ts";
import type { Statement } from "./pool.ts";
import { repeatLostRead } from "./repeat-lost-read.ts";
import { endWithin, SocketTracker } from "./socket-tracker.ts";

/** By up to so much a connection lives shorter than it may, so that two which opened together are not replaced together. */
const lifetimeSpread = 0.2;

interface LineOptions {
  /** How long opening a connection may take. */
  readonly waitMs: number;
  /** How long one is used at most. */
  readonly lifetimeMs: number;
}

/** One connection, open or being opened. */
class Line {
  isBroken = false;
  isBusy = false;
  readonly #client: PostgresClient;
  readonly #ready: Promise<void>;
  readonly #sockets = new SocketTracker();
  readonly #expiresAtMs: number;
  #asked: Promise<unknown> | null = null;
  #isEnded = false;

  /** Opens when the one whose place it takes is closed. */
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
    // Whoever asks over it is told; nobody may.
    this.#ready.catch(() => undefined);
  }

  get isUsable(): boolean {
    return !this.isBroken && performance.now() < this.#expiresAtMs;
  }

  /** The rows of one statement; the one before was answered. */
  ask(statement: Statement): Promise<readonly unknown[]> {
    const asked = this.#ready.then(async () => (await this.#client.query(statement as pg.QueryConfig)).rows);
    this.#asked = asked;
    return asked;
  }

  /** Lets what was asked be answered, though not for long, then closes. */
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
 * A few connections for short look-ups that come by the thousand, one statement at a time over each: whoever asks gathers meanwhile
 * what comes in. Each statement runs by itself, on the data as they are when it runs, which is after it was asked.
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

  /** How many connections there are, and how many statements may be asked at once; none after `close`. */
  get count(): number {
    return this.#lines.length;
  }

  /**
   * The rows of a statement that only reads, asked again where its connection turns out to be broken.
   * @throws {StoreUnavailableError}
   */
  ask(statement: Statement): Promise<readonly unknown[]> {
    return repeatLostRead(() => this.#askOnce(statement));
  }

  /** Lets what was asked be answered, though not for long, then ends the connections. */
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

  /** A connection that is asked nothing; a new one in its place if it cannot be used any more. */
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
