import { AppError } from "../../errors.ts";
import type { CompanyRecord, UserRecord } from "../../store/records.ts";
import type { Privilege } from "../access.ts";
import type { Dependencies, Transaction } from "../dependencies.ts";
import { findCompany } from "./find-account.ts";
import { endUserAccess, lockUserByLogin, requireOtherSuperAdmins } from "./manage-user.ts";
import { recordCommand } from "./record-command.ts";

/** A user and a company. */
export interface MembershipChoice {
  readonly user: string;
  readonly company: string;
}

/** The result of a command. `before` is null for a new member, and `after` for a removed one. */
export interface ManagedMembership {
  readonly user: UserRecord;
  readonly company: CompanyRecord;
  readonly before: Privilege | null;
  readonly after: Privilege | null;
  readonly endedSessions: number;
}

/** Locks the user and the company for the rest of the transaction and returns them with the user's role. */
async function lockMembership(
  tx: Transaction,
  choice: MembershipChoice,
): Promise<Pick<ManagedMembership, "user" | "company" | "before">> {
  const user = await lockUserByLogin(tx, choice.user);
  const company = await findCompany(tx.store, choice.company);
  await tx.store.companies.lock([company.id]);
  const memberships = await tx.store.users.listMemberships(user.id);
  return { user, company, before: memberships.find(({ id }) => id === company.id)?.privilege ?? null };
}

/** Gives a user a role in a company. `before` is their current role, or null for a new member. */
export async function putRole(
  tx: Transaction,
  { user, company, before }: Pick<ManagedMembership, "user" | "company" | "before">,
  privilege: Privilege,
): Promise<void> {
  const member = { userId: user.id, email: user.email };
  const createdOn = tx.now().toISOString();
  await tx.store.users.putMembership({ userId: user.id, companyId: company.id, privilege, createdOn });
  await recordCommand(
    tx,
    company.id,
    before === null
      ? { action: "membership.added", details: { ...member, privilege } }
      : { action: "membership.role_changed", details: { ...member, from: before, to: privilege } },
  );
}

function notMember(user: UserRecord, company: CompanyRecord): AppError {
  return new AppError("NOT_FOUND", {
    message:
      `${user.email} is not a member of ${company.name}.\n` +
      `To see their companies, run: briksync-server users show ${user.email}`,
  });
}

/**
 * Adds a user to a company.
 * @throws {AppError} NOT_FOUND. VALIDATION_FAILED if the user is already a member with another role.
 */
export async function addMember(
  deps: Dependencies,
  choice: MembershipChoice,
  privilege: Privilege,
): Promise<ManagedMembership> {
  return deps.transact(async (tx) => {
    const { user, company, before } = await lockMembership(tx, choice);
    if (before !== null && before !== privilege) {
      throw new AppError("VALIDATION_FAILED", {
        message:
          `${user.email} is already a member of ${company.name}, with another role.\n` +
          "To change it, run: briksync-server members set-role <user> <company> <role>",
      });
    }
    if (before === null) await putRole(tx, { user, company, before }, privilege);
    return { user, company, before, after: privilege, endedSessions: 0 };
  });
}

/**
 * Changes the role of a member.
 * @throws {AppError} NOT_FOUND. VALIDATION_FAILED for the last active Super Admin of the company, unless forced.
 */
export async function setRole(
  deps: Dependencies,
  choice: MembershipChoice,
  privilege: Privilege,
  isForced: boolean,
): Promise<ManagedMembership> {
  return deps.transact(async (tx) => {
    const { user, company, before } = await lockMembership(tx, choice);
    if (before === null) throw notMember(user, company);
    if (before !== privilege) {
      if (before === 1) await requireOtherSuperAdmins(tx.store, user, [company], isForced);
      await putRole(tx, { user, company, before }, privilege);
    }
    return { user, company, before, after: privilege, endedSessions: 0 };
  });
}

/**
 * Removes a member from a company. Their sessions in it stop working with the next request. Their other memberships do
 * not change. Without another membership, their sessions end.
 * @throws {AppError} NOT_FOUND. VALIDATION_FAILED for the last active Super Admin of the company, unless forced.
 */
export async function removeMember(
  deps: Dependencies,
  choice: MembershipChoice,
  isForced: boolean,
): Promise<ManagedMembership> {
  return deps.transact(async (tx) => {
    const { user, company, before } = await lockMembership(tx, choice);
    if (before === null) throw notMember(user, company);
    if (before === 1) await requireOtherSuperAdmins(tx.store, user, [company], isForced);
    await tx.store.users.deleteMembership(user.id, company.id);
    const left = await tx.store.users.listMemberships(user.id);
    const now = tx.now().toISOString();
    const endedSessions =
      left.length === 0
        ? await endUserAccess(tx, user.id, now)
        : await tx.store.sessions.revokeSessionsFor(user.id, company.id, now);
    await recordCommand(tx, company.id, {
      action: "membership.removed",
      details: { userId: user.id, email: user.email, privilege: before, endedSessions },
    });
    return { user, company, before, after: null, endedSessions };
  });
}
