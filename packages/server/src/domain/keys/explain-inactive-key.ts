import { AppError, notFound } from "../../errors.ts";
import type { Repositories } from "../../store/store.ts";

/** Why a guarded update of an active key found none: NOT_FOUND, or KEY_REVOKED for one of the own company. */
export async function refuseInactiveKey(
  repositories: Repositories,
  companyId: string,
  keyId: string,
): Promise<AppError> {
  const key = await repositories.keys.find(companyId, keyId);
  return key === null ? notFound() : new AppError("KEY_REVOKED");
}
