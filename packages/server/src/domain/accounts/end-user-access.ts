import type { Repositories } from "../../store/store.ts";

/**
 * Ends all sessions of a user: sessions, browser sessions, provider sessions, and their refresh tokens. All nodes apply
 * it with their next request. Returns the number of ended sessions.
 */
export async function endUserAccess(
  { sessions, deviceTokens }: Repositories,
  userId: string,
  now: string,
): Promise<number> {
  await deviceTokens.deleteOfUser(userId);
  // Refresh tokens and cookies are valid only as long as their session.
  return sessions.revokeOtherSessions(userId, null, now);
}
