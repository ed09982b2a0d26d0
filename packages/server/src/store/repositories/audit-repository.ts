import type { Kysely, Selectable, SelectQueryBuilder } from "kysely";
import type { AuditRepository } from "../ports/audit.ts";
import type { AuditFilter, AuditStep } from "../records.ts";
import type { Tables } from "../tables.ts";
import { findFirst, put, select } from "./statements.ts";

/** Limit of events per step. In SQLite, the whole process waits for a step, about a millisecond. */
export const auditStepRows = 500;
/** The largest number that fits into the column in every engine. */
const seqMax = 2 ** 31 - 1;

type Events = SelectQueryBuilder<Tables, "auditEvents", Selectable<Tables["auditEvents"]>>;
type Condition = (query: Events) => Events;
type Column = "keyId" | "actorId" | "action";

/** Returns the conditions of a filter, the most selective first. Each has its own index. */
function listConditions({ keyId, actorId, action }: AuditFilter): [Column, string][] {
  const given: [Column, string | undefined][] = [
    ["keyId", keyId],
    ["actorId", actorId],
    ["action", action],
  ];
  return given.filter((one): one is [Column, string] => one[1] !== undefined);
}

/**
 * Reads one limited step of a company's trail, newest first. It uses the index of one condition and reads at most
 * `auditStepRows` events, to which the other conditions apply. With a start time, it uses the index of times if few
 * events are that new.
 */
async function listAuditStep(
  db: Kysely<Tables>,
  companyId: string,
  filter: AuditFilter,
  { beforeSeq = seqMax, limit }: { readonly beforeSeq?: number | undefined; readonly limit: number },
): Promise<AuditStep> {
  const all = db.selectFrom("auditEvents").where("companyId", "=", companyId);
  const { since } = filter;
  const conditions = listConditions(filter);
  const isEarlier: Condition = (query) => query.where("seq", "<", Math.min(beforeSeq, seqMax));
  const applyTo = (query: Events, list: readonly [Column, string][]): Events =>
    list.reduce((rest, [column, value]) => rest.where(column, "=", value), query);

  if (since !== undefined) {
    const newer = all
      .where("createdOn", ">=", since)
      .orderBy("createdOn", "desc")
      .limit(auditStepRows + 1);
    const { count } = await db
      .selectFrom(newer.select("seq").as("newer"))
      .select((eb) => eb.fn.countAll<number>().as("count"))
      .executeTakeFirstOrThrow();
    if (Number(count) <= auditStepRows) {
      const found = db.selectFrom(newer.selectAll().as("auditEvents")).selectAll() as Events;
      const rows = await isEarlier(applyTo(found, conditions)).orderBy("seq", "desc").limit(limit).execute();
      const last = rows.length < limit ? undefined : rows.at(-1);
      return { events: rows, continueBefore: last?.seq ?? null, examined: Number(count) };
    }
  }

  const earlier = isEarlier(applyTo(all.selectAll(), conditions.slice(0, 1))).orderBy("seq", "desc");
  const isExact = since === undefined && conditions.length < 2;
  const stepRows = isExact ? Math.min(limit, auditStepRows) : auditStepRows;
  if (isExact) {
    const rows = await earlier.limit(stepRows).execute();
    const last = rows.length < stepRows ? undefined : rows.at(-1);
    return { events: rows, continueBefore: last?.seq ?? null, examined: rows.length };
  }
  const end = await earlier
    .clearSelect()
    .select("seq")
    .offset(stepRows - 1)
    .limit(1)
    .executeTakeFirst();
  const step = db.selectFrom(earlier.limit(stepRows).as("auditEvents")).selectAll() as Events;
  const rows = await applyTo(step, conditions.slice(1))
    .$if(since !== undefined, (query) => query.where("createdOn", ">=", since ?? ""))
    .orderBy("seq", "desc")
    .limit(limit)
    .execute();
  const last = rows.length < limit ? end : rows.at(-1);
  return { events: rows, continueBefore: last?.seq ?? null, examined: stepRows };
}

const chainBatchRows = 500;

/** The audit trail over Kysely. */
export function createAuditRepository(db: Kysely<Tables>): AuditRepository {
  return {
    // An update locks the row, which a plain read does not do. In SQLite, the transaction is already exclusive.
    lockHead: (companyId) =>
      findFirst(
        db
          .updateTable("auditHeads")
          .set((eb) => ({ seq: eb.ref("seq") }))
          .where("companyId", "=", companyId)
          .returning(["seq", "hash"]),
      ),
    append: async (event, hash) => {
      await db
        .insertInto("auditEvents")
        .values({ ...event, hash })
        .execute();
      await put(db, "auditHeads", { companyId: event.companyId }, { seq: event.seq, hash });
    },
    listStep: (companyId, filter, from) => listAuditStep(db, companyId, filter, from),
    readChain: async function* (companyId) {
      // Starts at the very first row, because rows below 1 do not come from the server.
      let lastSeq: number | null = null;
      for (;;) {
        let query = select(db, "auditEvents", { companyId });
        if (lastSeq !== null) query = query.where("seq", ">", lastSeq);
        const rows: Selectable<Tables["auditEvents"]>[] = await query.orderBy("seq").limit(chainBatchRows).execute();
        for (const row of rows) yield row;
        const last = rows.at(-1);
        if (last === undefined || rows.length < chainBatchRows) return;
        lastSeq = last.seq;
      }
    },
    listCompanyIds: async () => {
      const rows = await db
        .selectFrom("companies")
        .select("id")
        .union(db.selectFrom("auditEvents").select("companyId as id"))
        .union(db.selectFrom("auditHeads").select("companyId as id"))
        .execute();
      return rows.map((row) => row.id).sort();
    },
    listCompaniesOfUser: async (userId) => {
      const rows = await db
        .selectFrom("auditEvents")
        .select("companyId")
        .distinct()
        .where((eb) => eb.or([eb("actorId", "=", userId), eb("details", "like", `%"userId":"${userId}"%`)]))
        .execute();
      return rows.map((row) => row.companyId).sort();
    },
    listHeads: () => db.selectFrom("auditHeads").selectAll().orderBy("companyId").execute(),
  };
}
