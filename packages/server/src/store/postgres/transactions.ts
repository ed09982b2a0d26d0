import { setTimeout } from "node:timers/promises";
import { type Kysely, sql } from "kysely";
import { type Repositories, StoreOutcomeUnknownError, StoreUnavailableError } from "../store.ts";
import type { Tables } from "../tables.ts";
import { isRepeatable } from "./errors.ts";

/** Limits for retries of a failed transaction. */
const attemptsMax = 8;
const attemptsForMs = 3_000;
const backoffMs = 10;
/** How long to wait for the database to confirm whether a commit took place. */
const findOutcomeForMs = 8_000;
const findOutcomeRetryMs = 200;

/** The audit event that identifies a transaction. */
interface Mark {
  readonly companyId: string;
  readonly eventId: string;
}

type RunInTransaction = <T>(work: (tx: Kysely<Tables>) => Promise<T>) => Promise<T>;

/** Returns the repositories of a transaction. Calls `note` with the last audit event that it writes. */
function watchAudit(repositories: Repositories, note: (mark: Mark) => void): Repositories {
  const { audit } = repositories;
  return {
    ...repositories,
    audit: {
      ...audit,
      append: async (event, hash) => {
        note({ companyId: event.companyId, eventId: event.id });
        await audit.append(event, hash);
      },
    },
  };
}

/**
 * Returns whether a transaction with an unconfirmed commit took place. Locks the end of the company's audit chain
 * first, which waits until that transaction has ended. Then its event exists, or never will. This also holds after a
 * failover: changes that the new primary does not have did not happen.
 */
async function findOutcome(
  run: RunInTransaction,
  mark: Mark,
  lostResponse: StoreOutcomeUnknownError,
): Promise<boolean> {
  const deadlineMs = performance.now() + findOutcomeForMs;
  for (;;) {
    try {
      return await run(async (tx) => {
        const heads = await sql`select 1 from audit_heads where company_id = ${mark.companyId} for update`.execute(tx);
        // The first event of a company: there was no row to wait for.
        if (heads.rows.length === 0) throw lostResponse;
        const event = await tx
          .selectFrom("auditEvents")
          .select("seq")
          .where("id", "=", mark.eventId)
          .executeTakeFirst();
        return event !== undefined;
      });
    } catch (error) {
      if (error === lostResponse || performance.now() > deadlineMs) throw lostResponse;
      // The database is still unavailable. A check counts only after its own commit. It locks a row, so it waits for
      // the synchronous standby like every change, and its result survives a failover. If its commit is not confirmed,
      // check again.
      if (!(error instanceof StoreUnavailableError || error instanceof StoreOutcomeUnknownError)) throw lostResponse;
    }
    await setTimeout(findOutcomeRetryMs);
  }
}

/**
 * Runs `work` in one transaction. Retries it after a conflict, or if the connection closed before the commit. Checks
 * the outcome of an unconfirmed commit.
 * @throws {StoreUnavailableError} if nothing was changed, {StoreOutcomeUnknownError} if the outcome is unknown.
 */
export async function runTransaction<T>(
  run: RunInTransaction,
  createRepositories: (db: Kysely<Tables>) => Repositories,
  work: (repositories: Repositories) => Promise<T>,
): Promise<T> {
  const deadlineMs = performance.now() + attemptsForMs;
  for (let attempt = 1; ; attempt++) {
    let mark: Mark | null = null;
    let done: { readonly result: T } | null = null;
    const attend = async (tx: Kysely<Tables>): Promise<T> => {
      const repositories = watchAudit(createRepositories(tx), (last) => {
        mark = last;
      });
      const result = await work(repositories);
      done = { result };
      return result;
    };
    try {
      return await run(attend);
    } catch (error) {
      if (error instanceof StoreOutcomeUnknownError) {
        // Assigned in callbacks, which the compiler does not track.
        const known = done as { readonly result: T } | null;
        if (mark === null || known === null) throw error;
        if (await findOutcome(run, mark, error)) return known.result;
        throw new StoreUnavailableError("The database lost the transaction before the commit", { cause: error });
      }
      if (!isRepeatable(error) || attempt >= attemptsMax || performance.now() > deadlineMs) throw error;
    }
    await setTimeout(backoffMs * 2 ** attempt * (0.5 + Math.random()));
  }
}
