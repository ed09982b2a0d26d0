import type { Kysely } from "kysely";
import { dialects } from "../dialects.ts";
import { createKysely, createKyselyStore, createRepositories } from "../kysely-store.ts";
import { migrate } from "../migrate.ts";
import { type Store, StoreUnavailableError } from "../store.ts";
import { type StoreReporter, silentReporter } from "../store-reporter.ts";
import type { Tables } from "../tables.ts";
import type { PostgresPurpose } from "./connection.ts";
import { PooledPostgresDialect } from "./dialect.ts";
import { createLastUsedWriter } from "./last-used.ts";
import { PostgresLastUsedBuffer } from "./last-used-buffer.ts";
import type { PostgresLocation } from "./location.ts";
import { PostgresPool } from "./pool.ts";
import { createPostgresTokenLedger } from "./token-ledger.ts";
import { runTransaction } from "./transactions.ts";
import { createPostgresVerification } from "./verification.ts";

/** A change waits for locks as long as in SQLite. There are many reads, and retrying them is cheaper. */
const changeWaitMs = 3_000;
const readWaitMs = 1_500;
const waitingMax = 1_000;
const verifierCount = 2;
const ledgerCount = 1;

/** Warns about database settings with which a confirmed commit can be lost. */
async function warnOfUnsafeSettings(pool: PostgresPool, report: StoreReporter): Promise<void> {
  const { rows } = await pool.askWithRetry({
    text: "select name, setting from pg_settings where name in ('synchronous_commit', 'fsync', 'full_page_writes')",
  });
  const settings: Record<string, string> = Object.fromEntries(rows.map(({ name, setting }) => [name, setting]));
  report.note("database settings", settings);
  const unsafe = Object.entries(settings).filter(([, setting]) => setting === "off");
  for (const [name] of unsafe) {
    report.warn(`${name} is off: after a crash of the database, a revoked key may work again`);
  }
}

/** Opens a connection that can wait for other migrating nodes, and migrates over it. */
async function openAndMigrate(
  location: PostgresLocation,
  purpose: PostgresPurpose,
  report: StoreReporter,
): Promise<Kysely<Tables>> {
  const pool = new PostgresPool(location, { size: 1, waitMs: changeWaitMs, waitingMax, purpose }, report.failure);
  const db = createKysely(new PooledPostgresDialect(pool, "transactions"));
  try {
    await migrate(db, dialects.postgres);
    return db;
  } catch (error) {
    await db.destroy();
    throw error;
  }
}

/** Connects, migrates, and returns the connection for an export or import. */
export function openPostgresTransfer(location: PostgresLocation): Promise<Kysely<Tables>> {
  return openAndMigrate(location, "moving", silentReporter);
}

/**
 * Connects to PostgreSQL and migrates it. Verify lookups have two connections of their own, and token buckets have one.
 * Half of the others are for transactions and half for reads, so that none can block another.
 */
export async function openPostgresStore(location: PostgresLocation, report: StoreReporter): Promise<Store> {
  await (await openAndMigrate(location, "migrating", report)).destroy();
  const size = location.poolSize - verifierCount - ledgerCount;
  const changing = Math.floor(size / 2);
  const writers = new PostgresPool(location, { size: changing, waitMs: changeWaitMs, waitingMax }, report.failure);
  const readers = new PostgresPool(location, { size: size - changing, waitMs: readWaitMs, waitingMax }, report.failure);
  const ledger = new PostgresPool(location, { size: ledgerCount, waitMs: readWaitMs, waitingMax }, report.failure);
  const verifiers = new PostgresPool(location, { size: verifierCount, waitMs: readWaitMs, waitingMax }, report.failure);
  const close = async (): Promise<void> => {
    await Promise.all([writers.close(), readers.close(), ledger.close(), verifiers.close()]);
  };
  try {
    await warnOfUnsafeSettings(readers, report);
  } catch (error) {
    await close();
    throw error;
  }
  const writing = createKysely(new PooledPostgresDialect(writers, "transactions"));
  const reading = createKysely(new PooledPostgresDialect(readers, "reads"));
  return createKyselyStore(writing, reading, {
    findLiveSecret: createPostgresVerification(verifiers, readWaitMs),
    uses: new PostgresLastUsedBuffer(createLastUsedWriter(writers)),
    transact: (work) => runTransaction((run) => writing.transaction().execute(run), createRepositories, work),
    tokenLedger: createPostgresTokenLedger(ledger),
    ping: async () => {
      const { rows } = await readers.askWithRetry({
        text: "select pg_is_in_recovery() or current_setting('transaction_read_only') = 'on' as reads_only",
      });
      if (rows[0]?.reads_only !== false) throw new StoreUnavailableError("The database is read-only");
    },
    close,
  });
}
