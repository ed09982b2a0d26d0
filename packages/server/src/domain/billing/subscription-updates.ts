import type { SubscriptionNewsRecord, SubscriptionRecord, SubscriptionState } from "../../store/records.ts";
import { plans } from "../access.ts";
import { type PlansByPrice, planOfPrices, planOfState } from "./company-plan.ts";

/**
 * Maximum number of stored events per subscription. Stripe resends events for days, and a subscription changes far less
 * often in that time.
 */
const keptEventsMax = 30;

/** The state of a subscription according to its known events. */
type SubscriptionFields = Pick<
  SubscriptionRecord,
  "status" | "prices" | "isIncomplete" | "toldOn" | "toldBy" | "hasBoughtPlan" | "news"
>;

/**
 * Returns the state of a subscription after one more event. The result depends on the known events, not on their order
 * of arrival. A deletion is final.
 */
export function applySubscriptionEvent(
  known: SubscriptionRecord | null,
  event: SubscriptionNewsRecord,
  plansByPrice: PlansByPrice,
): SubscriptionFields {
  if (known?.toldBy === "deleted") return known;
  const { id, occurredOn, news, state, previous } = event;
  const all = [...listKnownEvents(known), { id, occurredOn, news, state, previous }];
  const kept = [...new Map(all.map((one) => [one.id, one])).values()].sort(byTime).slice(-keptEventsMax);
  const newest = kept.findLast((one) => one.news === "deleted") ?? kept.at(-1) ?? event;
  const newState = newest.news === "deleted" ? newest.state : replay(kept, plansByPrice);
  const hasBoughtPlan = all.some((one) => planOfPrices(one.state.prices, plansByPrice) !== null);
  return {
    status: newState.status,
    prices: newState.prices,
    isIncomplete: newState.isIncomplete === true,
    toldOn: newest.occurredOn,
    toldBy: newest.news,
    hasBoughtPlan: known?.hasBoughtPlan === true || hasBoughtPlan,
    news: kept,
  };
}

/** Returns the known events. A subscription without stored events counts as one event. */
function listKnownEvents(known: SubscriptionRecord | null): readonly SubscriptionNewsRecord[] {
  if (known === null) return [];
  if (known.news.length > 0) return known.news;
  const state = { status: known.status, prices: known.prices };
  return [{ id: "", occurredOn: known.toldOn, news: known.toldBy, state, previous: state }];
}

/** Compares two events by time, and by ID if the times are equal. Times are canonical, so they are compared as text. */
function byTime(a: SubscriptionNewsRecord, b: SubscriptionNewsRecord): number {
  if (a.occurredOn !== b.occurredOn) return a.occurredOn < b.occurredOn ? -1 : 1;
  return a.id < b.id ? -1 : 1;
}

/** Returns the last state of a subscription that has not ended. Times of Stripe are whole seconds. */
function replay(news: readonly SubscriptionNewsRecord[], plansByPrice: PlansByPrice): SubscriptionState {
  let state: SubscriptionState | null = null;
  for (const second of new Set(news.map(({ occurredOn }) => occurredOn))) {
    const events = news.filter(({ occurredOn }) => occurredOn === second);
    const start: SubscriptionState | null = events.find((one) => one.news === "created")?.state ?? state;
    const updates = events.filter((one) => one.news !== "created");
    const end = updates.length === 0 ? start : findEnd(start, updates, plansByPrice);
    if (end !== null) state = completePrices(end, start);
  }
  return state ?? { status: "", prices: [] };
}

/**
 * Returns the final state of the updates of one second. Each update leads from one state to the next, so they form a
 * path. The path ends at the state that is entered once more than it is left. If updates are missing, there can be
 * several such states. Then the state with the best plan counts, so that missing data does not lower the plan.
 */
function findEnd(
  start: SubscriptionState | null,
  updates: readonly SubscriptionNewsRecord[],
  plansByPrice: PlansByPrice,
): SubscriptionState | null {
  const changes = updates.filter(({ state, previous }) => nameState(state) !== nameState(previous));
  if (changes.length === 0)
    return pickBest(
      updates.map(({ state }) => state),
      plansByPrice,
    );
  const surplus = new Map<string, number>();
  const add = (state: SubscriptionState, count: number): void => {
    surplus.set(nameState(state), (surplus.get(nameState(state)) ?? 0) + count);
  };
  for (const { state, previous } of changes) {
    add(state, 1);
    add(previous, -1);
  }
  // The path starts at the previous state if one of the updates left it.
  if (start !== null && changes.some(({ previous }) => nameState(previous) === nameState(start))) add(start, 1);
  const states = changes.map(({ state }) => state);
  const ends = states.filter((state) => (surplus.get(nameState(state)) ?? 0) > 0);
  return pickBest(ends.length > 0 ? ends : states, plansByPrice);
}

function nameState({ status, prices }: SubscriptionState): string {
  return [status, ...prices].join("\n");
}

function pickBest(states: readonly SubscriptionState[], plansByPrice: PlansByPrice): SubscriptionState | null {
  const rank = (state: SubscriptionState): number => plans.indexOf(planOfState(state, plansByPrice) ?? "FREE");
  const sorted = states.toSorted((a, b) => rank(b) - rank(a) || (nameState(a) < nameState(b) ? -1 : 1));
  return sorted[0] ?? null;
}

/** Adds a partial list of prices to the known ones. Such a list does not show whether a known price was removed. */
function completePrices(state: SubscriptionState, before: SubscriptionState | null): SubscriptionState {
  if (state.isIncomplete !== true) return state;
  return { ...state, prices: [...new Set([...(before?.prices ?? []), ...state.prices])].sort() };
}
