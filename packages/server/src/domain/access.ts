import { AppError } from "../errors.ts";

/** Plans, from smallest to largest. */
export const plans = ["FREE", "PRO", "BUSINESS"] as const;

/** Plan of a company. */
export type Plan = (typeof plans)[number];

/** 1 Super Admin, 2 Admin, 3 Member. */
export type Privilege = 1 | 2 | 3;

/**
 * What a management call requires:
 * - `session`: any signed-in user.
 * - `manage-keys`: an admin who has changed an initial password.
 * - `mint-secrets`: the same, and a plan that includes API keys.
 */
export type Access = "session" | "manage-keys" | "mint-secrets";

/** The user of a call, with company, role and plan. Read from the store on every call. */
export interface Actor {
  readonly userId: string;
  readonly email: string;
  readonly mustChangePassword: boolean;
  readonly sessionId: string;
  readonly companyId: string;
  readonly companyName: string;
  readonly plan: Plan;
  readonly privilege: Privilege;
  /** Company of the session if the user is no longer a member. They must switch before they manage keys. */
  readonly lostCompanyId?: string;
}

/** Origin of a call, for the audit trail. */
export interface Origin {
  readonly ip: string | null;
  readonly requestId: string | null;
}

/** A management call: its user and its origin. */
export interface Call {
  readonly actor: Actor;
  readonly origin: Origin;
}

/** A call that can be repeated without a second effect. */
export interface RepeatableCall extends Call {
  /** Null if the client sent none. */
  readonly idempotencyKey: string | null;
}

/**
 * Throws if the actor does not have the required access: PASSWORD_CHANGE_REQUIRED, then FORBIDDEN, then
 * PLAN_UPGRADE_REQUIRED. Listing and cleanup are possible on every plan.
 */
export function requireAccess(actor: Actor, access: Access): void {
  if (access === "session") return;
  if (actor.mustChangePassword) throw new AppError("PASSWORD_CHANGE_REQUIRED");
  if (actor.lostCompanyId !== undefined) {
    throw new AppError("FORBIDDEN", {
      message: "You no longer belong to the company of this session. Switch to another company",
    });
  }
  if (actor.privilege > 2) throw new AppError("FORBIDDEN");
  if (access === "mint-secrets" && actor.plan !== "BUSINESS") throw new AppError("PLAN_UPGRADE_REQUIRED");
}
