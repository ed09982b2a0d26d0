import { describe, expect, it } from "vitest";
import { setPlan } from "../../src/domain/accounts/manage-company.ts";
import { auth, billingSettings, newSubscription, planOf, start } from "../support/billing.ts";
import { createTestKey, verifyStatus } from "../support/keys.ts";
import { useServer, useTestServer } from "../support/lifetimes.ts";
import { createSignedIn } from "../support/people.ts";
import type { TestServer } from "../support/start-server.ts";
import { checkoutEvent, deliver, newStripeId, subscriptionEvent } from "../support/stripe-events.ts";

describe("plans that billing must not lower", () => {
  const server = useServer(billingSettings);

  /** Pays for a company through a payment link with its ID, and then cancels. */
  async function payAndCancel(server: TestServer, companyId: string): Promise<void> {
    const customer = newStripeId("cus");
    const subscription = { id: newStripeId("sub"), customer };
    for (const event of [
      checkoutEvent(customer, companyId, start),
      subscriptionEvent("created", subscription, start),
      subscriptionEvent("deleted", subscription, start + 60),
    ]) {
      expect((await deliver(server, event)).status).toBe(200);
    }
  }

  it("S-66 a stranger who pays through a link and cancels does not lower the plan that an operator set", async () => {
    for (const options of [{ plan: "BUSINESS" }, {}, { plan: "PRO" }] as const) {
      const person = await createSignedIn(server, options);
      const before = await planOf(server, person);
      const { clientSecret } = await createTestKey(server, person.token).catch(() => ({ clientSecret: null }));
      await payAndCancel(server, person.companyId);
      expect(await planOf(server, person)).toBe(before);
      if (clientSecret !== null) expect(await verifyStatus(server, clientSecret)).toBe(200);
    }
  });

  it("S-66 an operator's plan is a floor for every subscription, until the operator clears it", async () => {
    const person = await createSignedIn(server, { plan: "FREE" });
    const subscription = newSubscription(person);
    await setPlan(server.deps, person.companyId, "PRO");
    const steps: [object, string][] = [
      [subscriptionEvent("created", subscription, start), "BUSINESS"],
      [subscriptionEvent("updated", { ...subscription, status: "unpaid" }, start + 1), "PRO"],
      [subscriptionEvent("updated", subscription, start + 2), "BUSINESS"],
      [subscriptionEvent("deleted", subscription, start + 3), "PRO"],
    ];
    for (const [event, plan] of steps) {
      await deliver(server, event);
      expect(await planOf(server, person)).toBe(plan);
    }
    const paid = await createSignedIn(server, { plan: "FREE" });
    await deliver(server, subscriptionEvent("created", newSubscription(paid), start));
    expect((await setPlan(server.deps, paid.companyId, "PRO")).after.plan).toBe("BUSINESS");
    expect(await setPlan(server.deps, person.companyId, null)).toMatchObject({
      after: { plan: "FREE" },
      paidPlan: "FREE",
    });
    expect(await planOf(server, person)).toBe("FREE");
  });

  it("S-66 a stranger's link creates no floor from a paid plan or FREE, and its plan ends with it", async () => {
    const paying = await createSignedIn(server, { plan: "FREE" });
    const own = newSubscription(paying);
    await deliver(server, subscriptionEvent("created", own, start));
    const free = await createSignedIn(server, { plan: "FREE" });
    // The company was created without a plan set by an operator.
    for (const { companyId } of [paying, free]) {
      await server.deps.store.transact(({ companies }) => companies.putPlanFloor(companyId, null));
    }
    for (const { companyId } of [paying, free]) await payAndCancel(server, companyId);
    expect(await planOf(server, paying)).toBe("BUSINESS");
    await deliver(server, subscriptionEvent("deleted", own, start + 90));
    for (const person of [paying, free]) {
      expect(await planOf(server, person)).toBe("FREE");
      const path = `${auth}/audit?action=company.customer_linked`;
      const { body } = await server.call("GET", path, { token: person.token });
      expect(body[0].details).not.toHaveProperty("planFloor");
    }
  });

  it("S-66 an event that lists only some items raises a plan, never lowers it, and is reported", async () => {
    const server = await useTestServer(billingSettings);
    const person = await createSignedIn(server, { plan: "FREE" });
    const subscription = newSubscription(person);
    const addons = Array.from({ length: 10 }, (_, index) => `addon_${index}`);
    const partial = { ...subscription, prices: addons, hasMore: true };
    const events = [
      subscriptionEvent("created", subscription, start),
      subscriptionEvent("updated", partial, start + 60, { prices: ["business"] }),
    ] as const;
    for (const event of events) await deliver(server, event);
    expect(await planOf(server, person)).toBe("BUSINESS");
    expect(server.failures.map(({ error }) => (error as Error).message)).toEqual([expect.stringContaining("has_more")]);
    // If the subscription's status gives no plan, the list does not matter.
    await deliver(server, subscriptionEvent("updated", { ...partial, status: "unpaid" }, start + 70));
    expect(await planOf(server, person)).toBe("FREE");
    await deliver(server, subscriptionEvent("updated", partial, start + 80));
    expect(await planOf(server, person)).toBe("BUSINESS");
    await deliver(server, subscriptionEvent("updated", { ...subscription, prices: ["pro"] }, start + 90));
    expect(await planOf(server, person)).toBe("PRO");

    // A company whose plan is not from that subscription, with the events in the other order.
    const other = await createSignedIn(server);
    await deliver(
      server,
      subscriptionEvent("created", { ...newSubscription(other), prices: ["pro"], hasMore: true }, start),
    );
    expect(await planOf(server, other)).toBe("BUSINESS");
    const late = await createSignedIn(server, { plan: "FREE" });
    const own = newSubscription(late);
    await deliver(server, subscriptionEvent("updated", { ...own, prices: addons, hasMore: true }, start + 60));
    await deliver(server, subscriptionEvent("created", own, start));
    expect(await planOf(server, late)).toBe("BUSINESS");
  });

  it("S-66 updates within one second that return to a state lead to it in every order", async () => {
    for (const order of [
      [0, 1, 2],
      [0, 2, 1],
      [1, 0, 2],
      [1, 2, 0],
      [2, 0, 1],
      [2, 1, 0],
    ]) {
      const person = await createSignedIn(server, { plan: "FREE" });
      const subscription = newSubscription(person);
      const events = [
        subscriptionEvent("created", subscription, start),
        subscriptionEvent("updated", { ...subscription, prices: ["pro"] }, start, { prices: ["business"] }),
        subscriptionEvent("updated", subscription, start, { prices: ["pro"] }),
      ];
      for (const index of order) await deliver(server, events[index] ?? {});
      expect(await planOf(server, person), order.join()).toBe("BUSINESS");
    }
  });

  it("S-66 a checkout with metadata leaves the plan to its subscription, and the plan ends with it", async () => {
    const person = await createSignedIn(server);
    const customer = newStripeId("cus");
    const checkout = checkoutEvent(customer, null, start) as { data: { object: Record<string, unknown> } };
    checkout.data.object["metadata"] = { companyId: person.companyId };
    const subscription = { id: newStripeId("sub"), customer };
    const steps: [object, string][] = [
      [checkout, "BUSINESS"],
      [subscriptionEvent("created", subscription, start), "BUSINESS"],
      [subscriptionEvent("deleted", subscription, start + 60), "FREE"],
    ];
    for (const [event, plan] of steps) {
      expect((await deliver(server, event)).status).toBe(200);
      expect(await planOf(server, person)).toBe(plan);
    }
  });

  it("S-66 metadata, which only the operator's server can set, overrides the company ID of a payment link", async () => {
    const person = await createSignedIn(server, { plan: "FREE" });
    const victim = await createSignedIn(server, { plan: "FREE" });
    const customer = newStripeId("cus");
    const checkout = checkoutEvent(customer, victim.companyId, start) as { data: { object: Record<string, unknown> } };
    checkout.data.object["metadata"] = { companyId: person.companyId };
    await deliver(server, checkout);
    await deliver(server, subscriptionEvent("created", { id: newStripeId("sub"), customer }, start));
    expect([await planOf(server, person), await planOf(server, victim)]).toEqual(["BUSINESS", "FREE"]);
  });
});
