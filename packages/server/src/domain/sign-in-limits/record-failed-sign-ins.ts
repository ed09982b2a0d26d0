import type { Store } from "../../store/store.ts";
import { recordAudit } from "../audit/record-audit.ts";
import type { Dependencies } from "../dependencies.ts";
import type { FailedSignIn } from "./failed-sign-ins.ts";

/** Writes failed sign-ins to the audit trail of each user's first company, in one transaction. */
export async function recordFailedSignIns(
  deps: Pick<Dependencies, "secretHasher" | "newId" | "now"> & { readonly store: Store },
  failures: readonly FailedSignIn[],
): Promise<void> {
  await deps.store.transact(async (repositories) => {
    for (const { user, origin, occurredOn, step } of failures) {
      const [company] = await repositories.users.listMemberships(user.id);
      if (company === undefined) continue;
      await recordAudit(deps, repositories, {
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
