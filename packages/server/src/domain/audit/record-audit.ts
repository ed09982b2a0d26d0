import type { Repositories } from "../../store/store.ts";
import type { Origin } from "../access.ts";
import type { Dependencies } from "../dependencies.ts";
import { computeAuditHash } from "./audit-chain.ts";

/** Everything that is audited. */
export const auditActions = [
  "session.signed_in",
  "session.sign_in_failed",
  "session.signed_out",
  "session.refreshed",
  "session.revoked",
  "session.company_switched",
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
] as const;

/** What an audit event says happened. */
export type AuditAction = (typeof auditActions)[number];

/** Takes the place of the email address of an actor. No address looks like this, because each has an `@`. */
const operator = "operator";

/** What happened, to what, by whom. `details` never holds a secret. */
export interface AuditEntry {
  readonly action: AuditAction;
  readonly companyId: string;
  /** `operator` for commands of the server; null where the server acts by itself or on a word of others. */
  readonly actor: { readonly userId: string; readonly email: string } | typeof operator | null;
  readonly origin: Origin;
  readonly key?: { readonly id: string; readonly name: string };
  readonly details?: Readonly<Record<string, unknown>>;
  /** For what is written later than it happened; default: now. */
  readonly occurredOn?: Date;
}

const genesisHash = Buffer.alloc(32);

/** The key under which audit hashes of a pepper version are made; null for a version that is not configured. */
export function auditKeyFor(deps: Pick<Dependencies, "secretHasher">, version: string): Buffer | null {
  return deps.secretHasher.all.find((pepper) => pepper.version === version)?.auditKey ?? null;
}

/**
 * Appends the event to the company's hash chain inside the caller's transaction: when the audit row cannot be
 * written, the change it tells of does not happen.
 */
export async function recordAudit(
  deps: Pick<Dependencies, "secretHasher" | "newId" | "now">,
  repositories: Repositories,
  entry: AuditEntry,
): Promise<void> {
  const head = await repositories.audit.lockHead(entry.companyId);
  const pepper = deps.secretHasher.current;
  const actor = entry.actor === operator ? { userId: null, email: operator } : entry.actor;
  const event = {
    companyId: entry.companyId,
    seq: (head?.seq ?? 0) + 1,
    id: deps.newId(),
    createdOn: (entry.occurredOn ?? deps.now()).toISOString(),
    action: entry.action,
    actorId: actor?.userId ?? null,
    actorEmail: actor?.email ?? null,
    keyId: entry.key?.id ?? null,
    keyName: entry.key?.name ?? null,
    ip: entry.origin.ip,
    requestId: entry.origin.requestId,
    details: JSON.stringify(entry.details ?? {}),
    pepperVersion: pepper.version,
  };
  await repositories.audit.append(event, computeAuditHash(pepper.auditKey, event, head?.hash ?? genesisHash));
}
