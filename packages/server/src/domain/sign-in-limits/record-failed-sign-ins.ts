import { recordAudit } from "../audit/record-audit.ts";
import type { Dependencies } from "../dependencies.ts";
import type { FailedSignIn } from "./failed-sign-ins.ts";

/** Writes failed sign-ins to the audit trail of each user's first company, in one transaction. */
export async function recordFailedSignIns(deps: Dependencies, failures: readonly FailedSignIn[]): Promise<void> {
  await deps.transact(async (tx) => {
    for (const { user, origin, occurredOn, step } of failures) {
      const [company] = await tx.store.users.listMemberships(user.id);
      if (company === undefined) continue;
      await recordAudit(tx, {
        action: "session.sign_in_failed",
        companyId: company.id,
        actor: { userId: user.id, email: user.email },
        origin,
        occurredOn,
        ...(step !== undefined && { details: { step } }),
      });
    }
  });
}
