import type { SubscriptionRecord } from "../store/records.ts";
import type { BillingEvent, SubscriptionState } from "./billing-event.ts";

type SubscriptionEvent = Extract<BillingEvent, { kind: "subscription" }>;

const order = ["created", "updated", "deleted"];

/**
 * Whether an event tells of something later than what is known. The end of a subscription is final. Times are whole seconds;
 * within one, a creation comes before updates, and of two updates the later one is the one that replaced what the other left.
 */
export function isNewerNews(known: SubscriptionRecord, event: SubscriptionEvent): boolean {
  if (known.toldBy === "deleted") return false;
  if (event.news === "deleted") return true;
  if (event.occurredOn !== known.toldOn) return event.occurredOn > known.toldOn;
  if (event.news !== known.toldBy) return order.indexOf(event.news) > order.indexOf(known.toldBy);
  return isSame(event.previous, known) && !isSame(event.state, known);
}

function isSame(a: SubscriptionState, b: SubscriptionState): boolean {
  return a.status === b.status && a.prices.join("\n") === b.prices.join("\n");
}
