import type { AllowedIp, ApiKey } from "../models/api-key.ts";
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

/** An access token and until when it counts. */
export interface FakeToken {
  readonly session: FakeSession;
  readonly companyId: string;
  readonly expiresAtMs: number;
}

/** A key with the secret that the real server would only keep a hash of. */
export interface FakeKey {
  readonly id: string;
  readonly companyId: string;
  readonly clientId: string;
  readonly createdOn: string;
  name: string;
  secret: string;
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

/** Everything the fake server knows. */
export interface FakeState {
  readonly companies: Map<string, FakeCompany>;
  readonly users: Map<string, FakeUser>;
  readonly tokens: Map<string, FakeToken>;
  /** Sessions by every refresh token they ever had, so that a reuse is noticed. */
  readonly refreshTokens: Map<string, FakeSession>;
  readonly keys: Map<string, FakeKey>;
  /** Oldest first. */
  readonly events: FakeEvent[];
  now(): Date;
}

/** An empty state. */
export function createFakeState(now: () => Date): FakeState {
  return {
    companies: new Map(),
    users: new Map(),
    tokens: new Map(),
    refreshTokens: new Map(),
    keys: new Map(),
    events: [],
    now,
  };
}

/** A key as it goes over the wire. */
export function presentKey(key: FakeKey): ApiKey {
  const { id, name, clientId, createdOn, lastUsedAt, lastUsedIp, rotatedOn, revokedOn } = key;
  return {
    id,
    name,
    clientId,
    status: revokedOn === null ? "active" : "revoked",
    lastUsedAt,
    createdOn,
    ipAllowlist: key.allowlist,
    lastUsedIp,
    rotatedOn,
    revokedOn,
    rotation: null,
  };
}
