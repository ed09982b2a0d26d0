import type { UserRecord } from "../../store/records.ts";
import type { Repositories } from "../../store/store.ts";
import type { Dependencies } from "../dependencies.ts";
import { findUser } from "./find-account.ts";
import { requireOtherSuperAdmins } from "./last-super-admin.ts";
import { recordForUser } from "./record-command.ts";

/**
 * Ends all sessions of a user: sessions, browser sessions, provider sessions, and their refresh tokens. Also ends their
 * sign-ins that wait for a second factor. All nodes apply it with their next request. Returns the number of ended
 * sessions.
 */
export async function endUserAccess(
  { sessions, deviceTokens, secondFactors }: Repositories,
  userId: string,
  now: string,
): Promise<number> {
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

/** Locks a user, so that sign-ins wait, and returns the current state. */
export async function takeUser(repositories: Repositories, text: string): Promise<UserRecord> {
  const { id } = await findUser(repositories, text);
  await repositories.users.lockUser(id);
  return findUser(repositories, id);
}

/**
 * Disables a user. They cannot sign in, and their sessions stop working with the next request.
 * @throws {AppError} NOT_FOUND. VALIDATION_FAILED for the last active Super Admin of a company, unless forced.
 */
export async function disableUser(deps: Dependencies, text: string, isForced: boolean): Promise<ManagedUser> {
  return deps.store.transact(async (repositories) => {
    const user = await takeUser(repositories, text);
    const now = deps.now().toISOString();
    if (user.disabledOn === null) {
      const memberships = await repositories.users.listMemberships(user.id);
      const led = memberships.filter(({ privilege }) => privilege === 1);
      await requireOtherSuperAdmins(repositories, user, led, isForced);
      await repositories.users.setDisabled(user.id, now);
    }
    const endedSessions = await endUserAccess(repositories, user.id, now);
    const isChanged = user.disabledOn === null;
    if (isChanged) await recordForUser(deps, repositories, user, "user.disabled", { endedSessions });
    else if (endedSessions > 0) await recordForUser(deps, repositories, user, "user.sessions_ended", { endedSessions });
    return { user: { ...user, disabledOn: user.disabledOn ?? now }, isChanged, endedSessions };
  });
}

/**
 * Enables a disabled user. Ended sessions stay ended.
 * @throws {AppError} NOT_FOUND.
 */
export async function enableUser(deps: Dependencies, text: string): Promise<ManagedUser> {
  return deps.store.transact(async (repositories) => {
    const user = await takeUser(repositories, text);
    const isChanged = user.disabledOn !== null;
    if (isChanged) {
      await repositories.users.setDisabled(user.id, null);
      await recordForUser(deps, repositories, user, "user.enabled");
    }
    return { user: { ...user, disabledOn: null }, isChanged, endedSessions: 0 };
  });
}

/**
 * Ends all sessions of a user. They can sign in again.
 * @throws {AppError} NOT_FOUND.
 */
export async function endSessions(deps: Dependencies, text: string): Promise<ManagedUser> {
  return deps.store.transact(async (repositories) => {
    const user = await takeUser(repositories, text);
    const endedSessions = await endUserAccess(repositories, user.id, deps.now().toISOString());
    await recordForUser(deps, repositories, user, "user.sessions_ended", { endedSessions });
    return { user, isChanged: endedSessions > 0, endedSessions };
  });
}

/**
 * Unlinks a user from identity providers and ends their sessions. The next provider account with the user's address is
 * linked again.
 * @throws {AppError} NOT_FOUND.
 */
export async function unlinkUser(deps: Dependencies, text: string): Promise<ManagedUser> {
  return deps.store.transact(async (repositories) => {
    const user = await takeUser(repositories, text);
    const identities = await repositories.identities.listIdentities(user.id);
    if (identities.length === 0) return { user, isChanged: false, endedSessions: 0 };
    await repositories.identities.unlink(user.id);
    const endedSessions = await endUserAccess(repositories, user.id, deps.now().toISOString());
    await recordForUser(deps, repositories, user, "user.identity_unlinked", {
      identities: identities.map(({ provider, subject }) => ({ provider, subject })),
      endedSessions,
    });
    return { user, isChanged: true, endedSessions };
  });
}
