import type { Generated } from "kysely";
import type { Plan, Privilege } from "../domain/access.ts";

/** Columns of both engines: times are ISO 8601 text, flags are 0 or 1, digests are bytes. */
export interface Tables {
  companies: { id: string; name: string; plan: Plan; created_on: string };
  /** Names by which companies are found, in the form in which names are compared. */
  company_names: { name_key: string; company_id: string };
  /** Minimum plan of a company, set by an operator. */
  plan_floors: { company_id: string; plan: Plan; set_on: string };
  users: {
    id: string;
    email: string;
    username: string | null;
    first_name: string;
    last_name: string;
    password_hash: string;
    must_change_password: number;
    disabled_on: string | null;
    created_on: string;
    /** 1 for non-ASCII logins from the time when Unicode's case rules applied. */
    has_old_logins: Generated<number>;
  };
  memberships: { user_id: string; company_id: string; privilege: Privilege; created_on: string };
  sessions: {
    id: string;
    user_id: string;
    company_id: string;
    created_on: string;
    expires_on: string;
    revoked_on: string | null;
  };
  refresh_tokens: {
    digest: Buffer;
    session_id: string;
    created_on: string;
    used_on: string | null;
  };
  device_tokens: {
    id: string;
    digest: Buffer;
    user_id: string;
    /** The last session on the device. It may have been removed. */
    session_id: string;
    created_on: string;
    /** Null until the token is used for the first time. */
    last_used_on: string | null;
    expires_on: string;
  };
  api_keys: {
    id: string;
    company_id: string;
    name: string;
    client_id: string;
    status: "active" | "revoked";
    created_on: string;
    rotated_on: string | null;
    revoked_on: string | null;
    rate_per_minute: number | null;
    rate_burst: number | null;
    /** The rotation that holds or last held the lease. See `domain/rotations/rotation-lease.ts`. */
    lease_holder: string | null;
    lease_expires_on: string | null;
    lease_shared_until: string | null;
  };
  key_secrets: {
    digest: Buffer;
    id: string;
    key_id: string;
    state: SecretState;
    pepper_version: string;
    created_on: string;
    /** Deadline of a retiring secret, or of an unused pending one. Null for the current secret. */
    expires_on: string | null;
    /** Written once, for a pending secret only. */
    first_used_on: string | null;
    created_by: string | null;
  };
  secret_uses: { key_id: string; secret_id: string; used_on: string; ip: string | null };
  ip_allowlist: {
    id: string;
    key_id: string;
    cidr: string;
    note: string | null;
    created_on: string;
    expires_at: string | null;
  };
  audit_events: {
    company_id: string;
    seq: number;
    id: string;
    created_on: string;
    action: string;
    actor_id: string | null;
    actor_email: string | null;
    key_id: string | null;
    key_name: string | null;
    ip: string | null;
    request_id: string | null;
    details: string;
    pepper_version: string;
    hash: Buffer;
  };
  idempotency_records: {
    digest: Buffer;
    request_digest: Buffer;
    secret_id: string | null;
    sealed: Buffer | null;
    expires_on: string;
  };
  audit_heads: { company_id: string; seq: number; hash: Buffer };
  user_identities: {
    provider: string;
    subject: string;
    user_id: string;
    linked_on: string;
    /** The user's address at the provider, and the time of the token that contained it. Null until a token does. */
    email: string | null;
    email_told_on: string | null;
  };
  external_sessions: {
    provider: string;
    external_id: string;
    subject: string;
    needs_second_factor: number;
    /** Null if the session has ended and was removed. */
    session_id: string | null;
  };
  browser_sessions: { digest: Buffer; session_id: string };
  spent_sign_ins: { digest: Buffer; expires_on: string };
  job_leases: { job: string; holder: string; expires_on: string };
  stripe_events: { id: string; received_on: string };
  /** Null until the company of the customer is known. */
  stripe_customers: { id: string; company_id: string | null };
  stripe_subscriptions: {
    id: string;
    customer_id: string;
    status: string;
    /** JSON array of price IDs and lookup keys. */
    prices: string;
    /** Time and kind of the newest event. */
    told_on: string;
    told_by: SubscriptionNews;
    has_bought_plan: number;
    /** 1 if the newest event listed only some of the prices. */
    is_incomplete: number;
    /** JSON array of the newest events, from which the other columns are computed. */
    news: string;
  };
}

/** State of a working secret. Ended secrets have no row. */
export type SecretState = "current" | "pending" | "retiring";

/** Kind of a subscription event. */
export type SubscriptionNews = "created" | "updated" | "deleted";
