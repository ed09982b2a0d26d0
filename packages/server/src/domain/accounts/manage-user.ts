import { AppError } from "../../errors.ts";
import type { CompanyRecord, UserRecord } from "../../store/records.ts";
import type { Repositories } from "../../store/store.ts";
import type { Dependencies, Transaction } from "../dependencies.ts";
import { findUser } from "./find-account.ts";
import { recordForUser } from "./record-command.ts";

/**
 * Ends all sessions of a user: sessions, browser sessions, provider sessions, and their refresh tokens. Also ends their
 * sign-ins that wait for a second factor. All nodes apply it with their next request. Returns the number of ended
 * sessions.
 */
export async function endUserAccess(tx: Transaction, userId: string, now = tx.now().toISOString()): Promise<number> {
  const { sessions, deviceTokens, secondFactors } = tx.store;
  await deviceTokens.deleteOfUser(userId);
  await secondFactors.expire({ userId }, now);
  // Refresh tokens and cookies are valid only as long as their session.
  return sessions.revokeOtherSessions(userId, null, now);
}

/** The result of a command. `isChanged` is false if there was nothing to do. */
export interface ManagedUser {
  readonly user: UserRecord;
  readonly isChanged: boolean;
  readonly endedSessions: number;
}

/** Locks a user, so that their sign-ins wait, and returns the user's current state. */
export async function lockUserByLogin(tx: Transaction, text: string): Promise<UserRecord> {
  const { id } = await findUser(tx.store, text);
  await tx.store.users.lockUser(id);
  return findUser(tx.store, id);
}

/**
 * Disables a user. They cannot sign in, and their sessions stop working with the next request.
 * @throws {AppError} NOT_FOUND. VALIDATION_FAILED for the last active Super Admin of a company, unless forced.
 */
export async function disableUser(deps: Dependencies, text: string, isForced: boolean): Promise<ManagedUser> {
  return deps.transact(async (tx) => {
    const user = await lockUserByLogin(tx, text);
    const now = deps.now().toISOString();
    if (user.disabledOn === null) {
      const memberships = await tx.store.users.listMemberships(user.id);
      const led = memberships.filter(({ privilege }) => privilege === 1);
      await requireOtherSuperAdmins(tx.store, user, led, isForced);
      await tx.store.users.setDisabled(user.id, now);
    }
    const endedSessions = await endUserAccess(tx, user.id, now);
    const isChanged = user.disabledOn === null;
    if (isChanged) await recordForUser(tx, user, "user.disabled", { endedSessions });
    else if (endedSessions > 0) await recordForUser(tx, user, "user.sessions_ended", { endedSessions });
    return { user: { ...user, disabledOn: user.disabledOn ?? now }, isChanged, endedSessions };
  });
}

/**
 * Enables a disabled user. Ended sessions stay ended.
 * @throws {AppError} NOT_FOUND.
 */
export async function enableUser(deps: Dependencies, text: string): Promise<ManagedUser> {
  return deps.transact(async (tx) => {
    const user = await lockUserByLogin(tx, text);
    const isChanged = user.disabledOn !== null;
    if (isChanged) {
      await tx.store.users.setDisabled(user.id, null);
      await recordForUser(tx, user, "user.enabled");
    }
    return { user: { ...user, disabledOn: null }, isChanged, endedSessions: 0 };
  });
}

/**
 * Ends all sessions of a user. They can sign in again.
 * @throws {AppError} NOT_FOUND.
 */
export async function endSessions(deps: Dependencies, text: string): Promise<ManagedUser> {
  return deps.transact(async (tx) => {
    const user = await lockUserByLogin(tx, text);
    const endedSessions = await endUserAccess(tx, user.id);
    await recordForUser(tx, user, "user.sessions_ended", { endedSessions });
    return { user, isChanged: endedSessions > 0, endedSessions };
  });
}

/**
 * Unlinks a user from identity providers and ends their sessions. The next provider account with the user's address is
 * linked again.
 * @throws {AppError} NOT_FOUND.
 */
export async function unlinkUser(deps: Dependencies, text: string): Promise<ManagedUser> {
  return deps.transact(async (tx) => {
    const user = await lockUserByLogin(tx, text);
    const identities = await tx.store.identities.listIdentities(user.id);
    if (identities.length === 0) return { user, isChanged: false, endedSessions: 0 };
    await tx.store.identities.unlink(user.id);
    const endedSessions = await endUserAccess(tx, user.id);
    await recordForUser(tx, user, "user.identity_unlinked", {
      identities: identities.map(({ provider, subject }) => ({ provider, subject })),
      endedSessions,
    });
    return { user, isChanged: true, endedSessions };
  });
}

/**
 * Throws if a company would lose its last active Super Admin. Locks the companies for the rest of the transaction, so
 * that two operators cannot remove the last two at the same time.
 * @throws {AppError} VALIDATION_FAILED with the names of the companies.
 */
export async function requireOtherSuperAdmins(
  { companies }: Repositories,
  user: { readonly id: string; readonly email: string },
  affected: readonly CompanyRecord[],
  isForced: boolean,
): Promise<void> {
  await companies.lock(affected.map(({ id }) => id));
  if (isForced) return;
  const left: string[] = [];
  for (const company of affected) {
    const active = (await companies.listMembers(company.id)).filter(
      ({ privilege, disabledOn }) => privilege === 1 && disabledOn === null,
    );
    if (active.length === 1 && active[0]?.id === user.id) left.push(company.name);
  }
  if (left.length === 0) return;
  throw new AppError("VALIDATION_FAILED", {
    message:
      `${user.email} is the last active Super Admin of ${left.join(", ")}.\n` +
      "To make another user a Super Admin first, run: briksync-server members set-role <user> <company> super-admin\n" +
      "To continue anyway, add --force.",
  });
}
