import { type BrikSync, isApiError, isBrikSyncError } from "@briksync/sdk";
import type { CallIdentity } from "../journal/call-identity.ts";

/** Who makes a call, as the server sees it. */
interface Caller {
  /** Null at a server that does not tell. */
  readonly identity: CallIdentity["caller"];
  /** The address the call comes from; null where the server cannot tell. */
  readonly address: string | null;
}

/** Whose call this is. What fails otherwise than because the server does not tell is thrown: to guess would be another call. */
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
