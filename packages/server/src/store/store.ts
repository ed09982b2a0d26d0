import type { PipelineRun, Plan, Privilege } from "../domain/access.ts";
import type { ProviderName } from "../domain/trusts/provider.ts";
import type {
  AllowedIpRecord,
  AuditFilter,
  AuditHead,
  AuditRecord,
  AuditStep,
  AutomationTokenContext,
  AutomationTokenRecord,
  CompanyRecord,
  CompanySummary,
  DeviceSignInRecord,
  DeviceTokenRecord,
  ExternalSessionRecord,
  FoundExternalSession,
  IdempotencyRecord,
  IdentityRecord,
  JobLeaseRecord,
  KeyLimitRecord,
  KeyRecord,
  LastRunRecord,
  LeaseRecord,
  LiveSecret,
  MemberRecord,
  MembershipRecord,
  NewSecret,
  RefreshTokenRecord,
  RunTokenContext,
  SecondFactorSignInRecord,
  SecretRecord,
  SessionContext,
  SessionRecord,
  StaleKeyStep,
  SubscriptionRecord,
  TokenSecretRecord,
  TrustEventRecord,
  TrustRecord,
  UserRecord,
  UserSummary,
} from "./records.ts";

/** Users, companies and memberships. */
export interface UserRepository {
  /**
   * Finds a user by email address or username, in the form of `normalizeLogin`. Older non-ASCII logins are also found
   * under Unicode's case rules.
   */
  findByLogin(login: string): Promise<UserRecord | null>;
  findById(id: string): Promise<UserRecord | null>;
  /** Oldest membership first. */
  listMemberships(userId: string): Promise<MembershipRecord[]>;
  insertUser(user: UserRecord & { readonly createdOn: string }): Promise<void>;
  /** Replaces the hash and clears `mustChangePassword`, only if the old hash has not changed. */
  replacePassword(userId: string, oldHash: string, newHash: string): Promise<boolean>;
  /** Clears only `mustChangePassword`, for a password that is stored elsewhere. */
  clearPasswordChange(userId: string): Promise<void>;
  /** Replaces the hash with a stronger one of the same password, only if the old hash has not changed. */
  upgradePasswordHash(userId: string, oldHash: string, newHash: string): Promise<void>;
  /** Locks the user for the rest of the transaction. */
  lockUser(userId: string): Promise<void>;
  setDisabled(userId: string, disabledOn: string | null): Promise<boolean>;
  findCompanyByName(name: string): Promise<CompanyRecord | null>;
  insertCompany(company: CompanyRecord & { readonly createdOn: string }): Promise<void>;
  setPlan(companyId: string, plan: Plan): Promise<boolean>;
  /** Returns all users with their companies, ordered by email address. */
  listUsers(): Promise<UserSummary[]>;
  /** Replaces the password with one that must be changed. */
  resetPassword(userId: string, passwordHash: string): Promise<void>;
  /** Returns false if the user is not a member. */
  deleteMembership(userId: string, companyId: string): Promise<boolean>;
  putMembership(membership: {
    userId: string;
    companyId: string;
    privilege: Privilege;
    createdOn: string;
  }): Promise<void>;
}

/** Companies for operators: names, minimum plans and members. */
export interface CompanyRepository {
  find(id: string): Promise<CompanyRecord | null>;
  /** Finds a company by its name in the form of `toNameKey`. */
  findByNameKey(nameKey: string): Promise<CompanyRecord | null>;
  /** Returns all companies, ordered by name. */
  list(): Promise<CompanySummary[]>;
  /** Locks the companies for the rest of the transaction, always in the same order. */
  lock(ids: readonly string[]): Promise<void>;
  rename(id: string, name: string): Promise<void>;
  /** Sets the only name by which the company is found. Fails if another company has it. */
  putNameKey(id: string, nameKey: string): Promise<void>;
  /** Minimum plan that an operator set. Null if billing controls the plan. */
  findPlanFloor(id: string): Promise<Plan | null>;
  putPlanFloor(id: string, floor: { readonly plan: Plan; readonly setOn: string } | null): Promise<void>;
  /** Ordered by email address. */
  listMembers(id: string): Promise<MemberRecord[]>;
}

/** Sessions and their single-use refresh tokens. */
export interface SessionRepository {
  insertSession(session: SessionRecord & { readonly createdOn: string }): Promise<void>;
  /** Returns session, user and memberships of a session, revoked or not. */
  findContext(sessionId: string): Promise<SessionContext | null>;
  /** Locks the session for the rest of the transaction. */
  lockSession(sessionId: string): Promise<void>;
  setCompany(sessionId: string, companyId: string): Promise<boolean>;
  extendSession(sessionId: string, expiresOn: string): Promise<void>;
  /** Returns false if it was already revoked. */
  revokeSession(sessionId: string, revokedOn: string): Promise<boolean>;
  revokeOtherSessions(userId: string, exceptSessionId: string | null, revokedOn: string): Promise<number>;
  /**
   * Ends the user's sessions of this server in the company. Provider sessions continue, because their user could not
   * open them again. They can switch to another company.
   */
  revokeSessionsFor(userId: string, companyId: string, revokedOn: string): Promise<number>;
  findRefreshToken(digest: Buffer): Promise<RefreshTokenRecord | null>;
  insertRefreshToken(token: { digest: Buffer; sessionId: string; createdOn: string }): Promise<void>;
  /** Ends all unused refresh tokens of the session. */
  useAllRefreshTokens(sessionId: string, usedOn: string): Promise<void>;
  /** Returns false if it was already used. */
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
  /** Locks the row until the transaction ends. */
  lock(id: string): Promise<void>;
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
  insert(
    device: DeviceTokenRecord & {
      readonly digest: Buffer;
      readonly sessionId: string;
      readonly createdOn: string;
      readonly expiresOn: string;
    },
  ): Promise<void>;
  /** Records a sign-in of the device. Returns false if it is no longer known. */
  use(
    id: string,
    use: {
      readonly digest: Buffer;
      readonly sessionId: string;
      readonly lastUsedOn: string;
      readonly expiresOn: string;
    },
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

/** Keys, their secrets and their allowlists, always within one company. */
export interface KeyRepository {
  find(companyId: string, keyId: string): Promise<KeyRecord | null>;
  /**
   * Returns the next keys after `after`, ordered by creation time and ID: at most `limit` keys, and fewer if they have
   * more than `entriesMax` allowlist entries together, but at least one.
   */
  listStep(
    companyId: string,
    page: {
      readonly status?: "active" | "revoked";
      readonly after?: { readonly createdOn: string; readonly id: string };
      readonly limit: number;
      readonly entriesMax: number;
    },
  ): Promise<{ readonly keys: readonly KeyRecord[]; readonly hasMore: boolean }>;
  /** Returns the states of those of the keys that belong to the company. */
  listStates(companyId: string, keyIds: readonly string[]): Promise<ReadonlyMap<string, KeyRecord["status"]>>;
  /** Returns the IDs of the active keys of a company, at most `limit`. */
  listActiveIds(companyId: string, limit: number): Promise<string[]>;
  insertKey(key: { id: string; companyId: string; name: string; clientId: string; createdOn: string }): Promise<void>;
  /** The following updates return false if no such active key exists. */
  renameKey(companyId: string, keyId: string, name: string): Promise<boolean>;
  markRotated(companyId: string, keyId: string, rotatedOn: string): Promise<boolean>;
  markRevoked(companyId: string, keyId: string, revokedOn: string): Promise<boolean>;
  /** Locks the key for the rest of the transaction, active or not. */
  lockKey(companyId: string, keyId: string): Promise<boolean>;
  /** Sets the lease of the key. Null removes it. Lock the key first. */
  setLease(keyId: string, lease: LeaseRecord | null): Promise<void>;
  insertAllowedIp(keyId: string, entry: AllowedIpRecord): Promise<void>;
  /** Writes the note and the expiry of the entry. */
  updateAllowedIp(keyId: string, entry: Pick<AllowedIpRecord, "id" | "note" | "expiresAt">): Promise<void>;
  deleteAllowedIp(keyId: string, entryId: string): Promise<AllowedIpRecord | null>;
  /** Returns the key with a client ID in any company, or null. */
  findByClientId(clientId: string): Promise<KeyLimitRecord | null>;
  listClientIds(): Promise<string[]>;
  /** Null means the server's default limit. */
  setLimit(keyId: string, limit: { readonly perMinute: number; readonly burst: number } | null): Promise<void>;
  /**
   * Reads the next keys of all companies by ID. Returns active keys that were last used, or else created, before
   * `unusedSince`, and keys whose secret is older than `oldSince`.
   */
  listStale(unusedSince: string, oldSince: string, afterKeyId: string | null): Promise<StaleKeyStep>;
}

/**
 * The working secrets of keys. Ended secrets have no row. Lock the key before you change several (`keys.lockKey`, or
 * one of its updates), so that concurrent changes see each other.
 */
export interface SecretRepository {
  insert(secret: NewSecret): Promise<void>;
  /** Returns the current secret, then pending ones from oldest to newest, then retiring ones. */
  list(keyId: string): Promise<SecretRecord[]>;
  /** Returns the number of secrets per pepper, with those of automation tokens that have not ended at this time. */
  countByPepper(now: string): Promise<Array<{ readonly pepperVersion: string; readonly secrets: number }>>;
  /** Ends all secrets of the key except one. Null ends all. */
  endOthers(keyId: string, exceptId: string | null): Promise<void>;
  /**
   * Lets all secrets of the key except one retire. Retiring ones keep an earlier deadline, and ended ones stay ended.
   */
  retireOthers(keyId: string, exceptId: string | null, until: string, now: string): Promise<void>;
  /** Shortens the grace period of retiring secrets. Null ends them now. Returns how many changed. */
  shortenRetiring(keyId: string, until: string | null): Promise<number>;
  /** Makes a pending secret the current one. The previous one must have ended. */
  promote(keyId: string, secretId: string): Promise<void>;
  /** Removes the deadline of a pending secret, because it is about to be delivered. */
  handOut(secretId: string): Promise<void>;
  /**
   * Ends a pending secret. A secret that was used or may have been delivered requires `isForced`. Returns false if
   * there was none.
   */
  endPending(keyId: string, secretId: string, isForced: boolean): Promise<boolean>;
  /** Records the first use of a pending secret. Returns false if it is no longer pending or was used before. */
  markFirstUse(secretId: string, usedOn: string): Promise<boolean>;
  /** Returns whether the secret is the current one, or a pending one that has not ended. */
  canReplay(secretId: string, now: string): Promise<boolean>;
  /** Returns some expired secrets with the company of their key. */
  listEnded(now: string, limit: number): Promise<Array<{ readonly secret: SecretRecord; readonly companyId: string }>>;
  /** Ends an expired secret, unless it was used or extended in the meantime. */
  deleteEnded(secretId: string, now: string): Promise<boolean>;
}

/** Responses of calls with an Idempotency-Key. */
export interface IdempotencyRepository {
  find(digests: readonly Buffer[], now: string): Promise<IdempotencyRecord | null>;
  /** Reserves the digest until the end of the transaction. Returns false if another call has it. */
  claim(record: Pick<IdempotencyRecord, "digest" | "requestDigest" | "expiresOn">, now: string): Promise<boolean>;
  /** Stores the response in the reserved record. */
  keep(digest: Buffer, answer: { readonly secretId: string; readonly sealed: Buffer }): Promise<void>;
  deleteExpired(now: string, limit: number): Promise<number>;
  /** Shortens the expiry of records that would be kept longer. */
  limitExpiry(latest: string): Promise<void>;
}

/** The audit trail: one hash chain per company. */
export interface AuditRepository {
  /** Locks the chain for the rest of the transaction. Returns null for a company without events. */
  lockHead(companyId: string): Promise<AuditHead | null>;
  append(event: AuditRecord, hash: Buffer): Promise<void>;
  /**
   * Reads a limited step of the trail, newest first, before `beforeSeq`: at most `limit` events, and fewer if a full
   * step was read first.
   */
  listStep(
    companyId: string,
    filter: AuditFilter,
    from: { readonly beforeSeq?: number | undefined; readonly limit: number },
  ): Promise<AuditStep>;
  /** Returns events in limited batches, oldest first. */
  readChain(companyId: string): AsyncIterable<AuditRecord & { readonly hash: Buffer }>;
  /** Returns all companies, and all companies in events. */
  listCompanyIds(): Promise<string[]>;
  /** Returns companies with events by or about the user. */
  listCompaniesOfUser(userId: string): Promise<string[]>;
  listHeads(): Promise<Array<AuditHead & { readonly companyId: string }>>;
}

/** Users of identity providers, their sessions there, and browsers that sign in through a provider. */
export interface IdentityRepository {
  findUser(provider: string, subject: string): Promise<UserRecord | null>;
  /** Returns false if the identity, or the user at this provider, is already linked. */
  link(identity: { provider: string; subject: string; userId: string; linkedOn: string }): Promise<boolean>;
  /** Returns the identity of the user at the provider. */
  findIdentity(provider: string, userId: string): Promise<IdentityRecord | null>;
  listIdentities(userId: string): Promise<IdentityRecord[]>;
  /**
   * Saves the user's address at the provider. Returns false if a later token had another one, or for a repeated call.
   */
  noteEmail(identity: { provider: string; subject: string; email: string; toldOn: string }): Promise<boolean>;
  /** Removes all identities of the user. Returns how many there were. */
  unlink(userId: string): Promise<number>;
  findExternalSession(provider: string, externalId: string): Promise<FoundExternalSession | null>;
  /** Returns false if it already exists. */
  insertExternalSession(session: ExternalSessionRecord & { readonly sessionId: string }): Promise<boolean>;
  insertBrowserSession(browser: { digest: Buffer; sessionId: string }): Promise<void>;
  replaceBrowserDigest(sessionId: string, digest: Buffer): Promise<void>;
  /** Returns whether a session belongs to a browser. */
  isBrowserSession(sessionId: string): Promise<boolean>;
  /** Returns the ID of the browser's session. */
  findBrowserSession(digests: readonly Buffer[]): Promise<string | null>;
  /** Returns false if the sign-in was already used. */
  spendSignIn(digest: Buffer, expiresOn: string): Promise<boolean>;
  /** Removes used sign-ins that have expired. Returns how many, at most `limit`. */
  deleteSpentSignIns(now: string, limit: number): Promise<number>;
}

/** Leases of jobs. */
export interface JobRepository {
  /** Takes the lease. Returns false if another holder has it. A lease that ends after `latest` is ignored. */
  takeLease(lease: JobLeaseRecord, now: string, latest: string): Promise<boolean>;
  /** Releases the lease if this holder has it. */
  dropLease(job: string, holder: string): Promise<void>;
}

/** Customers and subscriptions of Stripe. */
export interface BillingRepository {
  /** Returns false if the event was already recorded. */
  noteEvent(id: string, receivedOn: string): Promise<boolean>;
  /** Locks the customer for the rest of the transaction, known or not. Returns its company, or null. */
  lockCustomer(customerId: string): Promise<string | null>;
  /** Links the customer to its company, once. Lock the customer first. */
  setCompany(customerId: string, companyId: string): Promise<void>;
  findSubscription(id: string): Promise<SubscriptionRecord | null>;
  putSubscription(subscription: SubscriptionRecord): Promise<void>;
  /** Locks the company for the rest of the transaction. Returns null if there is none. */
  lockCompany(companyId: string): Promise<CompanyRecord | null>;
  /** Returns the subscriptions of all its customers. */
  listSubscriptions(companyId: string): Promise<SubscriptionRecord[]>;
  /** Removes events received before a time. Returns how many, at most `limit`. */
  deleteEvents(receivedBefore: string, limit: number): Promise<number>;
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
  /** Ends one sign-in, or all of a user. Expired ones are removed later. */
  expire(which: { readonly id: string } | { readonly userId: string }, now: string): Promise<void>;
  /** Returns a limited number of expired sign-ins, those that expired first. */
  listExpired(now: string, limit: number): Promise<SecondFactorSignInRecord[]>;
  /** Returns false if it is gone. */
  remove(id: string): Promise<boolean>;
}

/** Trusts, always within one company unless a run asks, and their log. */
export interface TrustRepository {
  find(companyId: string, id: string): Promise<TrustRecord | null>;
  /** Returns the trust of any company, with its company. */
  findForRun(id: string): Promise<{ readonly trust: TrustRecord; readonly company: CompanyRecord } | null>;
  /** Oldest first. */
  list(companyId: string): Promise<TrustRecord[]>;
  /** Returns the providers of all trusts that name the issuer. */
  listProviders(issuer: string): Promise<ProviderName[]>;
  insert(trust: TrustRecord): Promise<void>;
  /** Locks the trust for the rest of the transaction. Returns false if there is none. */
  lock(id: string): Promise<boolean>;
  setDisabled(id: string, disabledOn: string | null): Promise<void>;
  setLastRun(id: string, run: LastRunRecord): Promise<void>;
  /** Removes the trust with everything that belongs to it. Remove most of a long log first. */
  remove(id: string): Promise<void>;
  /** Removes events of the trust. Returns how many, at most `limit`. */
  deleteEventsOf(trustId: string, limit: number): Promise<number>;
  insertEvent(event: TrustEventRecord): Promise<void>;
  /** Newest first, after a place in this order. */
  listEvents(
    trustId: string,
    page: {
      readonly outcome: TrustEventRecord["outcome"] | undefined;
      readonly after: { readonly createdOn: string; readonly id: string } | undefined;
      readonly limit: number;
    },
  ): Promise<TrustEventRecord[]>;
  /** Removes events from before a time. Returns how many, at most `limit`. */
  deleteEvents(before: string, limit: number): Promise<number>;
}

/** Tokens of runs, and the assertions that were exchanged for them. */
export interface RunTokenRepository {
  insert(token: {
    readonly digest: Buffer;
    readonly trustId: string;
    readonly createdOn: string;
    readonly expiresOn: string;
    readonly run: PipelineRun;
  }): Promise<void>;
  find(digests: readonly Buffer[]): Promise<RunTokenContext | null>;
  deleteOfTrust(trustId: string): Promise<void>;
  deleteExpired(now: string, limit: number): Promise<number>;
  /** Counts an exchange of the assertion. Returns false if it was exchanged `max` times. */
  spend(assertion: { readonly digest: Buffer; readonly expiresOn: string }, max: number): Promise<boolean>;
  /** Returns how often the assertion was exchanged. */
  countUses(digest: Buffer): Promise<number>;
  deleteSpent(before: string, limit: number): Promise<number>;
}

/** Automation tokens and their secrets. */
export interface AutomationTokenRepository {
  find(companyId: string, id: string): Promise<AutomationTokenRecord | null>;
  /** Returns at most `limit` tokens, oldest first, after a token in this order. */
  listStep(
    companyId: string,
    step: {
      readonly after: { readonly createdOn: string; readonly id: string } | undefined;
      readonly limit: number;
    },
  ): Promise<AutomationTokenRecord[]>;
  /** Returns how many tokens the company has, and how many of these are not revoked. */
  count(companyId: string): Promise<{ readonly all: number; readonly live: number }>;
  insert(token: Omit<AutomationTokenRecord, "secrets">): Promise<void>;
  /** Locks the token for the rest of the transaction. Returns false if there is none. */
  lock(id: string): Promise<boolean>;
  insertSecret(secret: TokenSecretRecord & { readonly digest: Buffer; readonly pepperVersion: string }): Promise<void>;
  /** Removes the pending secret, if any. */
  deletePending(tokenId: string): Promise<void>;
  /** Makes the pending secret the only one. Returns false if it is no longer pending. */
  promote(tokenId: string, secretId: string): Promise<boolean>;
  /** Ends the token and all its secrets. Returns false if it was revoked before. */
  revoke(id: string, revokedOn: string): Promise<boolean>;
  findBySecret(digests: readonly Buffer[]): Promise<AutomationTokenContext | null>;
  /** Returns whether a secret works. */
  canReplay(secretId: string, now: string): Promise<boolean>;
  noteUse(id: string, use: { readonly usedAt: string; readonly ip: string | null }): Promise<void>;
  /** Removes tokens that were revoked or expired before a time. Returns how many, at most `limit`. */
  deleteEnded(endedBefore: string, limit: number): Promise<number>;
}

/** All data of a transaction. */
export interface Repositories {
  readonly users: UserRepository;
  readonly companies: CompanyRepository;
  readonly sessions: SessionRepository;
  readonly deviceTokens: DeviceTokenRepository;
  readonly deviceSignIns: DeviceSignInRepository;
  readonly keys: KeyRepository;
  readonly secrets: SecretRepository;
  readonly idempotency: IdempotencyRepository;
  readonly identities: IdentityRepository;
  readonly secondFactors: SecondFactorRepository;
  readonly jobs: JobRepository;
  readonly billing: BillingRepository;
  readonly audit: AuditRepository;
  readonly trusts: TrustRepository;
  readonly runTokens: RunTokenRepository;
  readonly automationTokens: AutomationTokenRepository;
}

/** Tokens that a node took from a bucket since its last report, as the time to refill them. */
export interface TokenCharge {
  readonly keyId: string;
  readonly takenMs: number;
  /** Time until the bucket is full, if no other node took tokens since this node's last report. */
  readonly debtMs: number;
}

/** Shared token usage of the nodes of one database. */
export interface TokenLedger {
  /** Adds the charge. Returns the time until the bucket is full. */
  charge(charge: TokenCharge): Promise<number>;
  /** Clears the bucket of a key, because its limit changed. */
  forget(keyId: string): Promise<void>;
}

/** Buffers last uses and writes them in batches. Each engine has its own implementation. */
export interface LastUsedBuffer {
  /** Whether there is nothing to write. */
  readonly isEmpty: boolean;
  /** Adds a use of a secret. `usedAtMs` is in milliseconds since 1970. Very cheap for the caller. */
  note(secret: LiveSecret, usedAtMs: number, ip: string | null): void;
  /**
   * Writes all uses that were added before the call, one call at a time. Rejects if the write fails, and keeps the
   * uses.
   */
  write(): Promise<void>;
}

/**
 * The interface between the domain and a database. An engine that temporarily cannot serve a call (full disk, failed
 * write, lock not granted) throws `StoreUnavailableError`. Nothing of the transaction then takes effect. Outside
 * `transact`, the repositories only read committed data.
 */
export interface Store extends Repositories {
  /**
   * Runs `work` in one transaction and resolves after the commit is durable. Retries `work` after a conflict, so it
   * must have no other effects.
   * @throws {StoreOutcomeUnknownError} if the commit was sent and its outcome is unknown.
   */
  transact<T>(work: (repositories: Repositories) => Promise<T>): Promise<T>;
  /** The lookup of verify. It reads only committed data, never a cache. */
  findLiveSecret(digest: Buffer): Promise<LiveSecret | null>;
  readonly uses: LastUsedBuffer;
  /** Null if a single process uses the database and counts alone. */
  readonly tokenLedger: TokenLedger | null;
  /** Throws if the database does not respond. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** The database cannot serve the call now. The caller can retry. */
export class StoreUnavailableError extends Error {
  override readonly name = "StoreUnavailableError";
}

/**
 * The database did not confirm a commit and could not be asked again. The change may or may not have been made. The
 * domain also throws it if part of a change outside the database already happened.
 */
export class StoreOutcomeUnknownError extends Error {
  override readonly name = "StoreOutcomeUnknownError";
}
