import { type BrikSync, isApiError, isBrikSyncError } from "@briksync/sdk";
import type { CallIdentity } from "../journal/call-identity.ts";

/** Whose call this is, as the server sees it; null at a server that does not tell. What fails otherwise is thrown: to guess would be another call. */
export async function findCaller(client: Pick<BrikSync, "auth">, signal: AbortSignal): Promise<CallIdentity["caller"]> {
  try {
    const { activeCompany, user } = await client.auth.getSession({ signal });
    return { companyId: activeCompany.id, userId: user.id };
  } catch (error) {
    const isMissing = isApiError(error) && error.feature !== undefined;
    const isOther = isBrikSyncError(error) && error.type === "INVALID_RESPONSE" && (error.status ?? 500) < 300;
    if (isMissing || isOther) return null;
    throw error;
  }
}
