import { AppError } from "../../errors.ts";
import type { Origin } from "../access.ts";
import { recordCall } from "../audit/record-audit.ts";
import type { Dependencies, Transaction } from "../dependencies.ts";
import { insertSession } from "./insert-session.ts";
import { type AuthenticatedSession, chooseCompany, describeActor, isLive, moveToCompany, signOut } from "./sessions.ts";

/** How long a browser stays signed in, in seconds. The session is never extended. */
export const browserSessionSeconds = 12 * 60 * 60;

const tokenCharactersMax = 128;

/** The active session of a browser. */
export interface BrowserSession extends Pick<AuthenticatedSession, "actor" | "user" | "memberships"> {
  readonly endsOn: string;
}

/**
 * An access token for a page of this server. It has no refresh token, because the page can get another one with its
 * cookie.
 */
export interface PageToken {
  readonly accessToken: string;
  readonly expiresInSeconds: number;
  readonly sessionEndsOn: string;
}

/** Creates a session inside the caller's transaction. Returns its ID and the token for the cookie. */
export async function openBrowserSession(
  tx: Transaction,
  own: { readonly userId: string; readonly companyId: string },
  { ip, userAgent }: Origin,
): Promise<{ readonly sessionId: string; readonly token: string }> {
  const opening = { openedWith: "browser", ip, userAgent } as const;
  const sessionId = await insertSession(tx, { ...own, ttlSeconds: browserSessionSeconds, opening });
  const { token, digest } = createToken(tx);
  await tx.store.identities.insertBrowserSession({ digest, sessionId });
  return { sessionId, token };
}

/** Gives a session a new token inside the caller's transaction. The old one stops working. */
export async function replaceBrowserToken(tx: Transaction, sessionId: string): Promise<string> {
  const { token, digest } = createToken(tx);
  await tx.store.identities.replaceBrowserDigest(sessionId, digest);
  return token;
}

/** Returns the session of a browser's cookie, or null if it has ended. */
export async function findBrowserSession(
  deps: Dependencies,
  token: string | undefined,
): Promise<BrowserSession | null> {
  if (token === undefined || token.length > tokenCharactersMax) return null;
  const digests = deps.secretHasher.all.map((pepper) => pepper.digestToken("browser-session", token));
  const sessionId = await deps.store.identities.findBrowserSession(digests);
  const context = sessionId === null ? null : await deps.store.sessions.findContext(sessionId);
  if (!isLive(deps, context)) return null;
  const { user, memberships, session } = context;
  const company = chooseCompany(memberships, session.companyId);
  return company === null
    ? null
    : { actor: describeActor(context, company), user, memberships, endsOn: session.expiresOn };
}

/** Ends the session of a browser's cookie, if any. */
export async function endBrowserSession(deps: Dependencies, token: string | undefined, origin: Origin): Promise<void> {
  const session = await findBrowserSession(deps, token);
  if (session !== null) await signOut(deps, { actor: session.actor, provided: null }, origin);
}

/** Ends all sessions of a browser's user, of this server and of the identity provider. Devices stay known. */
export async function endAllSessions(deps: Dependencies, token: string | undefined, origin: Origin): Promise<void> {
  const session = await findBrowserSession(deps, token);
  if (session === null) return;
  const { actor } = session;
  await deps.transact(async (tx) => {
    // A sign-in that is in progress waits for this lock, and is not ended.
    await tx.store.users.lockUser(actor.userId);
    const now = deps.now().toISOString();
    await tx.store.secondFactors.expire({ userId: actor.userId }, now);
    const endedSessions = await tx.store.sessions.revokeOtherSessions(actor.userId, null, now);
    if (endedSessions === 0) return;
    const details = { endedSessions };
    await recordCall(tx, { actor, origin }, { action: "session.signed_out", details });
  });
}

/** Issues an access token for the company of a session. It stops working when the session ends. */
export async function issuePageToken(deps: Dependencies, { actor, endsOn }: BrowserSession): Promise<PageToken> {
  const { userId, sessionId, companyId } = actor;
  const accessToken = await deps.accessTokens.sign({ userId, sessionId, companyId });
  const leftSeconds = Math.floor((Date.parse(endsOn) - deps.now().getTime()) / 1000);
  const expiresInSeconds = Math.max(1, Math.min(deps.settings.accessTokenTtlSeconds, leftSeconds));
  return { accessToken, expiresInSeconds, sessionEndsOn: endsOn };
}

/**
 * Switches a browser to another company of its user.
 * @throws {AppError} FORBIDDEN if the user does not belong to the company. UNAUTHORIZED if the session has ended.
 */
export async function switchBrowserCompany(
  deps: Dependencies,
  session: BrowserSession,
  companyId: string,
  origin: Origin,
): Promise<PageToken> {
  const { actor, memberships } = session;
  const company = chooseCompany(memberships, companyId);
  if (company === null) throw new AppError("FORBIDDEN", { message: "You do not belong to this company" });
  await deps.transact((tx) => moveToCompany(tx, actor, company, origin));
  return issuePageToken(deps, { ...session, actor: { ...actor, companyId: company.id } });
}

function createToken(tx: Transaction): { readonly token: string; readonly digest: Buffer } {
  const token = tx.randomBytes(32).toString("base64url");
  return { token, digest: tx.secretHasher.digestToken("browser-session", token) };
}
