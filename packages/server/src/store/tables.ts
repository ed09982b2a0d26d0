import type { Generated } from "kysely";
import type { Plan, Privilege } from "../domain/access.ts";
import type { ProviderName } from "../domain/trusts/provider.ts";

/** State of a working secret. Ended secrets have no row. */
export type SecretState = "current" | "pending" | "retiring";

/** State of the sign-in of a device. It is spent once it has opened a session. */
export type DeviceSignInState = "open" | "approved" | "denied" | "spent";

/** How a session was opened. `provider` is the first use of a token that an identity provider issued. */
export type SessionOpening = "password" | "browser" | "device" | "provider";

/** Kind of a subscription event. */
export type SubscriptionNews = "created" | "updated" | "deleted";

/** A column: its type in an export, and the type of its values. Only the compiler uses `value`. */
interface Column<Value = unknown> {
  readonly kind: "text" | "integer" | "bytes";
  readonly value?: Value;
}

/** Key columns and columns of a table. */
export interface TableShape {
  readonly key: readonly string[];
  readonly columns: Readonly<Record<string, Column>>;
}

type Value<C> = C extends Column<infer V> ? V : never;
type CamelCase<S> = S extends `${infer Head}_${infer Tail}` ? `${Head}${Capitalize<CamelCase<Tail>>}` : S;

const text: Column<string> = { kind: "text" };
const optionalText: Column<string | null> = { kind: "text" };
const integer: Column<number> = { kind: "integer" };
const optionalInteger: Column<number | null> = { kind: "integer" };
const generatedInteger: Column<Generated<number>> = { kind: "integer" };
const bytes: Column<Buffer> = { kind: "bytes" };

/** Returns a table. The compiler checks that the key consists of its columns. */
function table<Columns extends Record<string, Column>>(
  key: readonly (keyof Columns & string)[],
  columns: Columns,
): { readonly key: readonly string[]; readonly columns: Columns } {
  return { key, columns };
}

/**
 * All tables of both engines, ordered so that rows refer only to earlier rows. Times are ISO 8601 text, flags are 0 or
 * 1, digests are bytes.
 */
export const tableShapes = {
  companies: table(["id"], { id: text, name: text, plan: text as Column<Plan>, created_on: text }),
  /** Names by which companies are found, in the form in which names are compared. */
  company_names: table(["name_key"], { name_key: text, company_id: text }),
  /** Minimum plan of a company, set by an operator. */
  plan_floors: table(["company_id"], { company_id: text, plan: text as Column<Plan>, set_on: text }),
  users: table(["id"], {
    id: text,
    email: text,
    username: optionalText,
    first_name: text,
    last_name: text,
    password_hash: text,
    must_change_password: integer,
    disabled_on: optionalText,
    created_on: text,
    /** 1 for non-ASCII logins from the time when Unicode's case rules applied. */
    has_old_logins: generatedInteger,
  }),
  memberships: table(["user_id", "company_id"], {
    user_id: text,
    company_id: text,
    privilege: integer as Column<Privilege>,
    created_on: text,
  }),
  sessions: table(["id"], {
    id: text,
    user_id: text,
    company_id: text,
    created_on: text,
    expires_on: text,
    revoked_on: optionalText,
    /** Refreshes do not extend the session beyond this time. Null if they can extend it without a limit. */
    ends_on: optionalText,
    /** How and from where it was opened, and its last sign-in or refresh. Null for sessions of older versions. */
    opened_with: optionalText as Column<SessionOpening | null>,
    /** The name that a device gave itself. Null for other sessions. */
    host_name: optionalText,
    client: optionalText,
    ip: optionalText,
    last_used_on: optionalText,
  }),
  refresh_tokens: table(["digest"], { digest: bytes, session_id: text, created_on: text, used_on: optionalText }),
  device_tokens: table(["id"], {
    id: text,
    digest: bytes,
    user_id: text,
    /** The last session on the device. It may have been removed. */
    session_id: text,
    created_on: text,
    /** Null until the token is used for the first time. */
    last_used_on: optionalText,
    expires_on: text,
  }),
  /** Sign-ins of devices that a user approves in a browser (RFC 8628). */
  device_sign_ins: table(["id"], {
    id: text,
    device_digest: bytes,
    user_digest: bytes,
    state: text as Column<DeviceSignInState>,
    host_name: text,
    client_version: text,
    ip: optionalText,
    /** Client network of the address, to count its open sign-ins. */
    network: text,
    created_on: text,
    expires_on: text,
    /** How long the device must wait between two polls. It grows when the device polls too often. */
    interval_seconds: integer,
    polled_on: optionalText,
    /** The user who approved the sign-in, and the company for which they did. */
    user_id: optionalText,
    company_id: optionalText,
    approving_session_id: optionalText,
    /** When the session must end. Null if refreshes can extend it. */
    ends_on: optionalText,
    /** The session of the device, and when it was opened. */
    session_id: optionalText,
    spent_on: optionalText,
  }),
  api_keys: table(["id"], {
    id: text,
    company_id: text,
    name: text,
    client_id: text,
    status: text as Column<"active" | "revoked">,
    created_on: text,
    rotated_on: optionalText,
    revoked_on: optionalText,
    rate_per_minute: optionalInteger,
    rate_burst: optionalInteger,
    /** The rotation that holds or last held the lease. See `domain/rotations/rotation-lease.ts`. */
    lease_holder: optionalText,
    lease_expires_on: optionalText,
    lease_shared_until: optionalText,
  }),
  key_secrets: table(["digest"], {
    digest: bytes,
    /** For a pending secret, this is the ID of its rotation. It does not change when the secret becomes current. */
    id: text,
    key_id: text,
    state: text as Column<SecretState>,
    pepper_version: text,
    created_on: text,
    /** Deadline of a retiring secret, or of a pending one that was neither used nor possibly delivered. */
    expires_on: optionalText,
    /** Written once, for a pending secret only. */
    first_used_on: optionalText,
    /** Email address of the user who started the rotation, or the name of the trust or token. Null if unknown. */
    created_by: optionalText,
    /** ID of the trust or automation token that started the rotation. Null for users. */
    pipeline_id: optionalText,
  }),
  secret_uses: table(["key_id", "secret_id"], { key_id: text, secret_id: text, used_on: text, ip: optionalText }),
  ip_allowlist: table(["id"], {
    id: text,
    key_id: text,
    /** In canonical form. */
    cidr: text,
    note: optionalText,
    created_on: text,
    expires_at: optionalText,
  }),
  audit_events: table(["company_id", "seq"], {
    company_id: text,
    seq: integer,
    id: text,
    created_on: text,
    action: text,
    actor_id: optionalText,
    actor_email: optionalText,
    key_id: optionalText,
    key_name: optionalText,
    ip: optionalText,
    request_id: optionalText,
    /** JSON text as it was hashed. */
    details: text,
    pepper_version: text,
    hash: bytes,
  }),
  audit_heads: table(["company_id"], { company_id: text, seq: integer, hash: bytes }),
  idempotency_records: table(["digest"], {
    digest: bytes,
    request_digest: bytes,
    /** The secret in the response. */
    secret_id: optionalText,
    sealed: bytes as Column<Buffer | null>,
    expires_on: text,
  }),
  user_identities: table(["provider", "subject"], {
    provider: text,
    subject: text,
    user_id: text,
    linked_on: text,
    /**
     * The user's address at the provider, and the time of the token that contained it. Null until a token contains one.
     */
    email: optionalText,
    email_told_on: optionalText,
  }),
  external_sessions: table(["provider", "external_id"], {
    provider: text,
    /** ID of the session at the provider. */
    external_id: text,
    /** ID of the user at the provider. */
    subject: text,
    /** 1 if its tokens must contain a second factor. */
    needs_second_factor: integer,
    /** Null if the session has ended and was removed. It then stays ended. */
    session_id: optionalText,
  }),
  browser_sessions: table(["digest"], { digest: bytes, session_id: text }),
  spent_sign_ins: table(["digest"], { digest: bytes, expires_on: text }),
  /** Sign-ins of browsers whose users must still present the second factor. */
  second_factor_sign_ins: table(["id"], {
    id: text,
    /** Digest of the ticket in the cookie of the browser. */
    digest: bytes,
    user_id: text,
    /** The provider's access token and the rest of the sign-in, encrypted. */
    sealed: bytes,
    wrong_codes: integer,
    expires_on: text,
  }),
  job_leases: table(["job"], { job: text, holder: text, expires_on: text }),
  stripe_events: table(["id"], { id: text, received_on: text }),
  /** Null until the company of the customer is known. */
  stripe_customers: table(["id"], { id: text, company_id: optionalText }),
  stripe_subscriptions: table(["id"], {
    id: text,
    customer_id: text,
    status: text,
    /** JSON array of price IDs and lookup keys. */
    prices: text,
    /** Time and kind of the newest event. */
    told_on: text,
    told_by: text as Column<SubscriptionNews>,
    has_bought_plan: integer,
    /** 1 if the newest event listed only some of the prices. */
    is_incomplete: integer,
    /** JSON array of the newest events, from which the other columns are computed. */
    news: text,
  }),
  trusts: table(["id"], {
    id: text,
    company_id: text,
    name: text,
    provider: text as Column<ProviderName>,
    issuer: text,
    /** JSON object of the expected claims. */
    claims: text,
    /** JSON array of scopes. */
    may: text,
    ttl_seconds: integer,
    /** JSON array of networks in canonical form. Every address is allowed if it is empty. */
    from_cidrs: text,
    /** How often one assertion can be exchanged. */
    reuse: integer,
    created_on: text,
    created_by: text,
    disabled_on: optionalText,
    /** JSON object of the last allowed run. */
    last_run: optionalText,
  }),
  trust_keys: table(["trust_id", "key_id"], { trust_id: text, key_id: text }),
  /** Allowed and refused exchanges of a trust. */
  trust_events: table(["id"], {
    id: text,
    trust_id: text,
    created_on: text,
    outcome: text as Column<"allowed" | "refused">,
    /** Error type of a refusal. */
    type: optionalText,
    /** The first claim that was not as expected, and its value in the token. */
    claim: optionalText,
    has: optionalText,
    repository: text,
    workflow: text,
    run_id: text,
    ip: optionalText,
  }),
  run_tokens: table(["digest"], {
    digest: bytes,
    trust_id: text,
    created_on: text,
    expires_on: text,
    repository: text,
    workflow: text,
    run_id: text,
  }),
  spent_assertions: table(["digest"], { digest: bytes, uses: integer, expires_on: text }),
  automation_tokens: table(["id"], {
    id: text,
    company_id: text,
    name: text,
    may: text,
    from_cidrs: text,
    created_on: text,
    created_by: text,
    /** Lifetime of a new secret, unless the caller chooses another one. */
    lifetime_seconds: integer,
    revoked_on: optionalText,
  }),
  automation_token_uses: table(["token_id"], { token_id: text, used_at: text, ip: optionalText }),
  automation_token_keys: table(["token_id", "key_id"], { token_id: text, key_id: text }),
  automation_token_secrets: table(["digest"], {
    digest: bytes,
    id: text,
    token_id: text,
    pepper_version: text,
    /** A pending secret becomes the current one with its first use. */
    state: text as Column<"current" | "pending">,
    created_on: text,
    expires_at: text,
  }),
} as const;

type Shapes = typeof tableShapes;

/** Tables and columns with their names in the database. */
export type StoredTables = {
  [T in keyof Shapes]: { [C in keyof Shapes[T]["columns"]]: Value<Shapes[T]["columns"][C]> };
};

/** Tables and columns as code names them. Kysely's CamelCasePlugin translates the names. */
export type Tables = {
  [T in keyof StoredTables as CamelCase<T>]: {
    [C in keyof StoredTables[T] as CamelCase<C>]: StoredTables[T][C];
  };
};

/** The tables as a list. */
export const listedShapes = Object.entries(tableShapes) as [keyof StoredTables, TableShape][];
