import type { Kysely, Selectable } from "kysely";
import type { BillingRepository } from "../ports/billing.ts";
import type { SubscriptionNewsRecord, SubscriptionRecord } from "../records.ts";
import type { Tables } from "../tables.ts";
import {
  changesRow,
  deleteSome,
  execute,
  findFirst,
  findRecord,
  insertOnce,
  put,
  select,
  update,
} from "./statements.ts";

function toSubscriptionRecord(row: Selectable<Tables["stripeSubscriptions"]>): SubscriptionRecord {
  return {
    ...row,
    prices: JSON.parse(row.prices) as string[],
    hasBoughtPlan: row.hasBoughtPlan === 1,
    isIncomplete: row.isIncomplete === 1,
    news: JSON.parse(row.news) as SubscriptionNewsRecord[],
  };
}

/** Customers, subscriptions and events over Kysely. */
export function createBillingRepository(db: Kysely<Tables>): BillingRepository {
  return {
    noteEvent: (id, receivedOn) => changesRow(insertOnce(db, "stripeEvents", { id, receivedOn })),
    lockCustomer: async (customerId) => {
      // An update locks the row, which a plain read does not do.
      const row = await db
        .insertInto("stripeCustomers")
        .values({ id: customerId, companyId: null })
        .onConflict((oc) => oc.column("id").doUpdateSet((eb) => ({ companyId: eb.ref("stripeCustomers.companyId") })))
        .returning("companyId")
        .executeTakeFirstOrThrow();
      return row.companyId;
    },
    setCompany: (customerId, companyId) =>
      execute(update(db, "stripeCustomers", { id: customerId, companyId: null }, { companyId })),
    findSubscription: (id) => findRecord(select(db, "stripeSubscriptions", { id }), toSubscriptionRecord),
    putSubscription: async ({ id, ...rest }) => {
      const values = {
        ...rest,
        prices: JSON.stringify(rest.prices),
        hasBoughtPlan: rest.hasBoughtPlan ? 1 : 0,
        isIncomplete: rest.isIncomplete ? 1 : 0,
        news: JSON.stringify(rest.news),
      };
      await put(db, "stripeSubscriptions", { id }, values);
    },
    lockCompany: (companyId) =>
      findFirst(
        db
          .updateTable("companies")
          .set((eb) => ({ plan: eb.ref("plan") }))
          .where("id", "=", companyId)
          .returning(["id", "name", "plan"]),
      ),
    listSubscriptions: async (companyId) => {
      const rows = await db
        .selectFrom("stripeSubscriptions")
        .innerJoin("stripeCustomers", "stripeCustomers.id", "stripeSubscriptions.customerId")
        .selectAll("stripeSubscriptions")
        .where("stripeCustomers.companyId", "=", companyId)
        .execute();
      return rows.map(toSubscriptionRecord);
    },
    deleteEvents: (receivedBefore, limit) =>
      deleteSome(db, "stripeEvents", "id", ["receivedOn", "<", receivedBefore], limit),
  };
}
