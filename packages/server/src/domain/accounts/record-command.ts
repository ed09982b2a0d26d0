import type { UserRecord } from "../../store/records.ts";
import { type AuditAction, type AuditEntry, recordAudit } from "../audit/record-audit.ts";
import type { Transaction } from "../dependencies.ts";

/** Records an operator command, from the command line of the server, in the audit trail of a company. */
export function recordCommand(
  tx: Transaction,
  companyId: string,
  event: Pick<AuditEntry, "action" | "key" | "details">,
): Promise<void> {
  const origin = { ip: null, requestId: null };
  return recordAudit(tx, { ...event, companyId, actor: "operator", origin });
}

/**
 * Records an operator command for a user in the audit trail of each of their companies. For a user without a company,
 * uses the companies whose trails contain the user. Companies are processed in the order of their IDs, so that two
 * operators do not deadlock.
 */
export async function recordForUser(
  tx: Transaction,
  user: UserRecord,
  action: AuditAction,
  details: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  const memberships = await tx.store.users.listMemberships(user.id);
  const companyIds =
    memberships.length > 0 ? memberships.map(({ id }) => id).sort() : await tx.store.audit.listCompaniesOfUser(user.id);
  for (const companyId of companyIds) {
    await recordCommand(tx, companyId, {
      action,
      details: { userId: user.id, email: user.email, ...details },
    });
  }
}
