import { AppError } from "../../errors.ts";
import type { CompanyRecord } from "../../store/records.ts";
import type { Repositories } from "../../store/store.ts";
import type { Origin } from "../access.ts";
import { recordAudit } from "../audit/record-audit.ts";
import type { Dependencies, Transaction } from "../dependencies.ts";
import type { BillingEvent } from "./billing-event.ts";
import { type PlansByPrice, planOfCompany, planOfSubscriptions } from "./company-plan.ts";
import { applySubscriptionEvent } from "./subscription-updates.ts";

type SubscriptionEvent = Extract<BillingEvent, { kind: "subscription" }>;

/**
 * Applies a billing event once and updates the plan of the company, in one transaction. The result depends on the
 * newest events, not on the order of arrival.
 * @throws {AppError} VALIDATION_FAILED if the format of the event is unknown, so that the failure is visible at the
 * sender.
 */
export async function applyBillingEvent(
  deps: Dependencies,
  plansByPrice: PlansByPrice,
  event: BillingEvent,
  origin: Origin,
): Promise<void> {
  if (event.kind === "other") return;
  if (event.kind === "unreadable") {
    throw new AppError("VALIDATION_FAILED", {
      message: "This version of the server does not support the format of the event",
    });
  }
  const problems = await deps.transact(async (tx) => {
    const { billing, companies } = tx.store;
    if (!(await billing.noteEvent(event.id, deps.now().toISOString()))) return [];
    const owner = await billing.lockCustomer(event.customerId);
    const problems: string[] = [];
    if (event.kind === "subscription") {
      await saveEvent(tx.store, event, plansByPrice);
      if (event.state.isIncomplete) problems.push("is incomplete (has_more), so it cannot lower the plan");
    }
    const companyId = owner ?? event.companyId;
    if (companyId === null) {
      // A subscription without a company waits for its checkout. A checkout without a company stays without one.
      if (event.kind === "checkout") problems.push("contains no company, and its customer is not linked to one");
      return problems;
    }
    const company = await billing.lockCompany(companyId);
    if (company === null) return [...problems, "contains a company that does not exist"];
    if (owner === null) await linkCustomer(tx, event, company, plansByPrice, origin);
    const isOtherCompany = event.companyId !== null && event.companyId !== company.id;
    if (isOtherCompany) problems.push("contains a different company than the one linked to its customer");
    const floor = await companies.findPlanFloor(company.id);
    const subscriptions = await billing.listSubscriptions(company.id);
    const plan = planOfCompany({ plan: company.plan, floor }, subscriptions, plansByPrice);
    if (plan === company.plan) return problems;
    await tx.store.users.setPlan(company.id, plan);
    await recordAudit(tx, {
      action: "company.plan_changed",
      companyId: company.id,
      actor: null,
      origin,
      details: { from: company.plan, to: plan, eventId: event.id },
    });
    return problems;
  });
  // Resending the event would not help. It is kept, because a later event may name the right company.
  for (const problem of problems)
    deps.reportFailure("problem with a billing event", new Error(`${event.id} ${problem}`));
}

/**
 * Links a customer to a company. Anyone can put any company into the URL of a payment link. If only that URL names the
 * company, and no subscription has set its plan, the current plan becomes the minimum. A stranger who pays and then
 * cancels therefore cannot lower it.
 */
async function linkCustomer(
  tx: Transaction,
  event: Exclude<BillingEvent, { kind: "other" | "unreadable" }>,
  company: CompanyRecord,
  plansByPrice: PlansByPrice,
  origin: Origin,
): Promise<void> {
  const { billing, companies } = tx.store;
  const isDecided =
    company.plan === "FREE" ||
    (await companies.findPlanFloor(company.id)) !== null ||
    planOfSubscriptions(await billing.listSubscriptions(company.id), plansByPrice) !== null;
  const planFloor = event.kind === "checkout" && event.isUnproven && !isDecided ? company.plan : null;
  if (planFloor !== null) {
    await companies.putPlanFloor(company.id, { plan: planFloor, setOn: tx.now().toISOString() });
  }
  await billing.setCompany(event.customerId, company.id);
  await recordAudit(tx, {
    action: "company.customer_linked",
    companyId: company.id,
    actor: null,
    origin,
    details: { customerId: event.customerId, eventId: event.id, ...(planFloor !== null && { planFloor }) },
  });
}

/** Adds the event to the stored events of its subscription. */
async function saveEvent(
  { billing }: Repositories,
  event: SubscriptionEvent,
  plansByPrice: PlansByPrice,
): Promise<void> {
  const known = await billing.findSubscription(event.subscriptionId);
  const changes = applySubscriptionEvent(known, event, plansByPrice);
  await billing.putSubscription({ ...changes, id: event.subscriptionId, customerId: event.customerId });
}
