import type { Plan, Privilege } from "../domain/access.ts";
import type { SecretState, SubscriptionNews } from "./tables.ts";

/** A stored user. `passwordHash` is a PHC string. */
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

/** A stored company. */
export interface CompanyRecord {
  readonly id: string;
  readonly name: string;
  readonly plan: Plan;
}

/** A company that a user belongs to, with their privilege. */
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

/** A company with counts. */
export interface CompanySummary extends CompanyRecord {
  readonly createdOn: string;
  /** Minimum plan that an operator set. Null if billing controls the plan. */
  readonly planFloor: Plan | null;
  readonly members: number;
  readonly activeKeys: number;
}

/** The identity of a user at an identity provider. */
export interface IdentityRecord {
  readonly provider: string;
  readonly subject: string;
  readonly linkedOn: string;
  /** Address of the user at the provider, from a token. Null until a token contains it. */
  readonly email: string | null;
  readonly emailToldOn: string | null;
}

/** A key and its own rate limit. Null means the server's default. */
export interface KeyLimitRecord {
  readonly id: string;
  readonly companyId: string;
  readonly name: string;
  readonly clientId: string;
  readonly ratePerMinute: number | null;
  readonly rateBurst: number | null;
}

/** A stored session. */
export interface SessionRecord {
  readonly id: string;
  readonly userId: string;
  readonly companyId: string;
  readonly expiresOn: string;
  readonly revokedOn: string | null;
}

/** A session with its user and all their companies, for a management call. */
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

/** A stored refresh token: only its digest. */
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

/** A working secret without its digest. */
export interface SecretRecord {
  /** For a pending secret, this is the ID of its rotation. It does not change when the secret becomes current. */
  readonly id: string;
  readonly keyId: string;
  readonly state: SecretState;
  readonly createdOn: string;
  /** Email address of the user who started the rotation. Null if unknown. */
  readonly createdBy: string | null;
  /**
   * Deadline of a retiring secret, or of a pending one that was neither used nor possibly delivered. Null otherwise.
   */
  readonly expiresOn: string | null;
  readonly firstUsedOn: string | null;
  readonly lastUsedAt: string | null;
  readonly lastUsedIp: string | null;
}

/** The lease of a key: the rotation that may deliver and finish, and when the lease expires. */
export interface LeaseRecord {
  readonly holder: string;
  readonly expiresOn: string;
  /** When an earlier process of the same rotation stops delivering at the latest. Null if there is none. */
  readonly sharedUntil: string | null;
}

/** A stored key with its allowlist and pending secrets, oldest first. */
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

/** A new secret to store: only its digest. */
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

/** All data for verify, read in one statement. */
export interface LiveSecret {
  /** The digest by which it was found. */
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
  /** One line per entry, `cidr` or `cidr expiresAt`. Null if the allowlist is empty. */
  readonly allowlist: string | null;
  readonly expiresOn: string | null;
  readonly firstUsedOn: string | null;
}

/**
 * A sealed response of a call with an Idempotency-Key. `sealed` is null only inside the transaction that creates it.
 */
export interface IdempotencyRecord {
  readonly digest: Buffer;
  readonly requestDigest: Buffer;
  /** The secret in the response. */
  readonly secretId: string | null;
  readonly sealed: Buffer | null;
  readonly expiresOn: string;
}

/** A stored audit event without its hash. */
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
  /** JSON text as it was hashed. */
  readonly details: string;
  readonly pepperVersion: string;
}

/** Filter for audit events of a company. All conditions must hold. */
export interface AuditFilter {
  readonly keyId?: string;
  readonly actorId?: string;
  readonly action?: string;
  /** Only events at or after this time (ISO 8601 UTC). */
  readonly since?: string;
}

/** The result of one limited read of the trail. */
export interface AuditStep {
  /** Newest first. */
  readonly events: readonly AuditRecord[];
  /** The next step continues before this number. Null if no more events can match. */
  readonly continueBefore: number | null;
  /** Number of events that the step read at most. */
  readonly examined: number;
}

/** A position in a company's audit chain: its newest hash, or one that was stored elsewhere. */
export interface AuditHead {
  readonly seq: number;
  readonly hash: Buffer;
}

/** A last use of a secret, for a batch. */
export interface SecretUse {
  readonly secretId: string;
  readonly keyId: string;
  readonly usedOn: string;
  readonly ip: string | null;
}

/** A session of an identity provider that this server has taken over. */
export interface ExternalSessionRecord {
  readonly provider: string;
  /** ID of the session at the provider. */
  readonly externalId: string;
  /** ID of the user at the provider. */
  readonly subject: string;
  /** Whether its tokens must contain a second factor. */
  readonly needsSecondFactor: boolean;
  /** The session of this server. Null if it ended and was removed. It then stays ended. */
  readonly sessionId: string | null;
}

/** The same with the user's address at the provider from tokens. */
export interface FoundExternalSession extends ExternalSessionRecord {
  readonly email: string | null;
  readonly emailToldOn: string | null;
}

/** The lease of a job: holder and expiry. */
export interface JobLeaseRecord {
  readonly job: string;
  readonly holder: string;
  readonly expiresOn: string;
}

/** A stale key with its company. Times are as in the key. */
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

/** The result of one limited search for stale keys. */
export interface StaleKeyStep {
  readonly keys: readonly StaleKeyRecord[];
  /** The next step continues after this key. Null if all keys were read. */
  readonly continueAfter: string | null;
}

/** The state of a subscription at the time of an event. */
export interface SubscriptionState {
  /** Status of Stripe: active, trialing, past_due, canceled, … */
  readonly status: string;
  /** IDs and lookup keys of its prices. */
  readonly prices: readonly string[];
  /** Set if the prices are incomplete. */
  readonly isIncomplete?: true;
}

/** An event about a subscription. */
export interface SubscriptionNewsRecord {
  readonly id: string;
  readonly occurredOn: string;
  readonly news: SubscriptionNews;
  readonly state: SubscriptionState;
  /** State before an update. */
  readonly previous: SubscriptionState;
}

/** A subscription in its newest known state. */
export interface SubscriptionRecord {
  readonly id: string;
  readonly customerId: string;
  readonly status: string;
  /** IDs and lookup keys of the prices. */
  readonly prices: readonly string[];
  readonly toldOn: string;
  readonly toldBy: SubscriptionNews;
  /** Whether one of its prices ever had a plan. */
  readonly hasBoughtPlan: boolean;
  /** Whether Stripe last listed only some of its prices. */
  readonly isIncomplete: boolean;
  /** The newest events, from which all other fields are computed. */
  readonly news: readonly SubscriptionNewsRecord[];
}
