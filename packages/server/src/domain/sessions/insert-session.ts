import type { SessionRecord } from "../../store/records.ts";
import type { Origin } from "../access.ts";
import type { Transaction } from "../dependencies.ts";
import { addSeconds } from "../timestamp.ts";
import { describeClient } from "./describe-client.ts";

/** The properties by which a user recognizes a session in their list. */
interface Opening extends Pick<Origin, "ip" | "userAgent"> {
  readonly openedWith: NonNullable<SessionRecord["openedWith"]>;
  /** The name and version that a device reported. They replace the user agent. */
  readonly device?: { readonly hostName: string; readonly clientVersion: string };
}

/** Creates a session inside the caller's transaction and returns its ID. */
export async function insertSession(
  tx: Transaction,
  session: {
    readonly userId: string;
    readonly companyId: string;
    readonly ttlSeconds: number;
    /** When the session ends even if it is refreshed. By default, refreshes extend it without a limit. */
    readonly endsOn?: string | null;
    readonly opening: Opening;
  },
): Promise<string> {
  const { endsOn = null, opening } = session;
  const now = tx.now();
  const id = tx.newId();
  await tx.store.sessions.insertSession({
    id,
    userId: session.userId,
    companyId: session.companyId,
    createdOn: now.toISOString(),
    expiresOn: limitEnd(addSeconds(now, session.ttlSeconds), endsOn),
    revokedOn: null,
    endsOn,
    openedWith: opening.openedWith,
    hostName: opening.device?.hostName ?? null,
    client: opening.device?.clientVersion ?? describeClient(opening.userAgent),
    ip: opening.ip,
    lastUsedOn: now.toISOString(),
  });
  return id;
}

/** Returns the earlier of a new expiry and the hard end of a session, if it has one. Both are canonical. */
export function limitEnd(expiresOn: string, endsOn: string | null): string {
  return endsOn !== null && endsOn < expiresOn ? endsOn : expiresOn;
}
