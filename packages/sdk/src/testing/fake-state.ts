import type { AllowedIp } from "../models/api-key.ts";
import type { AuditEvent } from "../models/audit-event.ts";

/** What a company may do with keys. */
export type FakePlan = "FREE" | "PRO" | "BUSINESS";

/** A company of the fake server. */
export interface FakeCompany {
  readonly id: string;
  readonly name: string;
  plan: FakePlan;
}

/** A person of the fake server. */
export interface FakeUser {
  readonly id: string;
  readonly email: string;
  readonly firstName: string;
  readonly lastName: string;
  password: string;
  mustChangePassword: boolean;
  /** Privilege by company id: 1 Super Admin, 2 Admin, 3 Member. */
  readonly privileges: Map<string, number>;
}

/** A session: its tokens, and whether it was ended. */
export interface FakeSession {
  readonly id: string;
  readonly userId: string;
  companyId: string;
  refreshToken: string;
  isEnded: boolean;
}

/** A device that a user signed in with, and the session that was last opened on it. */
export interface FakeDevice {
  readonly userId: string;
  session: FakeSession;
}

/** An access token and until when it counts. */
export interface FakeToken {
  readonly session: FakeSession;
  readonly companyId: string;
  readonly expiresAtMs: number;
}

/** A secret of a key, with the text that the real server would only keep a hash of. */
export interface FakeSecret {
  /** Also the id of its rotation. */
  readonly id: string;
  readonly text: string;
  readonly createdOn: string;
  readonly createdBy: string | null;
  state: "current" | "pending" | "retiring";
  expiresOn: string | null;
  firstUsedOn: string | null;
  lastUsedAt: string | null;
  lastUsedIp: string | null;
}

/** Which rotation of a key may deliver, or delivered last. */
export interface FakeLease {
  readonly holder: string;
  readonly expiresOn: string;
  /** Until when another process of the same rotation may still deliver. */
  readonly sharedUntil: string | null;
}

/** A key with its secrets. */
export interface FakeKey {
  readonly id: string;
  readonly companyId: string;
  readonly clientId: string;
  readonly createdOn: string;
  name: string;
  /** Those past their deadline too. */
  secrets: FakeSecret[];
  lease: FakeLease | null;
  allowlist: AllowedIp[];
  lastUsedAt: string | null;
  lastUsedIp: string | null;
  rotatedOn: string | null;
  revokedOn: string | null;
}

/** An audit event and the company it belongs to. */
export interface FakeEvent extends AuditEvent {
  readonly companyId: string | null;
}

/** An answer that is given again to the same call. */
export interface FakeStoredAnswer {
  readonly request: string;
  readonly secretId: string;
  readonly status: number;
  readonly body: object;
  readonly expiresAtMs: number;
}

/** Everything the fake server knows. */
export interface FakeState {
  readonly companies: Map<string, FakeCompany>;
  readonly users: Map<string, FakeUser>;
  readonly tokens: Map<string, FakeToken>;
  /** Sessions by every refresh token they ever had, so that a reuse is noticed. */
  readonly refreshTokens: Map<string, FakeSession>;
  /** Devices by their token. */
  readonly devices: Map<string, FakeDevice>;
  readonly keys: Map<string, FakeKey>;
  /** Answers by whose Idempotency-Key they were for. */
  readonly answers: Map<string, FakeStoredAnswer>;
  /** Oldest first. */
  readonly events: FakeEvent[];
  readonly leaseSeconds: number;
  now(): Date;
}

/** An empty state. */
export function createFakeState(now: () => Date, leaseSeconds: number): FakeState {
  return {
    companies: new Map(),
    users: new Map(),
    tokens: new Map(),
    refreshTokens: new Map(),
    devices: new Map(),
    keys: new Map(),
    answers: new Map(),
    events: [],
    leaseSeconds,
    now,
  };
}
