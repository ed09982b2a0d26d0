import type Database from "better-sqlite3";
import { type LiveSecretRow, toLiveSecret } from "../live-secret-row.ts";
import type { LiveSecret } from "../records.ts";
import { toStoreError } from "./errors.ts";

/**
 * Prepares the single statement of verify, which returns arrays. A query builder would cost more than the lookup
 * (`bench/README.md`). The location of a secret is the number in the first 8 bytes of its digest, passed as two halves
 * (`migrations/0003-live-secrets.ts`).
 *
 * `+?` instead of `?`: with STAT4, which better-sqlite3 enables, SQLite plans a join again whenever a bare parameter
 * changes, which costs ten times the lookup. An expression is planned once.
 */
export function prepareSqliteVerification(connection: Database.Database): (digest: Buffer) => LiveSecret | null {
  const statement = connection
    .prepare<[number, number, Buffer], LiveSecretRow>(
      `select s.secret_id, s.state, s.key_id, s.key_name, s.client_id, c.id, c.name, c.plan, s.rate_per_minute, s.rate_burst,
         s.allowlist, s.expires_on, s.first_used_on
       from live_secrets s join numbered_companies c on c.number = s.company
       where s.place = (+? << 32 | +?) and s.digest = +?`,
    )
    .raw(true);
  return (digest) => {
    const row = statement.get(digest.readInt32BE(0), digest.readUInt32BE(4), digest);
    return row === undefined ? null : toLiveSecret(row, digest);
  };
}

/** A lookup that is waiting for its result. */
interface Waiting {
  readonly digest: Buffer;
  readonly resolve: (found: LiveSecret | null) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Runs all lookups of one event loop turn in one read transaction, because taking and releasing SQLite's locks costs
 * more than a lookup. The transaction starts after the last call, so each lookup sees everything that was committed
 * before. The connection must have no other transaction.
 */
export function createSqliteVerification(
  connection: Database.Database,
): (digest: Buffer) => Promise<LiveSecret | null> {
  const find = prepareSqliteVerification(connection);
  const begin = connection.prepare("begin");
  const commit = connection.prepare("commit");
  const rollback = connection.prepare("rollback");
  let waiting: Waiting[] = [];

  const answerOne = ({ digest, resolve, reject }: Waiting): void => {
    try {
      resolve(find(digest));
    } catch (error) {
      reject(toStoreError(error));
    }
  };
  const answerAll = (): void => {
    const batch = waiting;
    waiting = [];
    try {
      if (batch.length > 1) begin.run();
      for (const one of batch) answerOne(one);
      // SQLite ends the transaction itself after some failures.
      if (connection.inTransaction) commit.run();
    } catch (error) {
      if (connection.inTransaction) rollback.run();
      for (const { reject } of batch) reject(toStoreError(error));
    }
  };
  return (digest) =>
    new Promise((resolve, reject) => {
      if (waiting.push({ digest, resolve, reject }) === 1) setImmediate(answerAll);
    });
}
