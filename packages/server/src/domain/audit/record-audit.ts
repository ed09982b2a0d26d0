import type { UserRecord } from "../../store/records.ts";
import type { Origin, PipelineActor, UserActor } from "../access.ts";
import type { Dependencies, Transaction } from "../dependencies.ts";
import { computeAuditHash } from "./audit-chain.ts";

/** All audited actions. */
export const auditActions = [
  "session.signed_in",
  "session.sign_in_failed",
  "session.signed_out",
  "session.refreshed",
  "session.revoked",
  "session.company_switched",
  "session.device_approved",
  "session.device_denied",
  "password.changed",
  "password.change_failed",
  "key.created",
  "key.renamed",
  "key.rotated",
  "key.rotation_started",
  "key.rotation_renewed",
  "key.rotation_finished",
  "key.rotation_aborted",
  "key.secret_first_used",
  "key.secret_expired",
  "key.revoked",
  "key.ip_allowed",
  "key.ip_disallowed",
  "key.limit_set",
  "company.created",
  "company.renamed",
  "company.plan_set",
  "company.plan_cleared",
  "company.plan_changed",
  "company.customer_linked",
  "membership.added",
  "membership.role_changed",
  "membership.removed",
  "user.created",
  "user.identity_linked",
  "user.identity_unlinked",
  "user.identity_address_changed",
  "user.password_reset",
  "user.sessions_ended",
  "user.disabled",
  "user.enabled",
  "trust.created",
  "trust.disabled",
  "trust.enabled",
  "trust.removed",
  "trust.run_allowed",
  "trust.run_refused",
  "token.created",
  "token.rotated",
  "token.revoked",
] as const;

/** The action of an audit event. */
export type AuditAction = (typeof auditActions)[number];

/** Stored in place of the actor's email address. It cannot be a real address, because it has no `@`. */
const operator = "operator";

/** The pipeline that caused an event. */
type AuditedPipeline = Pick<PipelineActor, "kind" | "id" | "name" | "run">;

/** The kinds of actors in the trail. */
export const actorKinds = ["user", "trust", "token", "operator", "server"] as const;

/** A kind of actor in the trail. */
export type ActorKind = (typeof actorKinds)[number];

/** An audit event to record. `details` must not contain a secret. */
export interface AuditEntry {
  readonly action: AuditAction;
  readonly companyId: string;
  /** `operator` for server commands. Null for the server itself and for external services. */
  readonly actor: Pick<UserActor, "userId" | "email"> | AuditedPipeline | typeof operator | null;
  readonly origin: Origin;
  readonly key?: { readonly id: string; readonly name: string };
  readonly details?: Readonly<Record<string, unknown>>;
  /** Time of the event, if it is recorded later. The default is now. */
  readonly occurredOn?: Date;
}

const genesisHash = Buffer.alloc(32);

/** Returns the key of the audit hashes of a pepper version, or null if the version is not configured. */
export function auditKeyFor(deps: Pick<Dependencies, "secretHasher">, version: string): Buffer | null {
  return deps.secretHasher.all.find((pepper) => pepper.version === version)?.auditKey ?? null;
}

/**
 * Appends an event to the hash chain of the company, inside the caller's transaction. If the event cannot be written,
 * the audited change does not happen.
 */
export async function recordAudit(tx: Transaction, entry: AuditEntry): Promise<void> {
  const head = await tx.store.audit.lockHead(entry.companyId);
  const pepper = tx.secretHasher.current;
  const { actorId, actorEmail, about } = describeAuditedActor(entry.actor);
  const event = {
    companyId: entry.companyId,
    seq: (head?.seq ?? 0) + 1,
    id: tx.newId(),
    createdOn: (entry.occurredOn ?? tx.now()).toISOString(),
    action: entry.action,
    actorId,
    actorEmail,
    keyId: entry.key?.id ?? null,
    keyName: entry.key?.name ?? null,
    ip: entry.origin.ip,
    requestId: entry.origin.requestId,
    details: JSON.stringify({ ...entry.details, ...about }),
    pepperVersion: pepper.version,
  };
  await tx.store.audit.append(event, computeAuditHash(pepper.auditKey, event, head?.hash ?? genesisHash));
}

/**
 * Returns the columns of an actor. `about` contains the fields of a pipeline for the details, which are part of the
 * hash.
 */
function describeAuditedActor(actor: AuditEntry["actor"]): {
  readonly actorId: string | null;
  readonly actorEmail: string | null;
  readonly about: Readonly<Record<string, unknown>>;
} {
  if (actor === null) return { actorId: null, actorEmail: null, about: {} };
  if (actor === operator) return { actorId: null, actorEmail: operator, about: {} };
  if (!("run" in actor)) return { actorId: actor.userId, actorEmail: actor.email, about: {} };
  const { kind, id, name, run } = actor;
  return {
    actorId: id,
    actorEmail: null,
    about: { actorKind: kind, [`${kind}Id`]: id, [`${kind}Name`]: name, ...run },
  };
}

/** Returns the kind of actor of a stored event. */
export function readActorKind(
  { actorId, actorEmail }: { readonly actorId: string | null; readonly actorEmail: string | null },
  details: Readonly<Record<string, unknown>>,
): ActorKind {
  if (actorEmail === operator) return "operator";
  const { actorKind } = details;
  if (actorId !== null && actorEmail === null && (actorKind === "trust" || actorKind === "token")) return actorKind;
  return actorId === null ? "server" : "user";
}

/** Returns a user as the actor of an event in the trail of a company. */
export function actingFor(user: Pick<UserRecord, "id" | "email">, companyId: string) {
  return { userId: user.id, email: user.email, companyId };
}

/** Records an event of a call in the trail of the company that its caller acts for. */
export function recordCall(
  tx: Transaction,
  { actor, origin }: { readonly actor: AuditEntry["actor"] & { readonly companyId: string }; readonly origin: Origin },
  event: Pick<AuditEntry, "action" | "key" | "details">,
): Promise<void> {
  return recordAudit(tx, { ...event, companyId: actor.companyId, actor, origin });
}
