import { AppError } from "../errors.ts";
import type { SubscriptionRecord } from "../store/records.ts";
import type { Repositories } from "../store/store.ts";
import type { Origin } from "./access.ts";
import { recordAudit } from "./audit.ts";
import type { BillingEvent } from "./billing-event.ts";
import { type PlansByPrice, planOfPrices, planOfSubscriptions } from "./company-plan.ts";
import type { Dependencies } from "./dependencies.ts";
import { isNewerNews } from "./subscription-news.ts";

type SubscriptionEvent = Extract<BillingEvent, { kind: "subscription" }>;

/**
 * Takes note of an event, once, and gives the company the plan that its subscriptions now amount to, all in one transaction.
 * Whatever the order in which events arrive, the result is that of the newest ones.
 * @throws {AppError} VALIDATION_FAILED for one that is not of the known form, so that it is seen where it came from.
 */
export async function applyBillingEvent(
  deps: Dependencies,
  plansByPrice: PlansByPrice,
  event: BillingEvent,
  origin: Origin,
): Promise<void> {
  if (event.kind === "other") return;
  if (event.kind === "unreadable") {
    throw new AppError("VALIDATION_FAILED", { message: "The event is not of the form this version knows" });
  }
  const problem = await deps.store.transact(async (repositories) => {
    const { billing } = repositories;
    if (!(await billing.noteEvent(event.id, deps.now().toISOString()))) return null;
    const owner = await billing.lockCustomer(event.customerId);
    if (event.kind === "subscription") await keepNewest(repositories, event, plansByPrice);
    const companyId = owner ?? event.companyId;
    // A subscription that names nobody waits for its checkout; that there is nobody behind a checkout is for good.
    if (companyId === null) return event.kind === "checkout" ? "names no company, and its customer has none" : null;
    const company = await billing.lockCompany(companyId);
    if (company === null) return "names a company that does not exist";
    if (owner === null) {
      await billing.setCompany(event.customerId, company.id);
      await recordAudit(deps, repositories, {
        action: "company.customer_linked",
        companyId: company.id,
        actor: null,
        origin,
        details: { customerId: event.customerId, eventId: event.id },
      });
    }
    const isContrary = event.companyId !== null && event.companyId !== company.id;
    const problem = isContrary ? "names another company than the one its customer is" : null;
    const plan = planOfSubscriptions(await billing.listSubscriptions(company.id), plansByPrice);
    if (plan === null || plan === company.plan) return problem;
    await repositories.users.setPlan(company.id, plan);
    await recordAudit(deps, repositories, {
      action: "company.plan_changed",
      companyId: company.id,
      actor: null,
      origin,
      details: { from: company.plan, to: plan, eventId: event.id },
    });
    return problem;
  });
  if (problem === null) return;
  // Nothing that sending it again could mend: kept, in case an event with the right company follows.
  deps.reportFailure("a billing event", new Error(`${event.id} ${problem}`));
}

/** Writes down what the event says of its subscription, unless something newer was said before. */
async function keepNewest(
  { billing }: Repositories,
  event: SubscriptionEvent,
  plansByPrice: PlansByPrice,
): Promise<void> {
  const known = await billing.findSubscription(event.subscriptionId);
  if (known !== null && !isNewerNews(known, event)) return;
  const subscription: SubscriptionRecord = {
    id: event.subscriptionId,
    customerId: event.customerId,
    ...event.state,
    toldOn: event.occurredOn,
    toldBy: event.news,
    hasBoughtPlan: known?.hasBoughtPlan === true || planOfPrices(event.state.prices, plansByPrice) !== null,
  };
  await billing.putSubscription(subscription);
}
