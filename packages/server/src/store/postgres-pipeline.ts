import pg from "pg";
import { createClientConfig, requirePrimary } from "./postgres-client.ts";
import { ConnectionLostError, toStoreError } from "./postgres-errors.ts";
import type { PostgresLocation } from "./postgres-location.ts";
import type { Statement } from "./postgres-pool.ts";
import { repeatLostRead } from "./repeat-lost-read.ts";
import { endWithin, SocketTracker } from "./socket-tracker.ts";
import { StoreUnavailableError } from "./store.ts";

/** As for pooled connections: a name may lead to another server by now. */
const lifetimeMs = 300_000;

/** One connection, open or being opened. */
class Line {
  readonly client: pg.Client;
  readonly ready: Promise<void>;
  isBroken = false;
  /** Statements that were asked and are not answered yet. */
  outstanding = 0;
  readonly #openedAtMs = performance.now();

  constructor(location: PostgresLocation, sockets: SocketTracker, waitMs: number) {
    this.client = new pg.Client({
      ...createClientConfig(location, sockets),
      connectionTimeoutMillis: waitMs,
      pipeline: true,
    });
    this.client.on("error", () => {
      this.isBroken = true;
    });
    this.ready = this.#open();
  }

  get isUsable(): boolean {
    return !this.isBroken && performance.now() - this.#openedAtMs < lifetimeMs;
  }

  /** Lets what was asked be answered, then ends. */
  async end(): Promise<void> {
    await this.client.end().catch(() => undefined);
  }

  async #open(): Promise<void> {
    try {
      await this.client.connect();
      await requirePrimary(this.client);
    } catch (error) {
      this.isBroken = true;
      void this.end();
      if (error instanceof StoreUnavailableError) throw error;
      const reason = error instanceof Error ? error.message : String(error);
      throw new StoreUnavailableError(`The database gave no connection: ${reason}`, { cause: error });
    }
  }
}

/**
 * A few connections that take the next statement before they answered the last: for short look-ups that come by the thousand.
 * Each statement runs by itself, on the data as they are when it runs, which is after it was asked.
 */
export class PostgresPipeline {
  readonly #location: PostgresLocation;
  readonly #lines: (Line | null)[];
  readonly #sockets = new SocketTracker();
  readonly #waitMs: number;

  /** `waitMs` is how long opening a connection may take. */
  constructor(location: PostgresLocation, { lines, waitMs }: { readonly lines: number; readonly waitMs: number }) {
    this.#location = location;
    this.#lines = Array.from({ length: lines }, () => null);
    this.#waitMs = waitMs;
  }

  /** How many connections there are. */
  get lines(): number {
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
    await endWithin(() => Promise.all(lines.map((line) => line?.end())), this.#sockets);
  }

  async #askOnce(statement: Statement): Promise<readonly unknown[]> {
    const line = this.#pickLine();
    line.outstanding++;
    try {
      await line.ready;
      const { rows } = await line.client.query(statement as pg.QueryConfig);
      return rows;
    } catch (error) {
      const storeError = toStoreError(error);
      if (storeError instanceof ConnectionLostError && !line.isBroken) {
        line.isBroken = true;
        void line.end();
      }
      throw storeError;
    } finally {
      line.outstanding--;
    }
  }

  #pickLine(): Line {
    if (this.#lines.length === 0) throw new StoreUnavailableError("The database was closed");
    const idle = this.#lines.map((line) => (line?.isUsable === true ? line.outstanding : 0));
    const index = idle.indexOf(Math.min(...idle));
    const before = this.#lines[index];
    if (before?.isUsable === true) return before;
    if (before != null && !before.isBroken) void before.ready.then(() => before.end());
    const line = new Line(this.#location, this.#sockets, this.#waitMs);
    line.ready.catch(() => undefined);
    this.#lines[index] = line;
    return line;
  }
}
