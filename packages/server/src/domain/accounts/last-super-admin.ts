import { AppError } from "../../errors.ts";
import type { CompanyRecord } from "../../store/records.ts";
import type { Repositories } from "../../store/store.ts";

/**
 * Throws if a company would lose its last active Super Admin. Locks the companies for the rest of the transaction, so
 * that two operators cannot remove the last two at the same time.
 * @throws {AppError} VALIDATION_FAILED with the names of the companies.
 */
export async function requireOtherSuperAdmins(
  { companies }: Repositories,
  user: { readonly id: string; readonly email: string },
  affected: readonly CompanyRecord[],
  isForced: boolean,
): Promise<void> {
  await companies.lock(affected.map(({ id }) => id));
  if (isForced) return;
  const left: string[] = [];
  for (const company of affected) {
    const active = (await companies.listMembers(company.id)).filter(
      ({ privilege, disabledOn }) => privilege === 1 && disabledOn === null,
    );
    if (active.length === 1 && active[0]?.id === user.id) left.push(company.name);
  }
  if (left.length === 0) return;
  throw new AppError("VALIDATION_FAILED", {
    message:
      `${user.email} is the last active Super Admin of ${left.join(", ")}.\n` +
      "To make another user a Super Admin first, run: briksync-server members set-role <user> <company> super-admin\n" +
      "To continue anyway, add --force.",
  });
}
