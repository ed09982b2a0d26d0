import type { PipelineRun, Plan, Privilege, Scope } from "../domain/access.ts";
import type { SecretState, SubscriptionNews, Tables } from "./tables.ts";

/** A stored user. `passwordHash` is a PHC string. */
export type UserRecord = Readonly<
  Omit<Tables["users"], "mustChangePassword" | "createdOn" | "hasOldLogins"> & { mustChangePassword: boolean }
>;

/** A stored company. */
export type CompanyRecord = Readonly<Omit<Tables["companies"], "createdOn">>;

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
export type MemberRecord = Readonly<
  Pick<Tables["users"], "id" | "email" | "disabledOn"> & Pick<Tables["memberships"], "privilege">
>;

/** A company with counts. */
export interface CompanySummary extends CompanyRecord {
  readonly createdOn: string;
  /** Minimum plan that an operator set. Null if billing controls the plan. */
  readonly planFloor: Plan | null;
  readonly members: number;
  readonly activeKeys: number;
}

/** The identity of a user at an identity provider. */
export type IdentityRecord = Readonly<Omit<Tables["userIdentities"], "userId">>;

/** A key and its own rate limit. A limit of null means the server's default. */
export type KeyLimitRecord = Readonly<
  Pick<Tables["apiKeys"], "id" | "companyId" | "name" | "clientId" | "ratePerMinute" | "rateBurst">
>;

/** A stored session. */
export type SessionRecord = Readonly<Omit<Tables["sessions"], "createdOn">>;

/** A session as its user sees it. `company` is set if the user still belongs to it. */
export interface ListedSessionRecord
  extends Readonly<
    Pick<
      Tables["sessions"],
      "id" | "openedWith" | "hostName" | "client" | "ip" | "createdOn" | "lastUsedOn" | "expiresOn"
    >
  > {
  readonly company: { readonly id: string; readonly name: string } | null;
  /** The time of the last use, or else of the creation. The list is ordered by it. */
  readonly orderedBy: string;
}

/** A session with its user and all their companies, for a management call. */
export interface SessionContext {
  readonly session: SessionRecord;
  readonly user: UserRecord;
  readonly memberships: readonly MembershipRecord[];
}

/** A device that a user signed in with. */
export type DeviceTokenRecord = Readonly<Pick<Tables["deviceTokens"], "id" | "userId">>;

/** A sign-in of a device without its digests. */
export type DeviceSignInRecord = Readonly<Omit<Tables["deviceSignIns"], "deviceDigest" | "userDigest">>;

/** A sign-in of a browser that waits for the second factor of its user. */
export type SecondFactorSignInRecord = Readonly<Omit<Tables["secondFactorSignIns"], "digest">>;

/** A stored refresh token: only its digest. */
export type RefreshTokenRecord = Readonly<Pick<Tables["refreshTokens"], "sessionId" | "usedOn">>;

/** An entry of a key's allowlist. `cidr` is canonical. */
export type AllowedIpRecord = Readonly<Omit<Tables["ipAllowlist"], "keyId">>;

/** Time and address of a last use. */
export interface LastUse {
  readonly lastUsedAt: string | null;
  readonly lastUsedIp: string | null;
}

/** A working secret without its digest. */
export interface SecretRecord extends LastUse, Readonly<Omit<Tables["keySecrets"], "digest" | "pepperVersion">> {}

/** The lease of a key: the rotation that may deliver and finish, and when the lease expires. */
export interface LeaseRecord {
  readonly holder: string;
  readonly expiresOn: string;
  /** When an earlier process of the same rotation stops delivering at the latest. Null if there is none. */
  readonly sharedUntil: string | null;
}

/** A place in a list that is ordered by creation time and ID. */
export interface ListPlace {
  readonly createdOn: string;
  readonly id: string;
}

/** A stored key with its allowlist and pending secrets, oldest first. */
export interface KeyRecord
  extends LastUse,
    Readonly<Pick<Tables["apiKeys"], "id" | "name" | "clientId" | "status" | "createdOn" | "rotatedOn" | "revokedOn">> {
  readonly ipAllowlist: readonly AllowedIpRecord[];
  readonly pending: readonly SecretRecord[];
  readonly lease: LeaseRecord | null;
}

declare const locked: unique symbol;

/**
 * The ID of a key that the transaction has locked or created. Changes of a key take one, so code that forgets the lock
 * does not compile. `markFirstUse` takes none, because it is a single guarded statement.
 */
export type LockedKeyId = string & { readonly [locked]: true };

/** A key that was read under its lock. */
export type LockedKey = KeyRecord & { readonly id: LockedKeyId };

/** Columns of a key that change. Omitted ones keep their values. A rate limit of null is the server's default. */
export type KeyChanges = Partial<
  Pick<Tables["apiKeys"], "name" | "status" | "rotatedOn" | "revokedOn" | "ratePerMinute" | "rateBurst">
>;

/** A selection of keys, and the place where it continues. */
export interface KeySelection {
  readonly status?: KeyRecord["status"] | undefined;
  /**
   * Start of the names, in the form of `foldKeyName`. Keys are then ordered by their names in this form and ID. Without
   * it, they are ordered by creation time and ID.
   */
  readonly prefix?: string | undefined;
  /** The last key of the previous step. `rank` is its name in the same form, or its creation time. */
  readonly after?: { readonly rank: string; readonly id: string } | undefined;
}

/** A new secret to store: only its digest. */
export type NewSecret = Readonly<Omit<Tables["keySecrets"], "firstUsedOn" | "keyId">> & { readonly keyId: LockedKeyId };

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
export type IdempotencyRecord = Readonly<Tables["idempotencyRecords"]>;

/** A stored audit event without its hash. */
export type AuditRecord = Readonly<Omit<Tables["auditEvents"], "hash">>;

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
  /** Maximum number of events that the step read. */
  readonly examined: number;
}

/** A position in a company's audit chain: its newest hash, or one that was stored elsewhere. */
export type AuditHead = Readonly<Omit<Tables["auditHeads"], "companyId">>;

/** A last use of a secret, for a batch. */
export type SecretUse = Readonly<Tables["secretUses"]>;

/** A session of an identity provider that this server has taken over. */
export interface ExternalSessionRecord extends Readonly<Omit<Tables["externalSessions"], "needsSecondFactor">> {
  readonly needsSecondFactor: boolean;
}

/** A provider session with the user's address at the provider, which comes from tokens. */
export interface FoundExternalSession extends ExternalSessionRecord {
  readonly email: string | null;
  readonly emailToldOn: string | null;
}

/** The lease of a job: holder and expiry. */
export type JobLeaseRecord = Readonly<Tables["jobLeases"]>;

/** A stale key with its company. Times are as in the key. */
export interface StaleKeyRecord
  extends Pick<LastUse, "lastUsedAt">,
    Readonly<Pick<Tables["apiKeys"], "companyId" | "name" | "clientId" | "createdOn" | "rotatedOn">> {
  readonly companyName: string;
  readonly keyId: string;
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
export interface SubscriptionRecord
  extends Readonly<Pick<Tables["stripeSubscriptions"], "id" | "customerId" | "status" | "toldOn" | "toldBy">> {
  /** IDs and lookup keys of the prices. */
  readonly prices: readonly string[];
  /** Whether one of its prices ever had a plan. */
  readonly hasBoughtPlan: boolean;
  /** Whether Stripe last listed only some of its prices. */
  readonly isIncomplete: boolean;
  /** The newest events, from which all other fields are computed. */
  readonly news: readonly SubscriptionNewsRecord[];
}

/** Who created a trust or an automation token. */
export interface CreatorRecord {
  readonly userId: string;
  readonly email: string;
  /** Whether the user is disabled or no longer a member of the company. */
  readonly hasLeft: boolean;
}

/** What trusts and automation tokens have in common. */
export interface GrantRecord {
  readonly id: string;
  readonly companyId: string;
  readonly name: string;
  readonly may: readonly Scope[];
  readonly keyIds: readonly string[];
  readonly fromCidrs: readonly string[];
  readonly createdOn: string;
  readonly createdBy: CreatorRecord;
}

/** The last allowed run of a trust. */
export interface LastRunRecord extends PipelineRun {
  readonly on: string;
}

/** A trust. */
export interface TrustRecord
  extends GrantRecord,
    Readonly<Pick<Tables["trusts"], "provider" | "issuer" | "ttlSeconds" | "reuse" | "disabledOn">> {
  readonly claims: Readonly<Record<string, string>>;
  readonly lastRun: LastRunRecord | null;
}

/** An allowed or refused exchange of a trust. */
export type TrustEventRecord = Readonly<Tables["trustEvents"]>;

/** What a token allows, for a management call. */
export interface TokenGrant extends Pick<GrantRecord, "id" | "name" | "may" | "keyIds" | "fromCidrs"> {
  readonly company: CompanyRecord;
}

/** A token of a run with its trust, for a management call. */
export interface RunTokenContext
  extends Readonly<Pick<Tables["trusts"], "ttlSeconds" | "disabledOn"> & Pick<Tables["runTokens"], "expiresOn">> {
  readonly grant: TokenGrant;
  readonly run: PipelineRun;
}

/** A secret of an automation token without its digest. */
export type TokenSecretRecord = Readonly<Omit<Tables["automationTokenSecrets"], "digest" | "pepperVersion">>;

/** An automation token. */
export interface AutomationTokenRecord
  extends GrantRecord,
    LastUse,
    Readonly<Pick<Tables["automationTokens"], "lifetimeSeconds" | "revokedOn">> {
  /** The current secret, and then the pending one. */
  readonly secrets: readonly TokenSecretRecord[];
}

/** A presented secret of an automation token with the token, for a management call. */
export interface AutomationTokenContext
  extends Readonly<Pick<Tables["automationTokens"], "revokedOn">>,
    Pick<AutomationTokenRecord, "lastUsedAt"> {
  readonly grant: TokenGrant;
  readonly secret: Pick<TokenSecretRecord, "id" | "state" | "expiresAt">;
}
