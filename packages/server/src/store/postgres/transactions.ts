import { setTimeout } from "node:timers/promises";
import { type Kysely, sql } from "kysely";
import { type Repositories, StoreOutcomeUnknownError, StoreUnavailableError } from "../store.ts";
import type { Tables } from "../tables.ts";
import { isRepeatable } from "./errors.ts";

/** As often, and as long after the start, a transaction that is known to have failed is begun again. */
const attemptsMax = 8;
const attemptsForMs = 3_000;
const backoffMs = 10;
/** How long the database may take to come back and tell whether a commit took place. */
const settleForMs = 8_000;
const settleRetryMs = 200;

/** The audit event by which a transaction can be recognized afterwards. */
interface Mark {
  readonly companyId: string;
  readonly eventId: string;
}

type RunInTransaction = <T>(work: (tx: Kysely<Tables>) => Promise<T>) => Promise<T>;

/** The repositories of a transaction, noting the last audit event that it writes. */
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
 * Whether a transaction whose commit was not answered took place. Its company's end of the audit chain is taken first, which waits
 * until that transaction is over; then its event is there, or never will be. True also after a failover: what the new
 * primary does not have has not happened.
 */
async function settle(run: RunInTransaction, mark: Mark, lostAnswer: StoreOutcomeUnknownError): Promise<boolean> {
  const deadlineMs = performance.now() + settleForMs;
  for (;;) {
    try {
      return await run(async (tx) => {
        const heads = await sql`select 1 from audit_heads where company_id = ${mark.companyId} for update`.execute(tx);
        // The first event of a company: there was nothing yet to wait for.
        if (heads.rows.length === 0) throw lostAnswer;
        const event = await tx
          .selectFrom("audit_events")
          .select("seq")
          .where("id", "=", mark.eventId)
          .executeTakeFirst();
        return event !== undefined;
      });
    } catch (error) {
      if (error === lostAnswer || performance.now() > deadlineMs) throw lostAnswer;
      // Nobody there yet. A look counts only when it was committed: as it took a row it waits, like every change, for the
      // synchronous standby, so that what it saw outlives a failover. One whose own commit was not answered is taken again.
      if (!(error instanceof StoreUnavailableError || error instanceof StoreOutcomeUnknownError)) throw lostAnswer;
    }
    await setTimeout(settleRetryMs);
  }
}

/**
 * Runs work in one transaction, again when it lost against another one or its connection broke before the commit. A commit
 * whose answer was lost is settled by asking again.
 * @throws {StoreUnavailableError} when nothing happened, {StoreOutcomeUnknownError} when nobody knows.
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
        // Assigned in the callbacks, which the compiler does not follow.
        const known = done as { readonly result: T } | null;
        if (mark === null || known === null) throw error;
        if (await settle(run, mark, error)) return known.result;
        throw new StoreUnavailableError("The database lost the transaction before the commit", { cause: error });
      }
      if (!isRepeatable(error) || attempt >= attemptsMax || performance.now() > deadlineMs) throw error;
    }
    await setTimeout(backoffMs * 2 ** attempt * (0.5 + Math.random()));
  }
}
