import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { auth, billingSettings, newSubscription, planOf, start } from "../support/billing.ts";
import { countRows } from "../support/count-rows.ts";
import { useServer, useTestServer } from "../support/lifetimes.ts";
import { createSignedIn } from "../support/people.ts";
import { deliver, subscriptionEvent } from "../support/stripe-events.ts";

describe("subscriptions", () => {
  const server = useServer(billingSettings);

  it("S-12 an event takes effect once, however often and late it arrives", async () => {
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

  it("S-12 the newest events decide in any order of arrival, also within one second", async () => {
    const server = await useTestServer(billingSettings);
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
            // At most the first two events share a second, because more changes in one second cannot be ordered
            // reliably.
            const created = start + (isWithinASecond && index === 1 ? 0 : index);
            const before = states[index - 1];
            return index === 0
              ? subscriptionEvent("created", { ...subscription, ...state }, created)
              : subscriptionEvent("updated", { ...subscription, ...state }, created, before);
          });
          // The end is final, even if its time equals or precedes the time of an earlier event.
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

  it("S-12 of two updates within one second, the later one names the other one's state as its previous state", async () => {
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

  it("S-14 S-15 events are confirmed only after the commit, and a retry works after an audit trail failure", async () => {
    const server = await useTestServer(billingSettings);
    const person = await createSignedIn(server, { plan: "FREE" });
    const event = subscriptionEvent("created", newSubscription(person), start);
    const restoreWrites = await server.database.breakWrites("audit_events", "insert");
    const response = await deliver(server, event);
    expect([response.status, response.body]).toEqual([
      500,
      { data: null, error: "An error occurred", code: "INTERNAL" },
    ]);
    const tables = ["stripe_events", "stripe_customers", "stripe_subscriptions"];
    expect(await countRows(server.database, ...tables)).toEqual([0, 0, 0]);
    await restoreWrites();
    expect((await deliver(server, event)).status).toBe(200);
    expect(await planOf(server, person)).toBe("BUSINESS");
  });
});
