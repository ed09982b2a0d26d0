import type { SubscriptionRecord } from "../store/records.ts";
import { type Plan, plans } from "./access.ts";

/** Which plan a price buys, by its id or lookup key. */
export type PlansByPrice = ReadonlyMap<string, Plan>;

/** In these a subscription gives what it buys; a late payment (past_due) is still being collected. */
const givingStatuses = ["active", "trialing", "past_due"];

/** The best plan among the prices; null when none of them buys one. */
export function planOfPrices(prices: readonly string[], plansByPrice: PlansByPrice): Plan | null {
  const bought = prices.flatMap((price) => plansByPrice.get(price) ?? []);
  return plans.findLast((plan) => bought.includes(plan)) ?? null;
}

/**
 * The plan that a company's subscriptions give together. Null when none of them ever bought a plan: then somebody else decides
 * about it. One that did decides even when it has ended. A price may be in the map now that was not when it was bought.
 */
export function planOfSubscriptions(
  subscriptions: readonly SubscriptionRecord[],
  plansByPrice: PlansByPrice,
): Plan | null {
  const isDeciding = ({ hasBoughtPlan, prices }: SubscriptionRecord): boolean =>
    hasBoughtPlan || planOfPrices(prices, plansByPrice) !== null;
  if (!subscriptions.some(isDeciding)) return null;
  const giving = subscriptions.filter(({ status }) => givingStatuses.includes(status));
  return (
    planOfPrices(
      giving.flatMap(({ prices }) => prices),
      plansByPrice,
    ) ?? "FREE"
  );
}
