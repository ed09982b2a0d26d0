import { type BrikSync, isApiError, isBrikSyncError } from "@briksync/sdk";
import type { CallIdentity } from "../journal/journal-entry.ts";

/**
 * Returns the caller and its IP address, as the server sees them. Returns null values if the server does not support
 * this. Throws other errors, because a journaled call with a wrong identity would count as a different call.
 */
export async function findCaller(
  client: Pick<BrikSync, "auth">,
  signal: AbortSignal,
): Promise<{ identity: CallIdentity["caller"]; address: string | null }> {
  try {
    const { activeCompany, user, ip } = await client.auth.getSession({ signal });
    return { identity: { companyId: activeCompany.id, userId: user.id }, address: ip };
  } catch (error) {
    const isMissing = isApiError(error) && error.feature !== undefined;
    const isOther = isBrikSyncError(error) && error.type === "INVALID_RESPONSE" && (error.status ?? 500) < 300;
    if (isMissing || isOther) return { identity: null, address: null };
    throw error;
  }
}
