import type { Plan, Privilege } from "../domain/access.ts";
import type { SecretState, SubscriptionNews } from "./tables.ts";

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

/** A user with their companies. */
export interface UserSummary extends UserRecord {
  readonly createdOn: string;
  readonly memberships: readonly MembershipRecord[];
}

/** A member of a company. */
export interface MemberRecord {
  readonly id: string;
  readonly email: string;
  readonly disabledOn: string | null;
  readonly privilege: Privilege;
}

/** A company with its size. */
export interface CompanySummary extends CompanyRecord {
  readonly createdOn: string;
  /** The least plan that an operator decided on; null when billing alone decides. */
  readonly planFloor: Plan | null;
  readonly members: number;
  readonly activeKeys: number;
}

/** Who a user is at an identity provider. */
export interface IdentityRecord {
  readonly provider: string;
  readonly subject: string;
  readonly linkedOn: string;
  /** Their address there, as a token last said; null until one has. */
  readonly email: string | null;
  readonly emailToldOn: string | null;
}

/** A key and its own limit; null where the server's default counts. */
export interface KeyLimitRecord {
  readonly id: string;
  readonly companyId: string;
  readonly name: string;
  readonly clientId: string;
  readonly ratePerMinute: number | null;
  readonly rateBurst: number | null;
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

/** A device that a user signed in with. */
export interface DeviceTokenRecord {
  readonly id: string;
  readonly userId: string;
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

/** A live secret without its digest: what it is to its key and how it was used. */
export interface SecretRecord {
  /** For a pending secret this is the id of its rotation; it stays the same when the secret becomes current. */
  readonly id: string;
  readonly keyId: string;
  readonly state: SecretState;
  readonly createdOn: string;
  /** E-mail of whoever began the rotation; null where it was not noted. */
  readonly createdBy: string | null;
  /** Deadline of a retiring secret, and of a pending one that was neither handed out by a renewal nor used; else null. */
  readonly expiresOn: string | null;
  readonly firstUsedOn: string | null;
  readonly lastUsedAt: string | null;
  readonly lastUsedIp: string | null;
}

/** Which rotation of a key may deliver and finish, and until when no other may begin. */
export interface LeaseRecord {
  readonly holder: string;
  readonly expiresOn: string;
  /** Until when an earlier process of the same rotation may still believe that it has the lease; null when there is none. */
  readonly sharedUntil: string | null;
}

/** A key as stored, with its allowlist and the pending secrets of its rotations, oldest first. */
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
  readonly pending: readonly SecretRecord[];
  readonly lease: LeaseRecord | null;
}

/** A secret to be stored: only its digest. */
export interface NewSecret {
  readonly id: string;
  readonly keyId: string;
  readonly digest: Buffer;
  readonly pepperVersion: string;
  readonly createdOn: string;
  readonly createdBy: string | null;
  readonly state: SecretState;
  readonly expiresOn: string | null;
}

/** Everything verify decides by, read in one statement. */
export interface LiveSecret {
  /** By which it was found. */
  readonly digest: Buffer;
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
  readonly expiresOn: string | null;
  readonly firstUsedOn: string | null;
}

/** The answer of a call with an Idempotency-Key, kept sealed. `sealed` is null only inside the transaction that makes it. */
export interface IdempotencyRecord {
  readonly digest: Buffer;
  readonly requestDigest: Buffer;
  /** The secret that the answer holds. */
  readonly secretId: string | null;
  readonly sealed: Buffer | null;
  readonly expiresOn: string;
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

/** Which events of a company's trail to list. Every condition that is given must hold. */
export interface AuditFilter {
  readonly keyId?: string;
  readonly actorId?: string;
  readonly action?: string;
  /** ISO 8601 UTC. Only events at or after this time. */
  readonly since?: string;
}

/** What one bounded read of the trail found. */
export interface AuditStep {
  /** Newest first. */
  readonly events: readonly AuditRecord[];
  /** The next step continues with the events before this number; null when no more events can match. */
  readonly continueBefore: number | null;
  /** How many events the step read at most to find these. */
  readonly examined: number;
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

/** A session of an identity provider, as this server took it over. */
export interface ExternalSessionRecord {
  readonly provider: string;
  /** The provider's id of the session. */
  readonly externalId: string;
  /** The provider's id of the user. */
  readonly subject: string;
  /** Whether its tokens must show that the second factor was used. */
  readonly needsSecondFactor: boolean;
  /** Our session; null when it ended and was removed since, which it stays. */
  readonly sessionId: string | null;
}

/** The same with what tokens last said of the user's address at the provider. */
export interface FoundExternalSession extends ExternalSessionRecord {
  readonly email: string | null;
  readonly emailToldOn: string | null;
}

/** Who may run a job, and until when nobody else. */
export interface JobLeaseRecord {
  readonly job: string;
  readonly holder: string;
  readonly expiresOn: string;
}

/** A key that lies around, with its company. Times as in the key itself. */
export interface StaleKeyRecord {
  readonly companyId: string;
  readonly companyName: string;
  readonly keyId: string;
  readonly name: string;
  readonly clientId: string;
  readonly createdOn: string;
  readonly rotatedOn: string | null;
  readonly lastUsedAt: string | null;
}

/** What one bounded look for stale keys found. */
export interface StaleKeyStep {
  readonly keys: readonly StaleKeyRecord[];
  /** The next step continues after this key; null when all keys were examined. */
  readonly continueAfter: string | null;
}

/** What a subscription bought, at the time of an event. */
export interface SubscriptionState {
  /** Stripe's word: active, trialing, past_due, canceled, … */
  readonly status: string;
  /** Ids and lookup keys of its prices. */
  readonly prices: readonly string[];
  /** Present when the prices are only a part of them. */
  readonly isIncomplete?: true;
}

/** An event about a subscription. */
export interface SubscriptionNewsRecord {
  readonly id: string;
  readonly occurredOn: string;
  readonly news: SubscriptionNews;
  readonly state: SubscriptionState;
  /** What an update replaced. */
  readonly previous: SubscriptionState;
}

/** A subscription as Stripe last told of it. */
export interface SubscriptionRecord {
  readonly id: string;
  readonly customerId: string;
  readonly status: string;
  /** Ids and lookup keys of the prices. */
  readonly prices: readonly string[];
  readonly toldOn: string;
  readonly toldBy: SubscriptionNews;
  /** Whether one of its prices ever bought a plan. */
  readonly hasBoughtPlan: boolean;
  /** Whether Stripe last listed only some of its prices. */
  readonly isIncomplete: boolean;
  /** The newest events, from which all this is computed. */
  readonly news: readonly SubscriptionNewsRecord[];
}
