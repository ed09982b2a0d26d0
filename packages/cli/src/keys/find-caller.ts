import { type BrikSync, isApiError, isBrikSyncError } from "@briksync/sdk";
import type { CallIdentity } from "../journal/journal-entry.ts";

/** The caller, as the server sees it. */
interface Caller {
  /** Null if the server does not return it. */
  readonly identity: CallIdentity["caller"];
  /** The IP address of the caller. Null if the server does not return it. */
  readonly address: string | null;
}

/**
 * Returns the caller. Returns null values if the server does not support this, and throws other errors, because a wrong
 * identity would make it another call.
 */
export async function findCaller(client: Pick<BrikSync, "auth">, signal: AbortSignal): Promise<Caller> {
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
