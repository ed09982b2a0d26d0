import type { Tables } from "../tables.ts";

/** Type of a column in an export. */
export type ColumnKind = "text" | "integer" | "bytes";

/** Columns and key columns of a table. */
export interface TableShape {
  readonly key: readonly string[];
  readonly columns: Readonly<Record<string, ColumnKind>>;
}

/** All tables, ordered so that rows refer only to earlier rows. A missing table or column does not compile. */
export const tableShapes: {
  readonly [T in keyof Tables]: {
    readonly key: readonly (keyof Tables[T] & string)[];
    readonly columns: Readonly<Record<keyof Tables[T] & string, ColumnKind>>;
  };
} = {
  companies: { key: ["id"], columns: { id: "text", name: "text", plan: "text", created_on: "text" } },
  company_names: { key: ["name_key"], columns: { name_key: "text", company_id: "text" } },
  plan_floors: { key: ["company_id"], columns: { company_id: "text", plan: "text", set_on: "text" } },
  users: {
    key: ["id"],
    columns: {
      id: "text",
      email: "text",
      username: "text",
      first_name: "text",
      last_name: "text",
      password_hash: "text",
      must_change_password: "integer",
      disabled_on: "text",
      created_on: "text",
      has_old_logins: "integer",
    },
  },
  memberships: {
    key: ["user_id", "company_id"],
    columns: { user_id: "text", company_id: "text", privilege: "integer", created_on: "text" },
  },
  sessions: {
    key: ["id"],
    columns: {
      id: "text",
      user_id: "text",
      company_id: "text",
      created_on: "text",
      expires_on: "text",
      revoked_on: "text",
    },
  },
  refresh_tokens: {
    key: ["digest"],
    columns: { digest: "bytes", session_id: "text", created_on: "text", used_on: "text" },
  },
  device_tokens: {
    key: ["id"],
    columns: {
      id: "text",
      digest: "bytes",
      user_id: "text",
      session_id: "text",
      created_on: "text",
      last_used_on: "text",
      expires_on: "text",
    },
  },
  api_keys: {
    key: ["id"],
    columns: {
      id: "text",
      company_id: "text",
      name: "text",
      client_id: "text",
      status: "text",
      created_on: "text",
      rotated_on: "text",
      revoked_on: "text",
      rate_per_minute: "integer",
      rate_burst: "integer",
      lease_holder: "text",
      lease_expires_on: "text",
      lease_shared_until: "text",
    },
  },
  key_secrets: {
    key: ["digest"],
    columns: {
      digest: "bytes",
      id: "text",
      key_id: "text",
      state: "text",
      pepper_version: "text",
      created_on: "text",
      expires_on: "text",
      first_used_on: "text",
      created_by: "text",
    },
  },
  secret_uses: {
    key: ["key_id", "secret_id"],
    columns: { key_id: "text", secret_id: "text", used_on: "text", ip: "text" },
  },
  ip_allowlist: {
    key: ["id"],
    columns: { id: "text", key_id: "text", cidr: "text", note: "text", created_on: "text", expires_at: "text" },
  },
  audit_events: {
    key: ["company_id", "seq"],
    columns: {
      company_id: "text",
      seq: "integer",
      id: "text",
      created_on: "text",
      action: "text",
      actor_id: "text",
      actor_email: "text",
      key_id: "text",
      key_name: "text",
      ip: "text",
      request_id: "text",
      details: "text",
      pepper_version: "text",
      hash: "bytes",
    },
  },
  audit_heads: { key: ["company_id"], columns: { company_id: "text", seq: "integer", hash: "bytes" } },
  idempotency_records: {
    key: ["digest"],
    columns: { digest: "bytes", request_digest: "bytes", secret_id: "text", sealed: "bytes", expires_on: "text" },
  },
  user_identities: {
    key: ["provider", "subject"],
    columns: {
      provider: "text",
      subject: "text",
      user_id: "text",
      linked_on: "text",
      email: "text",
      email_told_on: "text",
    },
  },
  external_sessions: {
    key: ["provider", "external_id"],
    columns: {
      provider: "text",
      external_id: "text",
      subject: "text",
      needs_second_factor: "integer",
      session_id: "text",
    },
  },
  browser_sessions: { key: ["digest"], columns: { digest: "bytes", session_id: "text" } },
  spent_sign_ins: { key: ["digest"], columns: { digest: "bytes", expires_on: "text" } },
  job_leases: { key: ["job"], columns: { job: "text", holder: "text", expires_on: "text" } },
  stripe_events: { key: ["id"], columns: { id: "text", received_on: "text" } },
  stripe_customers: { key: ["id"], columns: { id: "text", company_id: "text" } },
  stripe_subscriptions: {
    key: ["id"],
    columns: {
      id: "text",
      customer_id: "text",
      status: "text",
      prices: "text",
      told_on: "text",
      told_by: "text",
      has_bought_plan: "integer",
      is_incomplete: "integer",
      news: "text",
    },
  },
};

/** The same as a list. */
export const listedShapes: readonly (readonly [keyof Tables, TableShape])[] = Object.entries(tableShapes) as [
  keyof Tables,
  TableShape,
][];
