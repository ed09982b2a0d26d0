import type { UserRecord } from "../../store/records.ts";
import type { Repositories } from "../../store/store.ts";
import { type AuditAction, type AuditEntry, recordAudit } from "../audit/record-audit.ts";
import type { Dependencies } from "../dependencies.ts";

/** Records an operator command, from the command line of the server, in the audit trail of a company. */
export function recordCommand(
  deps: Dependencies,
  repositories: Repositories,
  companyId: string,
  event: Pick<AuditEntry, "action" | "key" | "details">,
): Promise<void> {
  const origin = { ip: null, requestId: null };
  return recordAudit(deps, repositories, { ...event, companyId, actor: "operator", origin });
}

/**
 * Records an operator command for a user in the audit trail of each of their companies. For a user without a company,
 * uses the companies whose trails contain the user. Companies are processed in the order of their IDs, so that two
 * operators do not deadlock.
 */
export async function recordForUser(
  deps: Dependencies,
  repositories: Repositories,
  user: UserRecord,
  action: AuditAction,
  details: Readonly<Record<string, unknown>> = {},
): Promise<void> {
  const memberships = await repositories.users.listMemberships(user.id);
  const companyIds =
    memberships.length > 0
      ? memberships.map(({ id }) => id).sort()
      : await repositories.audit.listCompaniesOfUser(user.id);
  for (const companyId of companyIds) {
    await recordCommand(deps, repositories, companyId, {
      action,
      details: { userId: user.id, email: user.email, ...details },
    });
  }
}
