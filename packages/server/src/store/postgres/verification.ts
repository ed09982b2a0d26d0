import { type LiveSecretRow, toLiveSecret } from "../live-secret-row.ts";
import type { LiveSecret } from "../records.ts";
import { StoreUnavailableError } from "../store.ts";
import type { PostgresPool } from "./pool.ts";

/** Named, so that each connection plans it only once. */
const statement = {
  name: "find_live_secrets",
  rowMode: "array",
  text: `
    select s.id, s.state, k.id, k.name, k.client_id, c.id, c.name, c.plan, k.rate_per_minute, k.rate_burst,
      (select string_agg(case when expires_at is null then cidr else cidr || ' ' || expires_at end, chr(10))
         from ip_allowlist where key_id = k.id),
      s.expires_on, s.first_used_on, encode(s.digest, 'hex')
    from key_secrets s
    join api_keys k on k.id = s.key_id
    join companies c on c.id = k.company_id
    where s.digest = any($1::bytea[]) and k.status = 'active'`,
} as const;

/** The place of the digest, which follows the other columns. Another column does not compile until this is changed. */
const digestColumn = 13 satisfies LiveSecretRow["length"];

/** A lookup that is waiting for its result. */
interface Waiting {
  readonly digest: Buffer;
  readonly sinceMs: number;
  readonly resolve: (found: LiveSecret | null) => void;
  readonly reject: (error: unknown) => void;
}

const lookupsPerStatement = 200;
const waitingMax = 10_000;

/**
 * Returns the lookup of verify. While all connections are busy, lookups are collected for the next statement, because a
 * round trip costs more than a lookup. A statement is one snapshot that starts after its last lookup was requested, so
 * each sees everything that was committed before. Lookups that wait longer than `waitMs` are refused.
 */
export function createPostgresVerification(
  pool: PostgresPool,
  waitMs: number,
): (digest: Buffer) => Promise<LiveSecret | null> {
  const waiting: Waiting[] = [];
  let isScheduled = false;
  let isWatched = false;
  let statements = 0;

  /** The oldest lookups come first. */
  const refuseLate = (): void => {
    const latestMs = performance.now() - waitMs;
    const fresh = waiting.findIndex(({ sinceMs }) => sinceMs > latestMs);
    for (const { reject } of waiting.splice(0, fresh === -1 ? waiting.length : fresh)) {
      reject(new StoreUnavailableError("The database is overloaded: it did not answer earlier requests in time"));
    }
  };
  /** One timer for all lookups, because nothing else runs while all connections are silent. */
  const watch = (): void => {
    const [oldest] = waiting;
    if (isWatched || oldest === undefined) return;
    isWatched = true;
    setTimeout(
      () => {
        isWatched = false;
        refuseLate();
        watch();
      },
      Math.max(1, oldest.sinceMs + waitMs - performance.now()),
    ).unref();
  };
  const answer = async (batch: readonly Waiting[]): Promise<void> => {
    try {
      const result = await pool.askWithRetry({ ...statement, values: [batch.map(({ digest }) => digest)] });
      const rows = result.rows as unknown as readonly (readonly [...LiveSecretRow, digest: string])[];
      const found = new Map(rows.map((row) => [row[digestColumn], row]));
      for (const { digest, resolve } of batch) {
        const row = found.get(digest.toString("hex"));
        resolve(row === undefined ? null : toLiveSecret(row, digest));
      }
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  };
  const send = (): void => {
    isScheduled = false;
    refuseLate();
    while (waiting.length > 0 && statements < pool.size) {
      statements++;
      void answer(waiting.splice(0, lookupsPerStatement)).finally(() => {
        statements--;
        send();
      });
    }
    watch();
  };
  return (digest) =>
    new Promise((resolve, reject) => {
      if (waiting.length >= waitingMax) {
        reject(new StoreUnavailableError("The database is overloaded: too many requests wait for an answer"));
        return;
      }
      waiting.push({ digest, sinceMs: performance.now(), resolve, reject });
      if (isScheduled) return;
      isScheduled = true;
      setImmediate(send);
    });
}
