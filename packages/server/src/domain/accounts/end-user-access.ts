import type { Repositories } from "../../store/store.ts";

/**
 * Ends everything with which the user could go on without signing in again: sessions, browser sessions, sessions of an identity
 * provider, and the refresh tokens of all of them. Every node finds that with its next request. Returns how many sessions ended.
 */
export async function endUserAccess(
  { sessions, deviceTokens }: Repositories,
  userId: string,
  now: string,
): Promise<number> {
  await deviceTokens.deleteOfUser(userId);
  // Refresh tokens and cookies count only while their session does.
  return sessions.revokeOtherSessions(userId, null, now);
}
