import fc from "fast-check";
import { expect, it } from "vitest";
import { readEvent } from "./read-event.ts";

it("S-33 reads any signed JSON as a known event or as an irrelevant one", () => {
  const type = fc.constantFrom(
    "customer.subscription.created",
    "customer.subscription.updated",
    "customer.subscription.deleted",
    "checkout.session.completed",
    "__proto__",
    "constructor",
  );
  const object = fc.record(
    {
      id: fc.anything(),
      customer: fc.anything(),
      status: fc.anything(),
      mode: fc.constantFrom("subscription", "payment", null),
      items: fc.oneof(fc.anything(), fc.record({ data: fc.array(fc.record({ price: fc.anything() })) })),
      metadata: fc.anything(),
      client_reference_id: fc.anything(),
    },
    { requiredKeys: [] },
  );
  const event = fc.record(
    {
      id: fc.oneof(fc.string(), fc.anything()),
      type,
      created: fc.oneof(fc.integer(), fc.double(), fc.anything()),
      data: fc.oneof(fc.anything(), fc.record({ object, previous_attributes: fc.anything() })),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(fc.oneof(fc.anything(), event), (value) => {
      const read = readEvent(value);
      expect(["subscription", "checkout", "other", "unreadable"]).toContain(read.kind);
      if (read.kind !== "subscription") return;
      expect(read.occurredOn).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z$/);
      for (const text of [read.id, read.subscriptionId, read.customerId, read.state.status, ...read.state.prices]) {
        expect(typeof text).toBe("string");
      }
    }),
    { numRuns: 2_000 },
  );
});

it("S-33 accepts expanded IDs, and prices by ID and lookup key", () => {
  const price = { id: "price_1", lookup_key: "pro" };
  const object = { id: "sub_1", customer: { id: "cus_1" }, status: "active", items: { data: [{ price }, { price }] } };
  const created = 1_772_323_200;
  expect(readEvent({ id: "evt_1", type: "customer.subscription.created", created, data: { object } })).toEqual({
    kind: "subscription",
    id: "evt_1",
    occurredOn: "2026-03-01T00:00:00.000Z",
    news: "created",
    subscriptionId: "sub_1",
    customerId: "cus_1",
    companyId: null,
    state: { status: "active", prices: ["price_1", "pro"] },
    previous: { status: "active", prices: ["price_1", "pro"] },
  });
});
