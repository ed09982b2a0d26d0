import type { SubscriptionRecord, SubscriptionState } from "../../store/records.ts";
import { type Plan, plans } from "../access.ts";

/** The plan of each price, by ID or lookup key. */
export type PlansByPrice = ReadonlyMap<string, Plan>;

/** Statuses in which a subscription is active. A late payment (past_due) is still being collected. */
const activeStatuses = ["active", "trialing", "past_due"];

/** Returns the best plan among the prices, or null if none has a plan. */
export function planOfPrices(prices: readonly string[], plansByPrice: PlansByPrice): Plan | null {
  const bought = prices.flatMap((price) => plansByPrice.get(price) ?? []);
  return plans.findLast((plan) => bought.includes(plan)) ?? null;
}

/** Returns the plan of a subscription in this state, or null. */
export function planOfState({ status, prices }: SubscriptionState, plansByPrice: PlansByPrice): Plan | null {
  return activeStatuses.includes(status) ? planOfPrices(prices, plansByPrice) : null;
}

/** Returns the better of two plans. */
export function findHigherPlan(a: Plan, b: Plan): Plan {
  return plans.indexOf(a) >= plans.indexOf(b) ? a : b;
}

/**
 * Returns the plan of all subscriptions of a company, or null if none ever had a plan. Then billing does not control
 * the plan. A subscription that had a plan counts even after it has ended. Prices can be mapped to plans after they
 * were bought.
 */
export function planOfSubscriptions(
  subscriptions: readonly SubscriptionRecord[],
  plansByPrice: PlansByPrice,
): Plan | null {
  const isDeciding = ({ hasBoughtPlan, prices }: SubscriptionRecord): boolean =>
    hasBoughtPlan || planOfPrices(prices, plansByPrice) !== null;
  if (!subscriptions.some(isDeciding)) return null;
  const given = subscriptions.flatMap(({ status, prices }) => planOfState({ status, prices }, plansByPrice) ?? []);
  return given.reduce(findHigherPlan, "FREE");
}

/**
 * Returns the new plan of a company. Billing never lowers it below the operator's minimum (`floor`), and not at all
 * while Stripe lists only some items of a subscription.
 */
export function planOfCompany(
  company: { readonly plan: Plan; readonly floor: Plan | null },
  subscriptions: readonly SubscriptionRecord[],
  plansByPrice: PlansByPrice,
): Plan {
  const given = planOfSubscriptions(subscriptions, plansByPrice);
  if (given === null) return company.plan;
  const isUncertain = subscriptions.some((one) => one.isIncomplete && activeStatuses.includes(one.status));
  return [given, company.floor ?? "FREE", isUncertain ? company.plan : "FREE"].reduce(findHigherPlan, "FREE");
}
