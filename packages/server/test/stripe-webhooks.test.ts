import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { setPlan } from "../src/domain/accounts/manage-company.ts";
import { auth, newSubscription, planOf, start, useBilling } from "./support/billing.ts";
import { countRows } from "./support/count-rows.ts";
import { createTestKey, verifyStatus } from "./support/keys.ts";
import { useTestServer } from "./support/lifetimes.ts";
import { createSignedIn } from "./support/people.ts";
import type { TestServer } from "./support/start-server.ts";
import { checkoutEvent, deliver, newStripeId, signStripe, subscriptionEvent } from "./support/stripe-events.ts";

describe("Stripe's signatures", () => {
  it("S-08 the route answers 404 without STRIPE_WEBHOOK_SECRET", async () => {
    const server = await useTestServer();
    const answer = await deliver(server, checkoutEvent("cus_1", null, start));
    expect([answer.status, answer.body]).toEqual([
      404,
      { data: null, error: "Resource does not exist", code: "NOT_FOUND" },
    ]);
  });

  it("S-08 events without a current signature of Stripe are refused and change nothing", async () => {
    const server = await useBilling();
    const person = await createSignedIn(server, { plan: "FREE" });
    const event = subscriptionEvent("created", newSubscription(person), start);
    const payload = JSON.stringify(event);
    const now = Math.floor(Date.now() / 1000);
    const good = signStripe(payload);
    const [time = "", signature = ""] = good.split(",");
    const refused: Record<string, Parameters<typeof deliver>[2]> = {
      "another secret": { secret: "whsec_another0123456789" },
      "five minutes old": { signedAt: now - 310 },
      "five minutes ahead": { signedAt: now + 310 },
      "years ahead": { signedAt: now + 100_000_000 },
      "no time": { header: signature },
      "no signature": { header: time },
      "another scheme": { header: `${time},${signature.replace("v1=", "v0=")}` },
      "two times, the first good": { header: `${good},t=${now + 5}` },
      "two times, the last good": { header: `t=${now - 5000},${good}` },
      "a time with more behind it": { header: good.replace(",", "x,") },
      "a negative time": { header: signStripe(payload, { signedAt: -now }) },
      nothing: { header: "" },
      nonsense: { header: "t=,v1=" },
      "the signature of another body": { header: signStripe(`${payload} `) },
    };
    for (const [how, delivery] of Object.entries(refused)) {
      const answer = await deliver(server, payload, delivery);
      expect([answer.status, answer.body], how).toEqual([
        401,
        { data: null, error: "Unauthorized", code: "UNAUTHORIZED" },
      ]);
    }
    const path = "/api/webhooks/stripe";
    expect((await server.call("POST", path, { json: event })).status).toBe(401);
    expect((await server.call("POST", path, { headers: { "stripe-signature": good } })).status).toBe(401);
    const form = { "content-type": "text/plain", "stripe-signature": good };
    expect((await server.call("POST", path, { body: payload, headers: form })).status).toBe(415);
    expect(await planOf(server, person)).toBe("FREE");
    expect((await deliver(server, payload, { signedAt: now - 290 })).status).toBe(200);
    expect(await planOf(server, person)).toBe("BUSINESS");
  });

  it("S-08 one of several signatures is enough, as while a secret is being replaced", async () => {
    const server = await useBilling();
    const person = await createSignedIn(server, { plan: "FREE" });
    const payload = JSON.stringify(subscriptionEvent("created", newSubscription(person), start));
    const [time = "", signature = ""] = signStripe(payload).split(",");
    const header = `${time},v1=${"0".repeat(64)},${signature},v0=x`;
    expect((await deliver(server, payload, { header })).status).toBe(200);
    expect(await planOf(server, person)).toBe("BUSINESS");
  });

  it("S-33 bodies are bounded, and signed nonsense is refused without a trace of it", async () => {
    const server = await useBilling();
    const big = JSON.stringify({ filler: "x".repeat(600_000) });
    expect((await deliver(server, big)).status).toBe(413);
    expect((await deliver(server, JSON.stringify({ type: "ping", filler: "x".repeat(200_000) }))).status).toBe(200);
    for (const text of ["not json", "[", "\u0000"]) expect((await deliver(server, text)).status).toBe(401);
    for (const event of ["null", "[]", "5", '"x"', "{}", '{"type":"__proto__"}', '{"type":"invoice.paid"}']) {
      expect((await deliver(server, event)).status, event).toBe(200);
    }
    const created = subscriptionEvent("created", { id: "sub_1", customer: "cus_1" }, start) as Record<string, never>;
    for (const broken of [
      { ...created, id: undefined },
      { ...created, created: "now" },
      { ...created, created: 1e300 },
      { ...created, data: null },
      { ...created, data: { object: { id: "sub_1", customer: null, status: "active", items: { data: [] } } } },
      { ...created, data: { object: { id: "sub_1", customer: "cus_1", status: 5, items: { data: [] } } } },
      { ...created, data: { object: { id: "sub_1", customer: "cus_1", status: "active", items: "x" } } },
    ]) {
      const answer = await deliver(server, broken);
      expect([answer.status, answer.body.code], JSON.stringify(broken)).toEqual([422, "VALIDATION_FAILED"]);
    }
  });
});

describe("subscriptions", () => {
  it("S-07 give their plan from the next request on: keys stop and work again as it changes", async () => {
    const server = await useBilling();
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
      const answer = await deliver(server, event);
      expect([answer.status, answer.body]).toEqual([200, { data: { received: true }, error: null }]);
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

  it("S-07 a checkout says whose they are, before or after Stripe told of them", async () => {
    const server = await useBilling();
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

  it("S-07 prices are looked up by id or lookup key in the operator's map", async () => {
    const server = await useBilling({ STRIPE_PLANS: "price_1A=PRO, yearly=BUSINESS" });
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

  it("S-07 that bought a price before it was in the map count with the next event of the company after it is", async () => {
    const before = await useBilling();
    const person = await createSignedIn(before, { plan: "FREE" });
    const subscription = { ...newSubscription(person), prices: ["price_forgotten"] };
    await deliver(before, subscriptionEvent("created", subscription, start));
    expect(await planOf(before, person)).toBe("FREE");

    const after = await useBilling({ ...before.env, STRIPE_PLANS: "price_forgotten=BUSINESS" });
    expect(await planOf(after, person)).toBe("FREE");
    await deliver(after, checkoutEvent(subscription.customer, person.companyId, start + 1));
    expect(await planOf(after, person)).toBe("BUSINESS");
  });

  it("S-07 of other products, of other companies and of nobody leave a plan alone that somebody else gave", async () => {
    const server = await useBilling();
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

  it("S-36 of which nothing can come, or which contradict what is known, are reported by their id, once", async () => {
    const server = await useBilling();
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

  it("S-07 a customer stays with its first company", async () => {
    const server = await useBilling();
    const person = await createSignedIn(server, { plan: "FREE" });
    const thief = await createSignedIn(server, { plan: "FREE" });
    const subscription = newSubscription(person);
    await deliver(server, subscriptionEvent("created", subscription, start));
    await deliver(server, checkoutEvent(subscription.customer, thief.companyId, start + 1));
    await deliver(server, subscriptionEvent("updated", { ...subscription, companyId: thief.companyId }, start + 2));
    expect([await planOf(server, person), await planOf(server, thief)]).toEqual(["BUSINESS", "FREE"]);
  });

  it("S-12 an event counts once, however often and at whatever time it comes", async () => {
    const server = await useBilling();
    const person = await createSignedIn(server, { plan: "FREE" });
    const subscription = newSubscription(person);
    const created = subscriptionEvent("created", subscription, start);
    const copies = await Promise.all(Array.from({ length: 12 }, () => deliver(server, created)));
    expect(copies.map(({ status }) => status)).toEqual(copies.map(() => 200));
    const { body } = await server.call("GET", `${auth}/audit?action=company.plan_changed`, { token: person.token });
    expect(body).toHaveLength(1);
    await deliver(server, subscriptionEvent("updated", { ...subscription, prices: ["pro"] }, start + 5));
    expect((await deliver(server, created)).status).toBe(200);
    expect(await planOf(server, person)).toBe("PRO");
  });

  it("S-12 in whatever order events come, also within one second, the newest decide", async () => {
    const server = await useBilling();
    const person = await createSignedIn(server, { plan: "FREE" });
    type Step = { readonly status: string; readonly prices: readonly string[] };
    const states: readonly Step[] = [
      { status: "incomplete", prices: ["business"] },
      { status: "active", prices: ["business"] },
      { status: "active", prices: ["pro"] },
      { status: "past_due", prices: ["pro"] },
      { status: "unpaid", prices: ["pro"] },
    ];
    const plans = ["FREE", "BUSINESS", "PRO", "PRO", "FREE"];
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: states.length }),
        fc.option(fc.nat({ max: states.length })),
        fc.boolean(),
        fc.infiniteStream(fc.nat()),
        async (count, endedAt, isWithinASecond, shuffle) => {
          const subscription = newSubscription(person);
          const news = states.slice(0, count).map((state, index) => {
            // The first two share a second at most: more than one change in it cannot be told apart for certain.
            const created = start + (isWithinASecond && index === 1 ? 0 : index);
            const before = states[index - 1];
            return index === 0
              ? subscriptionEvent("created", { ...subscription, ...state }, created)
              : subscriptionEvent("updated", { ...subscription, ...state }, created, before);
          });
          // The end is final, also if its time is that of an earlier event or before it.
          if (endedAt !== null) news.push(subscriptionEvent("deleted", subscription, start + endedAt));
          for (let index = news.length - 1; index > 0; index--) {
            const other = (shuffle.next().value ?? 0) % (index + 1);
            [news[index], news[other]] = [news[other] ?? {}, news[index] ?? {}];
          }
          for (const event of news) expect((await deliver(server, event)).status).toBe(200);
          expect(await planOf(server, person)).toBe(endedAt === null ? plans[count - 1] : "FREE");
          await server.database.query("delete from stripe_subscriptions");
        },
      ),
      { numRuns: 40 },
    );
  });

  it("S-12 of two updates within one second the one that replaced the other's state is the later", async () => {
    const server = await useBilling();
    for (const isReversed of [false, true]) {
      const person = await createSignedIn(server, { plan: "FREE" });
      const subscription = newSubscription(person);
      await deliver(server, subscriptionEvent("created", subscription, start));
      const updates = [
        subscriptionEvent("updated", { ...subscription, prices: ["pro"] }, start + 9, { prices: ["business"] }),
        subscriptionEvent("updated", { ...subscription, prices: ["pro"], status: "unpaid" }, start + 9, {
          status: "active",
        }),
      ];
      if (isReversed) updates.reverse();
      for (const event of updates) await deliver(server, event);
      expect(await planOf(server, person), String(isReversed)).toBe("FREE");
    }
  });

  it("S-14 S-15 are acknowledged after the commit only: without the trail nothing is kept, and the event counts when it comes again", async () => {
    const server = await useBilling();
    const person = await createSignedIn(server, { plan: "FREE" });
    const event = subscriptionEvent("created", newSubscription(person), start);
    const mend = await server.database.breakWrites("audit_events", "insert");
    const answer = await deliver(server, event);
    expect([answer.status, answer.body]).toEqual([500, { data: null, error: "An error occurred", code: "INTERNAL" }]);
    const tables = ["stripe_events", "stripe_customers", "stripe_subscriptions"];
    expect(await countRows(server.database, ...tables)).toEqual([0, 0, 0]);
    await mend();
    expect((await deliver(server, event)).status).toBe(200);
    expect(await planOf(server, person)).toBe("BUSINESS");
  });
});

describe("plans that billing must not lower", () => {
  /** Pays for a company through a payment link that names it, and cancels. */
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

  it("S-66 a stranger who pays through a link and cancels takes no plan away that an operator gave, asked for or not", async () => {
    const server = await useBilling();
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
    const server = await useBilling();
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

  it("S-66 a stranger's link makes no floor of a plan that is paid for, nor of FREE: it ends with its subscription", async () => {
    const server = await useBilling();
    const paying = await createSignedIn(server, { plan: "FREE" });
    const own = newSubscription(paying);
    await deliver(server, subscriptionEvent("created", own, start));
    const free = await createSignedIn(server, { plan: "FREE" });
    // Created without a plan that an operator asked for.
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
    const server = await useBilling();
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
    // Of a state that gives nothing, the list does not matter.
    await deliver(server, subscriptionEvent("updated", { ...partial, status: "unpaid" }, start + 70));
    expect(await planOf(server, person)).toBe("FREE");
    await deliver(server, subscriptionEvent("updated", partial, start + 80));
    expect(await planOf(server, person)).toBe("BUSINESS");
    await deliver(server, subscriptionEvent("updated", { ...subscription, prices: ["pro"] }, start + 90));
    expect(await planOf(server, person)).toBe("PRO");

    // Of a company whose plan is not from that subscription, and in the other order.
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

  it("S-66 updates of one second that lead back to a state lead to it in every order", async () => {
    const server = await useBilling();
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

  it("S-66 a checkout that metadata proves leaves the whole plan to its subscription, which takes it along when it ends", async () => {
    const server = await useBilling();
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

  it("S-66 metadata, which only the operator's own server writes, counts before the address of a payment link", async () => {
    const server = await useBilling();
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
