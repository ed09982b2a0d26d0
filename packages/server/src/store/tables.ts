import type { Generated } from "kysely";
import type { Plan, Privilege } from "../domain/access.ts";

/** Columns as both engines store them: times are ISO 8601 text, flags 0 or 1, digests bytes. */
export interface Tables {
  companies: { id: string; name: string; plan: Plan; created_on: string };
  /** By which name a company is found, in the form in which names are compared. */
  company_names: { name_key: string; company_id: string };
  /** The least plan of a company, which an operator decided on. */
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
    /** 1 for logins with other characters than ASCII from the time when Unicode's case rules folded them. */
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
    /** The session that was last opened on the device. It may be gone. */
    session_id: string;
    created_on: string;
    /** Null until the token is presented for the first time. */
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
    /** The rotation whose run may deliver now; see `domain/rotation-lease.ts`. */
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
    /** Deadline of a retiring secret, and of a pending one that is not used; null for the current one. */
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
    /** The user's address at the provider, and when a token last said so; null until one has. */
    email: string | null;
    email_told_on: string | null;
  };
  external_sessions: {
    provider: string;
    external_id: string;
    subject: string;
    needs_second_factor: number;
    /** Null when the session has ended so long ago that it was removed. */
    session_id: string | null;
  };
  browser_sessions: { digest: Buffer; session_id: string };
  spent_sign_ins: { digest: Buffer; expires_on: string };
  job_leases: { job: string; holder: string; expires_on: string };
  stripe_events: { id: string; received_on: string };
  /** Null: nothing has said yet whose customer this is. */
  stripe_customers: { id: string; company_id: string | null };
  stripe_subscriptions: {
    id: string;
    customer_id: string;
    status: string;
    /** JSON array of price ids and lookup keys. */
    prices: string;
    /** When and by what kind of event Stripe told this. */
    told_on: string;
    told_by: SubscriptionNews;
    has_bought_plan: number;
    /** 1 while the newest event listed only a part of the prices. */
    is_incomplete: number;
    /** JSON array of the newest events, from which the rest of the row is computed. */
    news: string;
  };
}

/** What a live secret is to its key. Ended secrets have no row. */
export type SecretState = "current" | "pending" | "retiring";

/** What Stripe told of a subscription. */
export type SubscriptionNews = "created" | "updated" | "deleted";
