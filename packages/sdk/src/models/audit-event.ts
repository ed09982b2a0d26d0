import type { KnownAuditAction } from "../generated/vocabulary.ts";
import type { ListLimits } from "./call-options.ts";

/** What happened. A newer server may record actions that this version does not know. */
export type AuditAction = KnownAuditAction | (string & {});

/** The kind of actor of an event. A newer server may return other kinds. */
export type ActorKind = "user" | "trust" | "token" | "operator" | "server" | (string & {});

/** An event of the audit trail. It never contains a secret. */
export interface AuditEvent {
  readonly id: string;
  readonly createdOn: string;
  readonly action: AuditAction;
  /** ID of the user. Null for operators and for the server itself. */
  readonly actorId: string | null;
  /** Email address of the user, or `operator` for a server command. Null for the server itself. */
  readonly actorEmail: string | null;
  /** Who acted. Servers without trusts and automation tokens do not return it. */
  readonly actorKind?: ActorKind;
  readonly keyId: string | null;
  readonly keyName: string | null;
  readonly ip: string | null;
  readonly requestId: string | null;
  readonly details: Readonly<Record<string, unknown>>;
}

/** Filter of `audit.list`. See its example. */
export interface ListAuditEventsInput extends ListLimits {
  readonly keyId?: string | undefined;
  readonly actorId?: string | undefined;
  readonly action?: AuditAction | undefined;
  /** Returns only events caused by this kind of actor. */
  readonly actorKind?: ActorKind | undefined;
  /** Returns only events caused by runs of this repository or project, as events name it. */
  readonly repository?: string | undefined;
  /** Returns only events caused by runs of this workflow, as events name it. */
  readonly workflow?: string | undefined;
  /** Returns only events caused by this run of a pipeline. */
  readonly runId?: string | undefined;
  /** Returns only events at or after this time. */
  readonly since?: string | Date | undefined;
}
