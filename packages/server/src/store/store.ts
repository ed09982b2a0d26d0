import type { Plan, Privilege } from "../domain/access.ts";
import type {
  AllowedIpRecord,
  AuditFilter,
  AuditHead,
  AuditRecord,
  AuditStep,
  CompanyRecord,
  CompanySummary,
  DeviceTokenRecord,
  ExternalSessionRecord,
  FoundExternalSession,
  IdempotencyRecord,
  IdentityRecord,
  JobLeaseRecord,
  KeyLimitRecord,
  KeyRecord,
  LeaseRecord,
  LiveSecret,
  MemberRecord,
  MembershipRecord,
  NewSecret,
  RefreshTokenRecord,
  SecretRecord,
  SessionContext,
  SessionRecord,
  StaleKeyStep,
  SubscriptionRecord,
  UserRecord,
  UserSummary,
} from "./records.ts";

/** Users, companies and memberships. */
export interface UserRepository {
  /**
   * By email address or username, in the form of `normalizeLogin`. Logins with other characters than ASCII that were stored while
   * Unicode's case rules folded them are also found under those rules.
   */
  findByLogin(login: string): Promise<UserRecord | null>;
  findById(id: string): Promise<UserRecord | null>;
  /** Oldest membership first. */
  listMemberships(userId: string): Promise<MembershipRecord[]>;
  insertUser(user: UserRecord & { readonly createdOn: string }): Promise<void>;
  /** Replaces the hash and clears `mustChangePassword`, only while the old hash still stands. */
  replacePassword(userId: string, oldHash: string, newHash: string): Promise<boolean>;
  /** Clears `mustChangePassword` alone, for a password that is kept elsewhere. */
  clearPasswordChange(userId: string): Promise<void>;
  /** Replaces the hash by a stronger one of the same password, only while the old one still stands. */
  upgradePasswordHash(userId: string, oldHash: string, newHash: string): Promise<void>;
  /** Takes the user for the rest of the transaction. */
  lockUser(userId: string): Promise<void>;
  setDisabled(userId: string, disabledOn: string | null): Promise<boolean>;
  findCompanyByName(name: string): Promise<CompanyRecord | null>;
  insertCompany(company: CompanyRecord & { readonly createdOn: string }): Promise<void>;
  setPlan(companyId: string, plan: Plan): Promise<boolean>;
  /** Every user with their companies, ordered by email address. */
  listUsers(): Promise<UserSummary[]>;
  /** Replaces the password, whatever it was, by one that must be changed. */
  resetPassword(userId: string, passwordHash: string): Promise<void>;
  /** False when the user is no member. */
  deleteMembership(userId: string, companyId: string): Promise<boolean>;
  putMembership(membership: {
    userId: string;
    companyId: string;
    privilege: Privilege;
    createdOn: string;
  }): Promise<void>;
}

/** Companies as operators see them: names by which they are found, plans that billing does not lower, members. */
export interface CompanyRepository {
  find(id: string): Promise<CompanyRecord | null>;
  /** By the name as `toNameKey` gives it. */
  findByNameKey(nameKey: string): Promise<CompanyRecord | null>;
  /** Every company, ordered by name. */
  list(): Promise<CompanySummary[]>;
  /** Takes the companies for the rest of the transaction, always in the same order. */
  lock(ids: readonly string[]): Promise<void>;
  rename(id: string, name: string): Promise<void>;
  /** Lets the company be found by this name, and by no other. Fails when another company has it. */
  putNameKey(id: string, nameKey: string): Promise<void>;
  /** The least plan that an operator decided on; null when billing alone decides. */
  findPlanFloor(id: string): Promise<Plan | null>;
  putPlanFloor(id: string, floor: { readonly plan: Plan; readonly setOn: string } | null): Promise<void>;
  /** Ordered by email address. */
  listMembers(id: string): Promise<MemberRecord[]>;
}

/** Sessions and their single-use refresh tokens. */
export interface SessionRepository {
  insertSession(session: SessionRecord & { readonly createdOn: string }): Promise<void>;
  /** Session, user and memberships of a session that exists, revoked or not. */
  findContext(sessionId: string): Promise<SessionContext | null>;
  /** Takes the session for the rest of the transaction. */
  lockSession(sessionId: string): Promise<void>;
  setCompany(sessionId: string, companyId: string): Promise<boolean>;
  extendSession(sessionId: string, expiresOn: string): Promise<void>;
  /** False when it was revoked already. */
  revokeSession(sessionId: string, revokedOn: string): Promise<boolean>;
  revokeOtherSessions(userId: string, exceptSessionId: string | null, revokedOn: string): Promise<number>;
  /**
   * Ends the user's sessions that act for the company and were opened here. Those of an identity provider go on, because their
   * user could not open them again; they can switch to another company.
   */
  revokeSessionsFor(userId: string, companyId: string, revokedOn: string): Promise<number>;
  findRefreshToken(digest: Buffer): Promise<RefreshTokenRecord | null>;
  insertRefreshToken(token: { digest: Buffer; sessionId: string; createdOn: string }): Promise<void>;
  /** Ends every token of the session that could still be exchanged. */
  useAllRefreshTokens(sessionId: string, usedOn: string): Promise<void>;
  /** False when it was used already. */
  useRefreshToken(digest: Buffer, usedOn: string): Promise<boolean>;
  /** Forgets refresh tokens used before then; answers how many, at most `limit`. */
  deleteUsedRefreshTokens(usedBefore: string, limit: number): Promise<number>;
  /** Forgets sessions that ended before then, with their refresh tokens; answers how many, at most `limit`. */
  deleteEndedSessions(endedBefore: string, limit: number): Promise<number>;
}

/** Tokens of devices that users signed in with. They open nothing: they only tell a known device from a stranger's. */
export interface DeviceTokenRepository {
  /** The device of any of these digests, unless it has expired. */
  find(digests: readonly Buffer[], now: string): Promise<DeviceTokenRecord | null>;
  insert(
    device: DeviceTokenRecord & {
      readonly digest: Buffer;
      readonly sessionId: string;
      readonly createdOn: string;
      readonly expiresOn: string;
    },
  ): Promise<void>;
  /** Notes that the device signed in again; false when it is not known any more. */
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
   * Keeps `max` devices of the user, among them the excepted one. Devices that were never seen again are forgotten first, and of
   * those the ones whose session has ended.
   */
  deleteBeyond(
    userId: string,
    limit: { readonly max: number; readonly exceptId: string; readonly now: string },
  ): Promise<void>;
  /** Forgets all devices of the user, or all but the one that the session was last opened on. Returns how many. */
  deleteOfUser(userId: string, exceptSessionId?: string | null): Promise<number>;
  /** Forgets devices that have expired; returns how many, at most `limit`. */
  deleteExpired(now: string, limit: number): Promise<number>;
}

/** Keys, their secrets and their allowlists, always within one company. */
export interface KeyRepository {
  find(companyId: string, keyId: string): Promise<KeyRecord | null>;
  /**
   * Reads the next keys in the order of their creation, then their IDs, from the key after `after` on: `limit` keys at
   * most, and fewer when they have more than `entriesMax` allowlist entries together, but at least one.
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
  insertKey(key: { id: string; companyId: string; name: string; clientId: string; createdOn: string }): Promise<void>;
  /** The guarded updates below answer false when no such active key exists. */
  renameKey(companyId: string, keyId: string, name: string): Promise<boolean>;
  markRotated(companyId: string, keyId: string, rotatedOn: string): Promise<boolean>;
  markRevoked(companyId: string, keyId: string, revokedOn: string): Promise<boolean>;
  /** Takes the key for the rest of the transaction, active or not. */
  lockKey(companyId: string, keyId: string): Promise<boolean>;
  /** Gives the key's lease to a rotation, or to none. Take the key first. */
  setLease(keyId: string, lease: LeaseRecord | null): Promise<void>;
  insertAllowedIp(keyId: string, entry: AllowedIpRecord): Promise<void>;
  /** Writes the entry's note and end. */
  updateAllowedIp(keyId: string, entry: Pick<AllowedIpRecord, "id" | "note" | "expiresAt">): Promise<void>;
  deleteAllowedIp(keyId: string, entryId: string): Promise<AllowedIpRecord | null>;
  /** The key of a client ID in whatever company; null when there is none. */
  findByClientId(clientId: string): Promise<KeyLimitRecord | null>;
  listClientIds(): Promise<string[]>;
  /** Null for the server's default limit. */
  setLimit(keyId: string, limit: { readonly perMinute: number; readonly burst: number } | null): Promise<void>;
  /**
   * Examines the next keys of all companies in the order of their IDs. Returns the active ones that were last used, or else
   * created, before `unusedSince`, and those whose secret is older than `oldSince`.
   */
  listStale(unusedSince: string, oldSince: string, afterKeyId: string | null): Promise<StaleKeyStep>;
}

/**
 * The live secrets of keys; an ended one has no row. Whoever changes several takes the key first (`keys.lockKey`, or one of
 * its guarded updates), so that of two changes one sees what the other did.
 */
export interface SecretRepository {
  insert(secret: NewSecret): Promise<void>;
  /** Current, then pending from the oldest, then retiring. */
  list(keyId: string): Promise<SecretRecord[]>;
  /** How many there are under which pepper. */
  countByPepper(): Promise<Array<{ readonly pepperVersion: string; readonly secrets: number }>>;
  /** Ends every secret of the key but that one; all of them for null. */
  endOthers(keyId: string, exceptId: string | null): Promise<void>;
  /**
   * Lets every secret of the key but that one retire; what retires already does so no later than it would have, and what has
   * ended by `now` stays ended.
   */
  retireOthers(keyId: string, exceptId: string | null, until: string, now: string): Promise<void>;
  /** As the two above, for what is retiring already: null ends it now. Answers how many it changed. */
  shortenRetiring(keyId: string, until: string | null): Promise<number>;
  /** Makes a pending secret the current one. The one before must have gone. */
  promote(keyId: string, secretId: string): Promise<void>;
  /** Takes a pending secret's deadline away, because it is about to be delivered. */
  handOut(secretId: string): Promise<void>;
  /** Ends a pending secret; one that was handed out or used only with `isForced`. False when there was no such one. */
  endPending(keyId: string, secretId: string, isForced: boolean): Promise<boolean>;
  /** Notes the first use of a pending secret; false when it is not pending any more, or was used before. */
  markFirstUse(secretId: string, usedOn: string): Promise<boolean>;
  /** Whether the secret is the current one, or a pending one that has not ended by now. */
  canReplay(secretId: string, now: string): Promise<boolean>;
  /** Some secrets whose deadline has come, with the company of their key. */
  listEnded(now: string, limit: number): Promise<Array<{ readonly secret: SecretRecord; readonly companyId: string }>>;
  /** Ends one of those, unless it was used or given more time meanwhile. */
  deleteEnded(secretId: string, now: string): Promise<boolean>;
}

/** Answers of calls with an Idempotency-Key. */
export interface IdempotencyRepository {
  find(digests: readonly Buffer[], now: string): Promise<IdempotencyRecord | null>;
  /** Reserves the digest until the end of the transaction; false when somebody else has it. */
  claim(record: Pick<IdempotencyRecord, "digest" | "requestDigest" | "expiresOn">, now: string): Promise<boolean>;
  /** Puts the answer into what was claimed. */
  keep(digest: Buffer, answer: { readonly secretId: string; readonly sealed: Buffer }): Promise<void>;
  deleteExpired(now: string, limit: number): Promise<number>;
  /** Brings forward the end of what would be kept beyond then. */
  limitExpiry(latest: string): Promise<void>;
}

/** The audit trail: one hash chain per company. */
export interface AuditRepository {
  /** Takes the chain for the rest of the transaction; null for a company without events. */
  lockHead(companyId: string): Promise<AuditHead | null>;
  append(event: AuditRecord, hash: Buffer): Promise<void>;
  /**
   * Reads a bounded step of the trail, newest first, from the event before `beforeSeq` on: `limit` events at most, and
   * fewer when a step's worth of events was examined first.
   */
  listStep(
    companyId: string,
    filter: AuditFilter,
    from: { readonly beforeSeq?: number | undefined; readonly limit: number },
  ): Promise<AuditStep>;
  /** Oldest first, in bounded batches. */
  readChain(companyId: string): AsyncIterable<AuditRecord & { readonly hash: Buffer }>;
  /** Every company there is, and every one that events name. */
  listCompanyIds(): Promise<string[]>;
  /** Companies with events by the user, or about them. */
  listCompaniesOfUser(userId: string): Promise<string[]>;
  listHeads(): Promise<Array<AuditHead & { readonly companyId: string }>>;
}

/** People whom an identity provider knows, their sessions there, and browsers that sign in through it. */
export interface IdentityRepository {
  findUser(provider: string, subject: string): Promise<UserRecord | null>;
  /** False when the identity, or the user at this provider, is linked already. */
  link(identity: { provider: string; subject: string; userId: string; linkedOn: string }): Promise<boolean>;
  /** The identity of the user at the provider. */
  findIdentity(provider: string, userId: string): Promise<IdentityRecord | null>;
  listIdentities(userId: string): Promise<IdentityRecord[]>;
  /** Notes the user's address at the provider. False when a later token has said another, or the same call came twice. */
  noteEmail(identity: { provider: string; subject: string; email: string; toldOn: string }): Promise<boolean>;
  /** Forgets all identities of the user; returns how many there were. */
  unlink(userId: string): Promise<number>;
  findExternalSession(provider: string, externalId: string): Promise<FoundExternalSession | null>;
  /** False when it is there already. */
  insertExternalSession(session: ExternalSessionRecord & { readonly sessionId: string }): Promise<boolean>;
  insertBrowserSession(browser: { digest: Buffer; sessionId: string }): Promise<void>;
  /** Id of the session that the browser holds. */
  findBrowserSession(digests: readonly Buffer[]): Promise<string | null>;
  /** False when the sign-in was spent before. */
  spendSignIn(digest: Buffer, expiresOn: string): Promise<boolean>;
  /** Forgets spent sign-ins that could not be used any more anyway; answers how many, at most `limit`. */
  deleteSpentSignIns(now: string, limit: number): Promise<number>;
}

/** Which process may run which job. */
export interface JobRepository {
  /** Takes the lease unless somebody holds it still; false when somebody does. One that ends after `latest` counts for nothing. */
  takeLease(lease: JobLeaseRecord, now: string, latest: string): Promise<boolean>;
  /** Gives the lease back, if this holder has it. */
  dropLease(job: string, holder: string): Promise<void>;
}

/** What Stripe told of customers and subscriptions. */
export interface BillingRepository {
  /** False when the event was noted before. */
  noteEvent(id: string, receivedOn: string): Promise<boolean>;
  /** Takes the customer for the rest of the transaction, known or not, and answers whose it is. */
  lockCustomer(customerId: string): Promise<string | null>;
  /** Says whose customer it is, once. Take it first. */
  setCompany(customerId: string, companyId: string): Promise<void>;
  findSubscription(id: string): Promise<SubscriptionRecord | null>;
  putSubscription(subscription: SubscriptionRecord): Promise<void>;
  /** Takes the company for the rest of the transaction; null when there is none. */
  lockCompany(companyId: string): Promise<CompanyRecord | null>;
  /** Of all its customers. */
  listSubscriptions(companyId: string): Promise<SubscriptionRecord[]>;
  /** Forgets events received before then; answers how many, at most `limit`. */
  deleteEvents(receivedBefore: string, limit: number): Promise<number>;
}

/** Everything a transaction can touch. */
export interface Repositories {
  readonly users: UserRepository;
  readonly companies: CompanyRepository;
  readonly sessions: SessionRepository;
  readonly deviceTokens: DeviceTokenRepository;
  readonly keys: KeyRepository;
  readonly secrets: SecretRepository;
  readonly idempotency: IdempotencyRepository;
  readonly identities: IdentityRepository;
  readonly jobs: JobRepository;
  readonly billing: BillingRepository;
  readonly audit: AuditRepository;
}

/** What a node took from a key's bucket since it last told, in the time that the bucket takes to refill it. */
export interface TokenCharge {
  readonly keyId: string;
  readonly takenMs: number;
  /** How long the bucket takes to be full, if no other node took anything since this one last told. */
  readonly debtMs: number;
}

/** Where the nodes of one database tell each other what they took from keys' buckets. */
export interface TokenLedger {
  /** Adds the charge and answers how long the key's bucket now takes to be full. */
  charge(charge: TokenCharge): Promise<number>;
  /** Forgets what was taken from the key's bucket, because its limit is another now. */
  forget(keyId: string): Promise<void>;
}

/** Last uses, noted first and written together later. Each engine holds them as it writes them best. */
export interface LastUsedBuffer {
  /** Whether nothing is noted that `write` would have to write. */
  readonly isEmpty: boolean;
  /** Notes that a secret was used; `usedAtMs` are milliseconds since 1970. Costs the caller next to nothing. */
  note(secret: LiveSecret, usedAtMs: number, ip: string | null): void;
  /** Writes what was noted before the call, one call at a time. What cannot be written stays noted, and it rejects. */
  write(): Promise<void>;
}

/**
 * The port between the rules and a database. An engine that cannot take or give data right now
 * (full disk, failed write, lock not granted) throws `StoreUnavailableError`; nothing of the
 * transaction is then visible. Outside `transact` the repositories only read; what was committed before is seen.
 */
export interface Store extends Repositories {
  /**
   * Runs the work in one transaction; resolves after the commit is durable. Work that lost against another transaction is run
   * again from its start, so it must have no effect outside of the repositories.
   * @throws {StoreOutcomeUnknownError} when the commit was sent and nothing tells whether it took place.
   */
  transact<T>(work: (repositories: Repositories) => Promise<T>): Promise<T>;
  /** The hot path of verify: only committed data, never a cache. */
  findLiveSecret(digest: Buffer): Promise<LiveSecret | null>;
  readonly uses: LastUsedBuffer;
  /** Null where the database is one machine's, and keys' buckets are each process's own. */
  readonly tokenLedger: TokenLedger | null;
  /** Throws when the database does not answer. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** The database cannot serve the call now; the caller may try again. */
export class StoreUnavailableError extends Error {
  override readonly name = "StoreUnavailableError";
}

/**
 * The database was asked to commit and did not answer, and could not be asked again: the change stands, or it does not. Rules
 * throw it, too, when a part of a change outside of the database stands already.
 */
export class StoreOutcomeUnknownError extends Error {
  override readonly name = "StoreOutcomeUnknownError";
}
