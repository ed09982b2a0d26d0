import type {
  DeviceSignInRecord,
  DeviceTokenRecord,
  ListedSessionRecord,
  RefreshTokenRecord,
  SecondFactorSignInRecord,
  SessionContext,
  SessionRecord,
} from "../records.ts";
import type { Tables } from "../tables.ts";

/** Sessions and their single-use refresh tokens. */
export interface SessionRepository {
  insertSession(session: SessionRecord & { readonly createdOn: string }): Promise<void>;
  /** Returns session, user and memberships of a session, revoked or not. */
  findContext(sessionId: string): Promise<SessionContext | null>;
  /** Locks the session for the rest of the transaction. Returns false if there is none. */
  lockSession(sessionId: string): Promise<boolean>;
  setCompany(sessionId: string, companyId: string): Promise<boolean>;
  /** Extends a session that is being used. */
  extendSession(sessionId: string, use: { readonly expiresOn: string; readonly lastUsedOn: string }): Promise<void>;
  /** Returns active sessions of the user, most recently used first, after a place in that order. */
  listLive(
    userId: string,
    page: {
      readonly now: string;
      readonly after?: Pick<ListedSessionRecord, "orderedBy" | "id">;
      readonly limit: number;
    },
  ): Promise<ListedSessionRecord[]>;
  /** Ends the session. Returns false if it was already revoked. */
  revokeSession(sessionId: string, revokedOn: string): Promise<boolean>;
  /** Ends the user's sessions, except one if it is passed. Returns how many of them had not expired. */
  revokeOtherSessions(userId: string, exceptSessionId: string | null, revokedOn: string): Promise<number>;
  /**
   * Ends the user's sessions of this server in the company. Provider sessions continue, because the user could not open
   * them again. The user can switch them to another company.
   */
  revokeSessionsFor(userId: string, companyId: string, revokedOn: string): Promise<number>;
  findRefreshToken(digest: Buffer): Promise<RefreshTokenRecord | null>;
  insertRefreshToken(token: { digest: Buffer; sessionId: string; createdOn: string }): Promise<void>;
  /** Ends all unused refresh tokens of the session. */
  useAllRefreshTokens(sessionId: string, usedOn: string): Promise<void>;
  /** Marks the token as used. Returns false if it was already used. */
  useRefreshToken(digest: Buffer, usedOn: string): Promise<boolean>;
  /** Removes refresh tokens used before a time. Returns how many, at most `limit`. */
  deleteUsedRefreshTokens(usedBefore: string, limit: number): Promise<number>;
  /** Removes sessions that ended before a time, with their refresh tokens. Returns how many, at most `limit`. */
  deleteEndedSessions(endedBefore: string, limit: number): Promise<number>;
}

/** Sign-ins of devices. */
export interface DeviceSignInRepository {
  /** Adds an open sign-in. */
  insert(
    signIn: Pick<
      DeviceSignInRecord,
      "id" | "hostName" | "clientVersion" | "ip" | "network" | "createdOn" | "expiresOn" | "intervalSeconds"
    > & { readonly deviceDigest: Buffer; readonly userDigest: Buffer },
  ): Promise<void>;
  /** Returns the number of open sign-ins that have not expired, of one client network or of all. */
  countOpen(now: string, network: string | null): Promise<number>;
  findByDeviceCode(digest: Buffer): Promise<DeviceSignInRecord | null>;
  findByUserCode(digests: readonly Buffer[]): Promise<DeviceSignInRecord | null>;
  /** Locks the sign-in for the rest of the transaction. Returns false if there is none. */
  lock(id: string): Promise<boolean>;
  /** Records a poll, and how long the device must wait from now on. */
  notePoll(id: string, poll: { readonly polledOn: string; readonly intervalSeconds: number }): Promise<void>;
  /** Approves or denies an open sign-in. Returns false if it is no longer open. */
  decide(
    id: string,
    decision:
      | { readonly state: "denied" }
      | {
          readonly state: "approved";
          readonly userId: string;
          readonly companyId: string;
          readonly approvingSessionId: string;
          readonly endsOn: string | null;
        },
  ): Promise<boolean>;
  /** Denies all sign-ins that a user has approved and that have opened no session yet. */
  denyApproved(userId: string): Promise<void>;
  /** Marks an approved sign-in as spent. Returns false if it is not approved. */
  spend(id: string, spent: { readonly sessionId: string; readonly spentOn: string }): Promise<boolean>;
  /** Removes a limited number of expired sign-ins. Returns their number. */
  deleteExpired(now: string, limit: number): Promise<number>;
}

/** Device tokens of users. They only distinguish known devices from strangers and grant no access. */
export interface DeviceTokenRepository {
  /** Returns the device of any of these digests, unless it has expired. */
  find(digests: readonly Buffer[], now: string): Promise<DeviceTokenRecord | null>;
  insert(device: Readonly<Omit<Tables["deviceTokens"], "lastUsedOn">>): Promise<void>;
  /** Records a sign-in of the device. Returns false if it is no longer known. */
  use(
    id: string,
    use: Readonly<Pick<Tables["deviceTokens"], "digest" | "sessionId" | "lastUsedOn" | "expiresOn">>,
  ): Promise<boolean>;
  /**
   * Keeps `max` devices of the user, including the excepted one. Devices that were never used again are removed first,
   * and of those the ones whose session has ended.
   */
  deleteBeyond(
    userId: string,
    limit: { readonly max: number; readonly exceptId: string; readonly now: string },
  ): Promise<void>;
  /** Removes all devices of the user, except the one of the last session if it is passed. Returns how many. */
  deleteOfUser(userId: string, exceptSessionId?: string | null): Promise<number>;
  /** Removes expired devices. Returns how many, at most `limit`. */
  deleteExpired(now: string, limit: number): Promise<number>;
}

/** Sign-ins of browsers that wait for the second factor. */
export interface SecondFactorRepository {
  insert(signIn: Omit<SecondFactorSignInRecord, "wrongCodes"> & { readonly digest: Buffer }): Promise<void>;
  find(digests: readonly Buffer[]): Promise<SecondFactorSignInRecord | null>;
  /** Replaces the encrypted part. */
  reseal(id: string, sealed: Buffer): Promise<void>;
  /** Counts a wrong code. Returns how many there were, or null if the sign-in is gone. */
  countWrongCode(id: string): Promise<number | null>;
  /** Removes a sign-in that has not expired. Returns false if there is none. */
  finish(id: string, now: string): Promise<boolean>;
  /** Ends one sign-in, or all sign-ins of a user. Expired sign-ins are removed later. */
  expire(which: { readonly id: string } | { readonly userId: string }, now: string): Promise<void>;
  /** Returns a limited number of expired sign-ins, those that expired first. */
  listExpired(now: string, limit: number): Promise<SecondFactorSignInRecord[]>;
  /** Removes the sign-in. Returns false if it is gone. */
  remove(id: string): Promise<boolean>;
}
