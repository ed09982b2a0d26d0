import type { AllowedIp } from "../models/api-key.ts";
import type { AuditEvent } from "../models/audit-event.ts";
import type { AutomationToken } from "../models/automation-token.ts";
import type { PipelineRun, Trust, TrustLogEntry } from "../models/trust.ts";

/** Plan of a company. */
export type FakePlan = "FREE" | "PRO" | "BUSINESS";

/** A company of the fake server. */
export interface FakeCompany {
  readonly id: string;
  readonly name: string;
  plan: FakePlan;
}

/** A user of the fake server. */
export interface FakeUser {
  readonly id: string;
  readonly email: string;
  readonly firstName: string;
  readonly lastName: string;
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
export interface FakeOpening {
  readonly openedWith: "password" | "device";
  readonly hostName: string | null;
  readonly client: string | null;
  readonly ip: string | null;
}

/** A device of a user, and the last session on it. */
export interface FakeDevice {
  readonly userId: string;
  session: FakeSession;
}

/** A sign-in of a device that a user approves in a browser. */
export interface FakeDeviceSignIn {
  readonly userCode: string;
  readonly hostName: string;
  readonly clientVersion: string;
  readonly expiresAtMs: number;
  intervalMs: number;
  polledAtMs: number | null;
  /** What the user decided. */
  decision: "open" | "denied" | { readonly user: FakeUser; readonly companyId: string };
  /** The session that it opened, its first refresh token, and when. */
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

/** A secret of a key, in plain text. The real server stores only a hash. */
export interface FakeSecret {
  /** Also the ID of its rotation. */
  readonly id: string;
  readonly text: string;
  readonly createdOn: string;
  readonly createdBy: string | null;
  /** ID of the trust or automation token that started the rotation. */
  readonly grantId: string | null;
  state: "current" | "pending" | "retiring";
  expiresOn: string | null;
  firstUsedOn: string | null;
  lastUsedAt: string | null;
  lastUsedIp: string | null;
}

/** The rotation of a key that may deliver, or that delivered last. */
export interface FakeLease {
  readonly holder: string;
  readonly expiresOn: string;
  /** When another process of the same rotation stops delivering at the latest. */
  readonly sharedUntil: string | null;
}

/** A key with its secrets. */
export interface FakeKey {
  readonly id: string;
  readonly companyId: string;
  readonly clientId: string;
  readonly createdOn: string;
  name: string;
  /** Includes expired secrets. */
  secrets: FakeSecret[];
  lease: FakeLease | null;
  allowlist: AllowedIp[];
  lastUsedAt: string | null;
  lastUsedIp: string | null;
  rotatedOn: string | null;
  revokedOn: string | null;
}

/** Who created a trust or an automation token. */
export interface FakeCreator {
  readonly companyId: string;
  readonly createdById: string;
}

/** A trust with its log. */
export interface FakeTrust extends FakeCreator, Omit<Trust, "createdBy" | "warnings"> {
  disabledOn: Trust["disabledOn"];
  lastRun: Trust["lastRun"];
  /** Oldest first. */
  readonly log: TrustLogEntry[];
}

/** An automation token. Its texts are in plain text, and the real server stores only digests. */
export interface FakeAutomationToken extends FakeCreator, Omit<AutomationToken, "createdBy" | "pendingSince"> {
  expiresAt: string;
  /** How long a new token works by default. */
  readonly lifeMs: number;
  revokedOn: string | null;
  lastUsedAt: string | null;
  lastUsedIp: string | null;
  current: string;
  pending: { readonly text: string; readonly since: string; readonly expiresAt: string } | null;
}

/** What a token of a job or an automation token may do. `id` is that of the trust or the automation token. */
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

/** A response that is stored for replays. */
export interface FakeStoredAnswer {
  readonly request: string;
  readonly secretId: string;
  readonly status: number;
  readonly body: object;
  readonly expiresAtMs: number;
}

/** The state of the fake server. */
export interface FakeState {
  readonly companies: Map<string, FakeCompany>;
  readonly users: Map<string, FakeUser>;
  readonly tokens: Map<string, FakeToken>;
  /** Oldest first. */
  readonly sessions: FakeSession[];
  /** Sessions by all their refresh tokens, also used ones, to detect reuse. */
  readonly refreshTokens: Map<string, FakeSession>;
  /** Devices by token. */
  readonly devices: Map<string, FakeDevice>;
  /** Sign-ins of devices by device code. */
  readonly deviceSignIns: Map<string, FakeDeviceSignIn>;
  readonly keys: Map<string, FakeKey>;
  /** Stored responses by user and Idempotency-Key. */
  readonly answers: Map<string, FakeStoredAnswer>;
  readonly trusts: Map<string, FakeTrust>;
  readonly automationTokens: Map<string, FakeAutomationToken>;
  /** Grants by token. */
  readonly grants: Map<string, FakeGrant>;
  /** Tokens of platforms that this fake issued, and how often each was exchanged. */
  readonly idTokens: Set<string>;
  readonly spent: Map<string, number>;
  /** Oldest first. */
  readonly events: FakeEvent[];
  readonly leaseSeconds: number;
  readonly devicePollSeconds: number;
  now(): Date;
}

/** Returns an empty state. */
export function createFakeState(now: () => Date, leaseSeconds: number, devicePollSeconds: number): FakeState {
  return {
    companies: new Map(),
    users: new Map(),
    tokens: new Map(),
    sessions: [],
    refreshTokens: new Map(),
    devices: new Map(),
    deviceSignIns: new Map(),
    keys: new Map(),
    answers: new Map(),
    trusts: new Map(),
    automationTokens: new Map(),
    grants: new Map(),
    idTokens: new Set(),
    spent: new Map(),
    events: [],
    leaseSeconds,
    devicePollSeconds,
    now,
  };
}
