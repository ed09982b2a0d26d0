import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { SubscriptionNewsRecord, SubscriptionRecord, SubscriptionState } from "../../store/records.ts";
import type { Plan } from "../access.ts";
import { planOfState } from "./company-plan.ts";
import { applySubscriptionEvent } from "./subscription-updates.ts";

const plansByPrice = new Map<string, Plan>([
  ["business", "BUSINESS"],
  ["pro", "PRO"],
]);
const start = Date.parse("2026-03-01T00:00:00Z");
const at = (second: number): string => new Date(start + second * 1000).toISOString();

const states: readonly SubscriptionState[] = [
  { status: "active", prices: ["business"] },
  { status: "active", prices: ["pro"] },
  { status: "past_due", prices: ["business"] },
  { status: "unpaid", prices: ["business"] },
  { status: "active", prices: ["addon"] },
];

/** The life of a subscription: each event with the state it left and the one it led to. */
function tellLife(path: readonly SubscriptionState[], seconds: readonly number[]): SubscriptionNewsRecord[] {
  return path.map((state, index) => ({
    // Ids say nothing about the order.
    id: `evt_${(index * 7919) % 1009}`,
    occurredOn: at(seconds[index] ?? 0),
    news: index === 0 ? "created" : "updated",
    state,
    previous: path[index - 1] ?? state,
  }));
}

function addAll(events: readonly SubscriptionNewsRecord[]): SubscriptionRecord {
  let known: SubscriptionRecord | null = null;
  for (const event of events)
    known = { id: "sub", customerId: "cus", ...applySubscriptionEvent(known, event, plansByPrice) };
  if (known === null) throw new Error("There were no events");
  return known;
}

const planOf = (record: SubscriptionRecord): Plan | null =>
  planOfState({ status: record.status, prices: record.prices }, plansByPrice);

/** A path on which every step changes something. */
const anyPath = fc
  .array(fc.constantFrom(...states), { minLength: 1, maxLength: 6 })
  .map((path) => path.filter((state, index) => state !== path[index - 1]));

describe("events of a subscription", () => {
  it("S-66 of the same second lead to the last state in every order, also when a state comes back", () => {
    fc.assert(
      fc.property(
        anyPath,
        fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }),
        fc.infiniteStream(fc.nat()),
        (path, steps, random) => {
          let second = 0;
          const seconds = path.map((_, index) => {
            if (index > 0 && steps[index]) second++;
            return second;
          });
          const events = tellLife(path, seconds);
          const shuffled = [...events];
          for (let index = shuffled.length - 1; index > 0; index--) {
            const other = (random.next().value ?? 0) % (index + 1);
            const [a, b] = [shuffled[index], shuffled[other]];
            if (a !== undefined && b !== undefined) [shuffled[index], shuffled[other]] = [b, a];
          }
          const { status, prices } = addAll(shuffled);
          expect({ status, prices }).toEqual(path.at(-1));
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it("S-66 that end it are final, whatever arrives afterwards and whatever time it names", () => {
    const [business = { status: "", prices: [] }] = states;
    const deleted: SubscriptionNewsRecord = {
      id: "evt_end",
      occurredOn: at(5),
      news: "deleted",
      state: { status: "canceled", prices: ["business"] },
      previous: business,
    };
    const life = tellLife([business, ...states.slice(1, 3)], [0, 5, 9]);
    for (const place of [0, 1, 2, 3]) {
      const events = [...life.slice(0, place), deleted, ...life.slice(place)];
      expect(addAll(events).status, String(place)).toBe("canceled");
    }
    const later = Array.from({ length: 40 }, (_, index) => index + 10);
    const many = tellLife(
      later.map((second) => ({ status: "active", prices: [second % 2 === 0 ? "business" : "pro"] })),
      later,
    );
    expect(addAll([deleted, ...many]).status).toBe("canceled");
  });

  it("S-66 that list only some prices add to those that were known, in every order", () => {
    const created = tellLife([{ status: "active", prices: ["business"] }], [0]);
    const partial: SubscriptionNewsRecord = {
      id: "evt_partial",
      occurredOn: at(60),
      news: "updated",
      state: { status: "active", prices: ["addon"], isIncomplete: true },
      previous: { status: "active", prices: ["business"] },
    };
    for (const events of [
      [...created, partial],
      [partial, ...created],
    ]) {
      const told = addAll(events);
      expect([planOf(told), told.isIncomplete]).toEqual(["BUSINESS", true]);
    }
    const complete = {
      ...partial,
      id: "evt_complete",
      occurredOn: at(61),
      state: { status: "active", prices: ["pro"] },
    };
    const told = addAll([complete, partial, ...created]);
    expect([planOf(told), told.isIncomplete]).toEqual(["PRO", false]);
  });

  it("S-66 of which one is missing count by the best plan that is possible", () => {
    const [business, pro, , unpaid] = states as [SubscriptionState, SubscriptionState, unknown, SubscriptionState];
    const life = tellLife([business, pro, unpaid, business, pro], [0, 1, 1, 1, 1]);
    const known = life.filter((_, index) => index !== 2);
    expect(planOf(addAll(known))).toBe("PRO");
    // Without the last but one, both its neighbors may be the end.
    expect(planOf(addAll(life.filter((_, index) => index !== 3)))).toBe("PRO");
  });

  it("S-66 that come again, in whatever order, change nothing", () => {
    const [business = { status: "", prices: [] }, pro = business] = states;
    const life = tellLife([business, pro, business, pro], [0, 0, 0, 0]);
    const known = addAll(life);
    for (const event of life) expect(addAll([...life, event])).toEqual(known);
    expect(addAll(life.toReversed())).toEqual(known);
  });

  it("S-66 of which only the newest are kept still tell its state, and that it bought a plan once", () => {
    const addons = ["active", "unpaid"].map((status) => ({ status, prices: ["addon"] }));
    const path = [{ status: "active", prices: ["business"] }, ...Array.from({ length: 20 }, () => addons).flat()];
    const seconds = path.map((_, index) => index);
    const known = addAll(tellLife(path, seconds));
    expect([known.status, known.hasBoughtPlan]).toEqual(["unpaid", true]);
    expect(known.news.length).toBeLessThan(path.length);
    const next = [...path, { status: "active", prices: ["pro"] }];
    expect(planOf(addAll(tellLife(next, [...seconds, path.length])))).toBe("PRO");
  });

  it("S-66 that a version without history has stored count as one event", () => {
    const stored: SubscriptionRecord = {
      id: "sub",
      customerId: "cus",
      status: "active",
      prices: ["business"],
      toldOn: at(10),
      toldBy: "updated",
      hasBoughtPlan: true,
      isIncomplete: false,
      news: [],
    };
    const older = tellLife([{ status: "active", prices: ["pro"] }], [3])[0];
    const newer = { ...older, id: "evt_newer", occurredOn: at(11) } as SubscriptionNewsRecord;
    expect(applySubscriptionEvent(stored, older as SubscriptionNewsRecord, plansByPrice).prices).toEqual(["business"]);
    expect(applySubscriptionEvent(stored, newer, plansByPrice).prices).toEqual(["pro"]);
  });
});
