import { describe, expect, it } from "vitest";
import { auth, billingSettings, newSubscription, planOf, start } from "../support/billing.ts";
import { createTestKey, verifyStatus } from "../support/keys.ts";
import { useServer, useTestServer } from "../support/lifetimes.ts";
import { createSignedIn } from "../support/people.ts";
import { checkoutEvent, deliver, newStripeId, subscriptionEvent } from "../support/stripe-events.ts";

describe("subscriptions", () => {
  const server = useServer(billingSettings);

  it("S-07 set the plan from the next request: keys stop and resume working with the plan", async () => {
    const person = await createSignedIn(server);
    const { clientSecret } = await createTestKey(server, person.token);
    const subscription = newSubscription(person);
    const steps: [object, string, number][] = [
      [subscriptionEvent("created", subscription, start), "BUSINESS", 200],
      [subscriptionEvent("updated", { ...subscription, status: "past_due" }, start + 10), "BUSINESS", 200],
      [subscriptionEvent("updated", { ...subscription, status: "unpaid" }, start + 20), "FREE", 403],
      [subscriptionEvent("updated", { ...subscription, prices: ["pro"] }, start + 30), "PRO", 200],
      [subscriptionEvent("updated", { ...subscription, status: "paused" }, start + 40), "FREE", 403],
      [subscriptionEvent("updated", { ...subscription, status: "trialing" }, start + 50), "BUSINESS", 200],
      [subscriptionEvent("updated", { ...subscription, prices: ["pro", "business"] }, start + 60), "BUSINESS", 200],
      [subscriptionEvent("updated", { ...subscription, prices: ["something else"] }, start + 70), "FREE", 403],
      [subscriptionEvent("updated", subscription, start + 80), "BUSINESS", 200],
      [subscriptionEvent("deleted", subscription, start + 90), "FREE", 403],
    ];
    for (const [event, plan, status] of steps) {
      const response = await deliver(server, event);
      expect([response.status, response.body]).toEqual([200, { data: { received: true }, error: null }]);
      expect(await planOf(server, person)).toBe(plan);
      expect(await verifyStatus(server, clientSecret)).toBe(status);
    }
    const { body: events } = await server.call("GET", `${auth}/audit?action=company.plan_changed`, {
      token: person.token,
    });
    expect(events.map(({ details }: { details: Record<string, string> }) => [details["from"], details["to"]])).toEqual([
      ["BUSINESS", "FREE"],
      ["FREE", "BUSINESS"],
      ["BUSINESS", "FREE"],
      ["FREE", "BUSINESS"],
      ["PRO", "FREE"],
      ["FREE", "PRO"],
      ["BUSINESS", "FREE"],
    ]);
    expect(events[0].actor ?? null).toBeNull();
  });

  it("S-07 belong to the company of the checkout, which may arrive before or after them", async () => {
    for (const isCheckoutFirst of [true, false]) {
      const person = await createSignedIn(server, { plan: "FREE" });
      const { id, customer } = newSubscription(person);
      const events = [
        checkoutEvent(customer, person.companyId, start + 1),
        subscriptionEvent("created", { id, customer }, start),
      ];
      if (!isCheckoutFirst) events.reverse();
      expect((await deliver(server, events[0] ?? {})).status).toBe(200);
      expect(await planOf(server, person)).toBe("FREE");
      expect((await deliver(server, events[1] ?? {})).status).toBe(200);
      expect(await planOf(server, person)).toBe("BUSINESS");
    }
  });

  it("S-07 map their prices to plans by ID or lookup key", async () => {
    const server = await useTestServer({ ...billingSettings, STRIPE_PLANS: "price_1A=PRO, yearly=BUSINESS" });
    for (const [prices, plan] of [
      [["price_1A"], "PRO"],
      [["yearly"], "BUSINESS"],
      [["price_1A", "yearly"], "BUSINESS"],
      [["business"], "FREE"],
      [["__proto__"], "FREE"],
    ] as const) {
      const person = await createSignedIn(server, { plan: "FREE" });
      await deliver(server, subscriptionEvent("created", { ...newSubscription(person), prices }, start));
      expect(await planOf(server, person), prices.join()).toBe(plan);
    }
  });

  it("S-07 with a price that was missing from the map take effect with the next event after it is added", async () => {
    const before = await useTestServer(billingSettings);
    const person = await createSignedIn(before, { plan: "FREE" });
    const subscription = { ...newSubscription(person), prices: ["price_forgotten"] };
    await deliver(before, subscriptionEvent("created", subscription, start));
    expect(await planOf(before, person)).toBe("FREE");

    const after = await useTestServer({ ...billingSettings, ...before.env, STRIPE_PLANS: "price_forgotten=BUSINESS" });
    expect(await planOf(after, person)).toBe("FREE");
    await deliver(after, checkoutEvent(subscription.customer, person.companyId, start + 1));
    expect(await planOf(after, person)).toBe("BUSINESS");
  });

  it("S-07 of other products or companies, or without a company, do not change a plan from another source", async () => {
    const person = await createSignedIn(server, { plan: "BUSINESS" });
    const other = await createSignedIn(server, { plan: "PRO" });
    const own = newSubscription(person);
    const events = [
      checkoutEvent(own.customer, person.companyId, start),
      checkoutEvent(newStripeId("cus"), other.companyId, start, "payment"),
      subscriptionEvent("created", { ...own, prices: ["a book"] }, start),
      subscriptionEvent("deleted", { ...own, prices: ["a book"] }, start + 1),
      subscriptionEvent("created", { ...own, companyId: other.companyId, id: newStripeId("sub"), prices: [] }, start),
      subscriptionEvent("created", { ...newSubscription(person), companyId: "no-such-company" }, start),
      checkoutEvent(newStripeId("cus"), null, start),
      checkoutEvent(newStripeId("cus"), "__proto__", start),
    ];
    for (const event of events) expect((await deliver(server, event)).status).toBe(200);
    expect(await planOf(server, person)).toBe("BUSINESS");
    expect(await planOf(server, other)).toBe("PRO");
  });

  it("S-36 are reported by ID once if they have no effect or contradict known data", async () => {
    const server = await useTestServer(billingSettings);
    const person = await createSignedIn(server, { plan: "FREE" });
    const other = await createSignedIn(server, { plan: "FREE" });
    const own = newSubscription(person);
    const orphan = { id: newStripeId("sub"), customer: newStripeId("cus") };
    const events: readonly (readonly [object & { readonly id?: string }, string | null])[] = [
      [subscriptionEvent("created", orphan, start), null],
      [checkoutEvent(orphan.customer, null, start), "contains no company, and its customer is not linked to one"],
      [checkoutEvent(orphan.customer, "no-such-company", start), "contains a company that does not exist"],
      [checkoutEvent(own.customer, person.companyId, start), null],
      [checkoutEvent(own.customer, null, start), null],
      [subscriptionEvent("created", own, start), null],
      [
        checkoutEvent(own.customer, other.companyId, start),
        "contains a different company than the one linked to its customer",
      ],
      [
        subscriptionEvent("updated", { ...own, companyId: other.companyId }, start + 1),
        "contains a different company than the one linked to its customer",
      ],
    ];
    for (const [event] of events) {
      for (const _delivery of [1, 2]) expect((await deliver(server, event)).status).toBe(200);
    }
    const expected = events.flatMap(([event, problem]) => (problem === null ? [] : `${event.id} ${problem}`));
    expect(server.failures.map(({ error }) => (error as Error).message)).toEqual(expected);
    expect([await planOf(server, person), await planOf(server, other)]).toEqual(["BUSINESS", "FREE"]);
  });

  it("S-07 keep their customer with its first company", async () => {
    const person = await createSignedIn(server, { plan: "FREE" });
    const thief = await createSignedIn(server, { plan: "FREE" });
    const subscription = newSubscription(person);
    await deliver(server, subscriptionEvent("created", subscription, start));
    await deliver(server, checkoutEvent(subscription.customer, thief.companyId, start + 1));
    await deliver(server, subscriptionEvent("updated", { ...subscription, companyId: thief.companyId }, start + 2));
    expect([await planOf(server, person), await planOf(server, thief)]).toEqual(["BUSINESS", "FREE"]);
  });
});
