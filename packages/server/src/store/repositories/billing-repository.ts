import type { Kysely, Selectable } from "kysely";
import type { SubscriptionNewsRecord, SubscriptionRecord } from "../records.ts";
import type { BillingRepository } from "../store.ts";
import type { Tables } from "../tables.ts";

function toSubscriptionRecord(row: Selectable<Tables["stripe_subscriptions"]>): SubscriptionRecord {
  return {
    id: row.id,
    customerId: row.customer_id,
    status: row.status,
    prices: JSON.parse(row.prices) as string[],
    toldOn: row.told_on,
    toldBy: row.told_by,
    hasBoughtPlan: row.has_bought_plan === 1,
    isIncomplete: row.is_incomplete === 1,
    news: JSON.parse(row.news) as SubscriptionNewsRecord[],
  };
}

/** Customers, subscriptions and events over Kysely. */
export function createBillingRepository(db: Kysely<Tables>): BillingRepository {
  return {
    noteEvent: async (id, receivedOn) => {
      const { numInsertedOrUpdatedRows } = await db
        .insertInto("stripe_events")
        .values({ id, received_on: receivedOn })
        .onConflict((oc) => oc.column("id").doNothing())
        .executeTakeFirstOrThrow();
      return numInsertedOrUpdatedRows === 1n;
    },
    lockCustomer: async (customerId) => {
      // An update locks the row, which a plain read does not do.
      const row = await db
        .insertInto("stripe_customers")
        .values({ id: customerId, company_id: null })
        .onConflict((oc) =>
          oc.column("id").doUpdateSet((eb) => ({ company_id: eb.ref("stripe_customers.company_id") })),
        )
        .returning("company_id")
        .executeTakeFirstOrThrow();
      return row.company_id;
    },
    setCompany: async (customerId, companyId) => {
      await db
        .updateTable("stripe_customers")
        .set({ company_id: companyId })
        .where("id", "=", customerId)
        .where("company_id", "is", null)
        .execute();
    },
    findSubscription: async (id) => {
      const row = await db.selectFrom("stripe_subscriptions").selectAll().where("id", "=", id).executeTakeFirst();
      return row === undefined ? null : toSubscriptionRecord(row);
    },
    putSubscription: async ({ id, customerId, status, prices, toldOn, toldBy, ...rest }) => {
      const values = {
        customer_id: customerId,
        status,
        prices: JSON.stringify(prices),
        told_on: toldOn,
        told_by: toldBy,
        has_bought_plan: rest.hasBoughtPlan ? 1 : 0,
        is_incomplete: rest.isIncomplete ? 1 : 0,
        news: JSON.stringify(rest.news),
      };
      await db
        .insertInto("stripe_subscriptions")
        .values({ id, ...values })
        .onConflict((oc) => oc.column("id").doUpdateSet(values))
        .execute();
    },
    lockCompany: async (companyId) => {
      const row = await db
        .updateTable("companies")
        .set((eb) => ({ plan: eb.ref("plan") }))
        .where("id", "=", companyId)
        .returning(["id", "name", "plan"])
        .executeTakeFirst();
      return row ?? null;
    },
    listSubscriptions: async (companyId) => {
      const rows = await db
        .selectFrom("stripe_subscriptions")
        .innerJoin("stripe_customers", "stripe_customers.id", "stripe_subscriptions.customer_id")
        .selectAll("stripe_subscriptions")
        .where("stripe_customers.company_id", "=", companyId)
        .execute();
      return rows.map(toSubscriptionRecord);
    },
    deleteEvents: async (receivedBefore, limit) => {
      const { numDeletedRows } = await db
        .deleteFrom("stripe_events")
        .where("id", "in", (eb) =>
          eb.selectFrom("stripe_events").select("id").where("received_on", "<", receivedBefore).limit(limit),
        )
        .executeTakeFirstOrThrow();
      return Number(numDeletedRows);
    },
  };
}
