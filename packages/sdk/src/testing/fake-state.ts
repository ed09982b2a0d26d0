import type { AllowedIp, ApiKey } from "../models/api-key.ts";
import type { AuditEvent } from "../models/audit-event.ts";
import type { AutomationToken } from "../models/automation-token.ts";
import type { LiveSecret } from "../models/rotation.ts";
import type { Company, ListedSession, User } from "../models/session-info.ts";
import type { PipelineRun, Trust, TrustLogEntry } from "../models/trust.ts";

type Mutable<Shape> = { -readonly [Name in keyof Shape]: Shape[Name] };

/** Plan of a company. */
export type FakePlan = "FREE" | "PRO" | "BUSINESS";

/** A company of the fake server. */
export interface FakeCompany extends Company {
  plan: FakePlan;
}

/** A user of the fake server. */
export interface FakeUser extends Omit<User, "mustChangePassword"> {
  password: string;
  mustChangePassword: boolean;
  /** Privilege by company ID: 1 Super Admin, 2 Admin, 3 Member. */
  readonly privileges: Map<string, number>;
}

/** A session with its tokens. */
export interface FakeSession {
  readonly id: string;
  readonly userId: string;
  companyId: string;
  refreshToken: string;
  isEnded: boolean;
  readonly opening: FakeOpening;
  readonly createdOn: string;
  lastUsedOn: string;
}

/** How a session was opened, as the list of sessions shows it. */
export type FakeOpening = Pick<ListedSession, "openedWith" | "hostName" | "client" | "ip">;

/** A device of a user, and the last session on it. */
export interface FakeDevice {
  readonly userId: string;
  session: FakeSession;
}

/** A device sign-in that a user approves in a browser. */
export interface FakeDeviceSignIn {
  readonly userCode: string;
  readonly hostName: string;
  readonly clientVersion: string;
  readonly expiresAtMs: number;
  intervalMs: number;
  polledAtMs: number | null;
  /** The decision of the user. */
  decision: "open" | "denied" | { readonly user: FakeUser; readonly companyId: string };
  /**
   * The session that it opened. The next fields are its first refresh token and the time at which the code was used.
   */
  session: FakeSession | null;
  refreshToken?: string;
  spentAtMs: number | null;
}

/** An access token and its expiry. */
export interface FakeToken {
  readonly session: FakeSession;
  readonly companyId: string;
  readonly expiresAtMs: number;
}

/** A secret of a key, in plain text. The real server stores only a hash. Its ID is also that of its rotation. */
export interface FakeSecret extends Mutable<Omit<LiveSecret, "leaseExpiresOn">> {
  readonly text: string;
  /** ID of the trust or automation token that started the rotation. */
  readonly grantId: string | null;
}

/** The rotation of a key that may deliver, or that delivered last. */
export interface FakeLease {
  readonly holder: string;
  readonly expiresOn: string;
  /** When another process of the same rotation stops delivering at the latest. */
  readonly sharedUntil: string | null;
}

/** A key with its secrets. */
export interface FakeKey extends Mutable<Required<Omit<ApiKey, "status" | "ipAllowlist" | "rotation">>> {
  readonly companyId: string;
  /** Includes expired secrets. */
  secrets: FakeSecret[];
  lease: FakeLease | null;
  allowlist: AllowedIp[];
}

/** The creator of a trust or an automation token. */
export interface FakeCreator {
  readonly companyId: string;
  readonly createdById: string;
}

/** A trust with its log. */
export interface FakeTrust extends FakeCreator, Mutable<Omit<Trust, "createdBy" | "warnings">> {
  /** Oldest first. */
  readonly log: TrustLogEntry[];
}

/** An automation token. Its tokens are stored in plain text, whereas the real server stores only digests. */
export interface FakeAutomationToken extends FakeCreator, Mutable<Omit<AutomationToken, "createdBy" | "pendingSince">> {
  /** How long a new token works by default. */
  readonly lifeMs: number;
  current: string;
  pending: { readonly text: string; readonly since: string; readonly expiresAt: string } | null;
}

/** The permissions of a token of a job or of an automation token. `id` is that of the trust or the automation token. */
export interface FakeGrant {
  readonly kind: "trust" | "token";
  readonly id: string;
  readonly expiresAtMs: number;
  readonly run: PipelineRun | null;
}

/** An audit event with its company. */
export interface FakeEvent extends AuditEvent {
  readonly companyId: string | null;
}

/** A response with a secret, before it is stored for replays. */
export interface CreatedSecret {
  readonly status: number;
  readonly body: object;
  readonly secretId: string;
}

/** A response that is stored for replays. */
export interface FakeStoredAnswer extends CreatedSecret {
  readonly request: string;
  readonly expiresAtMs: number;
}

/** The state of the fake server. */
export class FakeState {
  readonly companies = new Map<string, FakeCompany>();
  readonly users = new Map<string, FakeUser>();
  readonly tokens = new Map<string, FakeToken>();
  /** Oldest first. */
  readonly sessions: FakeSession[] = [];
  /** Sessions by all their refresh tokens, also used ones, to detect reuse. */
  readonly refreshTokens = new Map<string, FakeSession>();
  /** Devices by token. */
  readonly devices = new Map<string, FakeDevice>();
  /** Device sign-ins by device code. */
  readonly deviceSignIns = new Map<string, FakeDeviceSignIn>();
  readonly keys = new Map<string, FakeKey>();
  /** Stored responses by user and Idempotency-Key. */
  readonly answers = new Map<string, FakeStoredAnswer>();
  readonly trusts = new Map<string, FakeTrust>();
  readonly automationTokens = new Map<string, FakeAutomationToken>();
  /** Grants by token. */
  readonly grants = new Map<string, FakeGrant>();
  /**
   * Claims of the platform tokens that this fake server issued, by token. `spent` counts how often each was exchanged.
   */
  readonly idTokens = new Map<string, Readonly<Record<string, unknown>>>();
  readonly spent = new Map<string, number>();
  /** Oldest first. */
  readonly events: FakeEvent[] = [];
  readonly now: () => Date;
  readonly leaseSeconds: number;
  readonly devicePollSeconds: number;

  constructor(now: () => Date, leaseSeconds: number, devicePollSeconds: number) {
    this.now = now;
    this.leaseSeconds = leaseSeconds;
    this.devicePollSeconds = devicePollSeconds;
  }
}
