import type { UserRecord } from "../../store/records.ts";
import type { Repositories } from "../../store/store.ts";
import type { Origin } from "../access.ts";
import { type AuditAction, recordAudit } from "../audit/record-audit.ts";
import type { Dependencies } from "../dependencies.ts";

/** Where the calls of operators come from: the command line of the server. */
export const commandLine: Origin = { ip: null, requestId: null };

/**
 * Records what an operator did to a user in the trail of every company of theirs. For somebody who belongs to none anymore, these
 * are the companies whose trails name them. Companies come in the order of their IDs, so that two operators never wait for each other.
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
