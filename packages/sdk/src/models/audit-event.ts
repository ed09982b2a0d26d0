import type { KnownAuditAction } from "../generated/vocabulary.ts";

/** What happened. A newer server may record actions that this version does not know. */
export type AuditAction = KnownAuditAction | (string & {});

/** One row of the audit trail; it never holds a secret. */
export interface AuditEvent {
  readonly id: string;
  readonly createdOn: string;
  readonly action: AuditAction;
  /** ID of the user who did it; null for operators and for what the server does by itself. */
  readonly actorId: string | null;
  /** Email address of the user who did it, or `operator` for a command of the server; null for what the server does by itself. */
  readonly actorEmail: string | null;
  readonly keyId: string | null;
  readonly keyName: string | null;
  readonly ip: string | null;
  readonly requestId: string | null;
  readonly details: Readonly<Record<string, unknown>>;
}

/** Which events to list, newest first. */
export interface ListAuditEventsInput {
  readonly keyId?: string | undefined;
  readonly actorId?: string | undefined;
  readonly action?: AuditAction | undefined;
  /** Only events at or after this moment. */
  readonly since?: string | Date | undefined;
  /** Events to yield at most, over all pages. */
  readonly limit?: number | undefined;
  /** Events per request (1-1000). */
  readonly pageSize?: number | undefined;
}
