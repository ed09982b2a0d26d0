/** Action of an audit event. A newer server may return other values. */
export type AuditAction =
  | "session.signed_in"
  | "session.sign_in_failed"
  | "session.signed_out"
  | "session.revoked"
  | "session.company_switched"
  | "password.changed"
  | "key.created"
  | "key.renamed"
  | "key.rotated"
  | "key.revoked"
  | "key.ip_allowed"
  | "key.ip_disallowed"
  | "key.limit_set"
  | "user.created"
  | "user.identity_linked"
  | "user.identity_unlinked"
  | "user.identity_address_changed"
  | "user.disabled"
  | "user.enabled"
  | "user.password_reset"
  | "user.sessions_ended"
  | "company.created"
  | "company.renamed"
  | "company.plan_changed"
  | "company.plan_set"
  | "company.plan_cleared"
  | "company.customer_linked"
  | "membership.added"
  | "membership.role_changed"
  | "membership.removed"
  | (string & {});

/** An event of the audit trail. It never contains a secret. */
export interface AuditEvent {
  readonly id: string;
  readonly createdOn: string;
  readonly action: AuditAction;
  /** ID of the user. Null for operators and for the server itself. */
  readonly actorId: string | null;
  /** Email address of the user, or `operator` for a server command. Null for the server itself. */
  readonly actorEmail: string | null;
  readonly keyId: string | null;
  readonly keyName: string | null;
  readonly ip: string | null;
  readonly requestId: string | null;
  readonly details: Readonly<Record<string, unknown>>;
}

/** Filter of `audit.list`. See its example. */
export interface ListAuditEventsInput {
  readonly keyId?: string | undefined;
  readonly actorId?: string | undefined;
  readonly action?: AuditAction | undefined;
  /** Returns only events at or after this time. */
  readonly since?: string | Date | undefined;
  /** Maximum number of events over all pages. */
  readonly limit?: number | undefined;
  /** Number of events per request (1 to 1000). */
  readonly pageSize?: number | undefined;
}
