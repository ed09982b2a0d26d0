import type { SubscriptionRecord, SubscriptionState } from "../../store/records.ts";
import { type Plan, plans } from "../access.ts";

/** Which plan a price buys, by its id or lookup key. */
export type PlansByPrice = ReadonlyMap<string, Plan>;

/** In these a subscription gives what it buys; a late payment (past_due) is still being collected. */
const givingStatuses = ["active", "trialing", "past_due"];

/** The best plan among the prices; null when none of them buys one. */
export function planOfPrices(prices: readonly string[], plansByPrice: PlansByPrice): Plan | null {
  const bought = prices.flatMap((price) => plansByPrice.get(price) ?? []);
  return plans.findLast((plan) => bought.includes(plan)) ?? null;
}

/** The plan that a subscription in this state gives; null when it gives none. */
export function planOfState({ status, prices }: SubscriptionState, plansByPrice: PlansByPrice): Plan | null {
  return givingStatuses.includes(status) ? planOfPrices(prices, plansByPrice) : null;
}

/** The better of two plans. */
export function betterPlan(a: Plan, b: Plan): Plan {
  return plans.indexOf(a) >= plans.indexOf(b) ? a : b;
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
  const given = subscriptions.flatMap(({ status, prices }) => planOfState({ status, prices }, plansByPrice) ?? []);
  return given.reduce(betterPlan, "FREE");
}

/**
 * The plan of a company that now has this one. Billing never lowers it below what an operator set (`floor`), and not at all while
 * Stripe lists only a part of what a subscription pays for.
 */
export function planOfCompany(
  company: { readonly plan: Plan; readonly floor: Plan | null },
  subscriptions: readonly SubscriptionRecord[],
  plansByPrice: PlansByPrice,
): Plan {
  const given = planOfSubscriptions(subscriptions, plansByPrice);
  if (given === null) return company.plan;
  const isUncertain = subscriptions.some((one) => one.isIncomplete && givingStatuses.includes(one.status));
  return [given, company.floor ?? "FREE", isUncertain ? company.plan : "FREE"].reduce(betterPlan, "FREE");
}
