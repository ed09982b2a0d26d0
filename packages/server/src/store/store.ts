import type { Plan, Privilege } from "../domain/access.ts";
import type { SecretState } from "./tables.ts";

/** A user as stored; `passwordHash` is a PHC string. */
export interface UserRecord {
  readonly id: string;
  readonly email: string;
  readonly username: string | null;
  readonly firstName: string;
  readonly lastName: string;
  readonly passwordHash: string;
  readonly mustChangePassword: boolean;
  readonly disabledOn: string | null;
}

/** A company as stored. */
export interface CompanyRecord {
  readonly id: string;
  readonly name: string;
  readonly plan: Plan;
}

/** A company a user belongs to, with his privilege there. */
export interface MembershipRecord extends CompanyRecord {
  readonly privilege: Privilege;
}

/** A session as stored. */
export interface SessionRecord {
  readonly id: string;
  readonly userId: string;
  readonly companyId: string;
  readonly expiresOn: string;
  readonly revokedOn: string | null;
}

/** A live session with its user and all his companies: what a management call needs to know. */
export interface SessionContext {
  readonly session: SessionRecord;
  readonly user: UserRecord;
  readonly memberships: readonly MembershipRecord[];
}

/** A refresh token as stored: only its digest. */
export interface RefreshTokenRecord {
  readonly sessionId: string;
  readonly usedOn: string | null;
}

/** An entry of a key's allowlist. `cidr` is canonical. */
export interface AllowedIpRecord {
  readonly id: string;
  readonly cidr: string;
  readonly note: string | null;
  readonly createdOn: string;
  readonly expiresAt: string | null;
}

/** A key as stored, with its allowlist. */
export interface KeyRecord {
  readonly id: string;
  readonly name: string;
  readonly clientId: string;
  readonly status: "active" | "revoked";
  readonly createdOn: string;
  readonly rotatedOn: string | null;
  readonly revokedOn: string | null;
  readonly lastUsedAt: string | null;
  readonly lastUsedIp: string | null;
  readonly ipAllowlist: readonly AllowedIpRecord[];
}

/** A secret to be stored: only its digest. */
export interface NewSecret {
  readonly id: string;
  readonly keyId: string;
  readonly digest: Buffer;
  readonly pepperVersion: string;
  readonly createdOn: string;
  readonly state: SecretState;
}

/** Everything verify decides by, read in one statement. */
export interface LiveSecret {
  readonly secretId: string;
  readonly state: SecretState;
  readonly keyId: string;
  readonly keyName: string;
  readonly clientId: string;
  readonly companyId: string;
  readonly companyName: string;
  readonly plan: Plan;
  readonly ratePerMinute: number | null;
  readonly rateBurst: number | null;
  /** One line per entry, `cidr` or `cidr expiresAt`; null when the allowlist is empty. */
  readonly allowlist: string | null;
}

/** One audit event as stored, without its hash. */
export interface AuditRecord {
  readonly companyId: string;
  readonly seq: number;
  readonly id: string;
  readonly createdOn: string;
  readonly action: string;
  readonly actorId: string | null;
  readonly actorEmail: string | null;
  readonly keyId: string | null;
  readonly keyName: string | null;
  readonly ip: string | null;
  readonly requestId: string | null;
  /** JSON text, exactly as hashed. */
  readonly details: string;
  readonly pepperVersion: string;
}

/** A place in a company's audit chain: its newest link, or one that was written down elsewhere. */
export interface AuditHead {
  readonly seq: number;
  readonly hash: Buffer;
}

/** The last use of a secret, to be written in a batch. */
export interface SecretUse {
  readonly secretId: string;
  readonly keyId: string;
  readonly usedOn: string;
  readonly ip: string | null;
}

/** Users, companies and memberships. */
export interface UserRepository {
  /** By e-mail or username, both lower case. */
  findByLogin(login: string): Promise<UserRecord | null>;
  findById(id: string): Promise<UserRecord | null>;
  /** Oldest membership first. */
  listMemberships(userId: string): Promise<MembershipRecord[]>;
  insertUser(user: UserRecord & { readonly createdOn: string }): Promise<void>;
  /** Replaces the hash and clears `mustChangePassword`, only while the old hash still stands. */
  replacePassword(userId: string, oldHash: string, newHash: string): Promise<boolean>;
  /** Replaces the hash by a stronger one of the same password, only while the old one still stands. */
  upgradePasswordHash(userId: string, oldHash: string, newHash: string): Promise<void>;
  setDisabled(userId: string, disabledOn: string | null): Promise<boolean>;
  findCompanyByName(name: string): Promise<CompanyRecord | null>;
  insertCompany(company: CompanyRecord & { readonly createdOn: string }): Promise<void>;
  setPlan(companyId: string, plan: Plan): Promise<boolean>;
  putMembership(membership: {
    userId: string;
    companyId: string;
    privilege: Privilege;
    createdOn: string;
  }): Promise<void>;
}

/** Sessions and their single-use refresh tokens. */
export interface SessionRepository {
  insertSession(
    session: SessionRecord & { readonly createdNetwork: string; readonly createdOn: string },
  ): Promise<void>;
  /** Session, user and memberships of a session that exists, revoked or not. */
  findContext(sessionId: string): Promise<SessionContext | null>;
  /** Whether the user signed in from this network since the time given. */
  hasSignedInFrom(userId: string, network: string, since: string): Promise<boolean>;
  setCompany(sessionId: string, companyId: string): Promise<boolean>;
  extendSession(sessionId: string, expiresOn: string): Promise<void>;
  /** False when it was revoked already. */
  revokeSession(sessionId: string, revokedOn: string): Promise<boolean>;
  revokeOtherSessions(userId: string, exceptSessionId: string | null, revokedOn: string): Promise<number>;
  findRefreshToken(digest: Buffer): Promise<RefreshTokenRecord | null>;
  insertRefreshToken(token: { digest: Buffer; sessionId: string; createdOn: string }): Promise<void>;
  /** Ends every token of the session that could still be exchanged. */
  useAllRefreshTokens(sessionId: string, usedOn: string): Promise<void>;
  /** False when it was used already. */
  useRefreshToken(digest: Buffer, usedOn: string): Promise<boolean>;
}

/** Keys, their secrets and their allowlists, always within one company. */
export interface KeyRepository {
  find(companyId: string, keyId: string): Promise<KeyRecord | null>;
  /**
   * Ordered by creation, then id; `after` is the last one of the page before. A page may be shorter than `limit` where
   * its keys have very long allowlists; `hasMore` tells.
   */
  list(
    companyId: string,
    page: { status?: "active" | "revoked"; after?: { createdOn: string; id: string }; limit: number },
  ): Promise<{ readonly keys: readonly KeyRecord[]; readonly hasMore: boolean }>;
  insertKey(key: { id: string; companyId: string; name: string; clientId: string; createdOn: string }): Promise<void>;
  insertSecret(secret: NewSecret): Promise<void>;
  /** How many live secrets were made under which pepper. */
  countSecretsByPepper(): Promise<Array<{ readonly pepperVersion: string; readonly secrets: number }>>;
  /** Ends every live secret of the key. */
  deleteSecrets(keyId: string): Promise<void>;
  /** The guarded updates below answer false when no such active key exists. */
  renameKey(companyId: string, keyId: string, name: string): Promise<boolean>;
  markRotated(companyId: string, keyId: string, rotatedOn: string): Promise<boolean>;
  markRevoked(companyId: string, keyId: string, revokedOn: string): Promise<boolean>;
  /** Takes the key for the rest of the transaction, active or not. */
  lockKey(companyId: string, keyId: string): Promise<boolean>;
  insertAllowedIp(keyId: string, entry: AllowedIpRecord): Promise<void>;
  /** Writes the entry's note and end. */
  updateAllowedIp(keyId: string, entry: Pick<AllowedIpRecord, "id" | "note" | "expiresAt">): Promise<void>;
  deleteAllowedIp(keyId: string, entryId: string): Promise<AllowedIpRecord | null>;
}

/** The audit trail: one hash chain per company. */
export interface AuditRepository {
  /** Takes the chain for the rest of the transaction; null for a company without events. */
  lockHead(companyId: string): Promise<AuditHead | null>;
  append(event: AuditRecord, hash: Buffer): Promise<void>;
  /** Newest first. */
  list(
    companyId: string,
    page: { keyId?: string; actorId?: string; action?: string; since?: string; beforeSeq?: number; limit: number },
  ): Promise<AuditRecord[]>;
  /** Oldest first, in bounded batches. */
  readChain(companyId: string): AsyncIterable<AuditRecord & { readonly hash: Buffer }>;
  /** Every company there is, and every one that events name. */
  listCompanyIds(): Promise<string[]>;
  listHeads(): Promise<Array<AuditHead & { readonly companyId: string }>>;
}

/** Everything a transaction can touch. */
export interface Repositories {
  readonly users: UserRepository;
  readonly sessions: SessionRepository;
  readonly keys: KeyRepository;
  readonly audit: AuditRepository;
}

/**
 * The port between the rules and a database. An engine that cannot take or give data right now
 * (full disk, failed write, lock not granted) throws `StoreUnavailableError`; nothing of the
 * transaction is then visible. Outside `transact` the repositories only read; what was committed before is seen.
 */
export interface Store extends Repositories {
  /** Runs the work in one transaction; resolves after the commit is durable. */
  transact<T>(work: (repositories: Repositories) => Promise<T>): Promise<T>;
  /** The hot path of verify: only committed data, never a cache. */
  findLiveSecret(digest: Buffer): Promise<LiveSecret | null>;
  /** Writes last uses in one transaction. */
  recordUses(uses: readonly SecretUse[]): Promise<void>;
  /** Throws when the database does not answer. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** The database cannot serve the call now; the caller may try again. */
export class StoreUnavailableError extends Error {
  override readonly name = "StoreUnavailableError";
}
