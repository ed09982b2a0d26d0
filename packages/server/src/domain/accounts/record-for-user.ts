import type { UserRecord } from "../../store/records.ts";
import type { Repositories } from "../../store/store.ts";
import type { Origin } from "../access.ts";
import { type AuditAction, recordAudit } from "../audit/record-audit.ts";
import type { Dependencies } from "../dependencies.ts";

/** The origin of operator commands: the command line of the server. */
export const commandLine: Origin = { ip: null, requestId: null };

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
    await recordAudit(deps, repositories, {
      action,
      companyId,
      actor: "operator",
      origin: commandLine,
      details: { userId: user.id, email: user.email, ...details },
    });
  }
}
