import { AppError, invalidField } from "../../errors.ts";
import type { CompanyRecord } from "../../store/records.ts";
import type { Plan } from "../access.ts";
import { findHigherPlan, planOfCompany, planOfSubscriptions } from "../billing/company-plan.ts";
import type { Dependencies } from "../dependencies.ts";
import { checkName, toNameKey } from "../names.ts";
import { findCompany } from "./find-account.ts";
import { recordCommand } from "./record-command.ts";

/** A company before and after a command. */
export interface ManagedCompany {
  readonly before: CompanyRecord;
  readonly after: CompanyRecord;
}

/**
 * Renames a company.
 * @throws {AppError} NOT_FOUND. VALIDATION_FAILED if the name is not valid or belongs to another company.
 */
export async function renameCompany(deps: Dependencies, text: string, newName: string): Promise<ManagedCompany> {
  const checked = checkName(newName);
  if (!checked.ok) throw invalidField("/name", checked.message);
  const { name } = checked;
  return deps.transact(async (tx) => {
    const { companies } = tx.store;
    const { id } = await findCompany(tx.store, text);
    await companies.lock([id]);
    const before = await findCompany(tx.store, id);
    const owner = await companies.findByNameKey(toNameKey(name));
    if (owner !== null && owner.id !== id) {
      throw new AppError("VALIDATION_FAILED", { message: `Another company has the name ${name}: ${owner.id}` });
    }
    if (before.name !== name) {
      await companies.rename(id, name);
      await companies.putNameKey(id, toNameKey(name));
      await recordCommand(tx, id, {
        action: "company.renamed",
        details: { from: before.name, to: name },
      });
    }
    return { before, after: { ...before, name } };
  });
}

/**
 * The result of `companies set-plan`. `floor` is the minimum plan of the company. `paidPlan` is the plan of its
 * subscriptions. It is null if they never included a plan.
 */
export interface ManagedPlan extends ManagedCompany {
  readonly floor: Plan | null;
  readonly paidPlan: Plan | null;
}

/**
 * Sets the minimum plan of a company. Null clears it. Billing can raise the plan, but never lower it below the minimum.
 * @throws {AppError} NOT_FOUND.
 */
export async function setPlan(deps: Dependencies, text: string, floor: Plan | null): Promise<ManagedPlan> {
  return deps.transact(async (tx) => {
    const { id } = await findCompany(tx.store, text);
    const before = await tx.store.billing.lockCompany(id);
    if (before === null) throw new AppError("NOT_FOUND");
    const subscriptions = await tx.store.billing.listSubscriptions(id);
    // Without STRIPE_WEBHOOK_SECRET, the plans of prices are unknown.
    const plansByPrice = deps.billing?.plansByPrice ?? new Map();
    const isPaid = planOfSubscriptions(subscriptions, plansByPrice) !== null && deps.billing !== null;
    const paidPlan = isPaid ? planOfCompany({ plan: before.plan, floor: null }, subscriptions, plansByPrice) : null;
    const plan = floor === null ? (paidPlan ?? before.plan) : findHigherPlan(floor, paidPlan ?? "FREE");
    const oldFloor = await tx.store.companies.findPlanFloor(id);
    if (floor !== oldFloor || plan !== before.plan) {
      const setOn = deps.now().toISOString();
      await tx.store.companies.putPlanFloor(id, floor === null ? null : { plan: floor, setOn });
      await tx.store.users.setPlan(id, plan);
      await recordCommand(tx, id, {
        action: floor === null ? "company.plan_cleared" : "company.plan_set",
        details: { from: before.plan, to: plan, floor },
      });
    }
    return { before, after: { ...before, plan }, floor, paidPlan };
  });
}
