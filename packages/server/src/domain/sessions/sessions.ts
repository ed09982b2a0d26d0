import { AppError } from "../../errors.ts";
import type { MembershipRecord, SessionContext, UserRecord } from "../../store/records.ts";
import type { Origin, UserActor } from "../access.ts";
import { recordCall } from "../audit/record-audit.ts";
import type { Dependencies, Transaction } from "../dependencies.ts";
import { endAtProvider } from "../identity/end-at-provider.ts";
import type { NewAddress } from "../identity/provider-address.ts";
import { type PresentedDevice, rememberDevice } from "../sign-in-limits/device-tokens.ts";
import { insertSession } from "./insert-session.ts";
import { createRefreshToken } from "./refresh-token.ts";

/** The response for a session: tokens, user and companies. */
export interface IssuedSession {
  readonly sessionId: string;
  readonly accessToken: string;
  /** Null if the client keeps its current token. */
  readonly refreshToken: string | null;
  /** Identifies the device at the next sign-in. Null unless this is a sign-in. */
  readonly deviceToken: string | null;
  readonly expiresInSeconds: number;
  readonly user: UserRecord;
  readonly activeCompany: MembershipRecord;
  readonly memberships: readonly MembershipRecord[];
}

/** An active session and the expiry of its access token. */
export interface AuthenticatedSession {
  readonly actor: UserActor;
  readonly user: UserRecord;
  readonly memberships: readonly MembershipRecord[];
  readonly accessTokenExpiresAt: Date;
  /** When the session ends if no refresh extends it before. */
  readonly endsOn: string;
  /** When the session ends at the latest. Null if refreshes can extend it without a limit. */
  readonly endsAtLatestOn: string | null;
  /**
   * Set for a provider session: its token, whether half of its lifetime is over, and a new address of the token, if
   * any.
   */
  readonly provided: {
    readonly accessToken: string;
    readonly isDue: boolean;
    readonly newAddress: NewAddress | null;
  } | null;
}

/** Returns the requested company, or else the preferred one, or else the first. Null if there is none. */
export function chooseCompany(
  memberships: readonly MembershipRecord[],
  companyId: string | undefined,
): MembershipRecord | null {
  if (companyId === undefined) return memberships[0] ?? null;
  return memberships.find((membership) => membership.id === companyId) ?? null;
}

/**
 * Returns the company of a provider session. Its tokens contain no company, and the user cannot open it again. So a
 * user who was removed from the company (`lostId`) can switch to another one. Null if the user belongs to no company.
 */
export function companyOfSession({
  session,
  memberships,
}: SessionContext): { readonly company: MembershipRecord; readonly lostId?: string } | null {
  const company = chooseCompany(memberships, session.companyId);
  if (company !== null) return { company };
  const other = chooseCompany(memberships, undefined);
  return other === null ? null : { company: other, lostId: session.companyId };
}

/** Creates a session of this server inside the caller's transaction. Returns its tokens and the device token. */
export async function openSession(
  tx: Transaction,
  user: UserRecord,
  company: MembershipRecord,
  device: PresentedDevice | null,
  { ip, userAgent }: Origin,
): Promise<Pick<IssuedSession, "sessionId" | "accessToken" | "refreshToken" | "deviceToken" | "expiresInSeconds">> {
  const refresh = createRefreshToken(tx);
  const opening = { openedWith: "password", ip, userAgent } as const;
  const ttlSeconds = tx.settings.refreshTokenTtlSeconds;
  const session = { userId: user.id, companyId: company.id, ttlSeconds, opening };
  const sessionId = await insertSession(tx, session);
  await tx.store.sessions.insertRefreshToken({
    digest: refresh.digest,
    sessionId,
    createdOn: tx.now().toISOString(),
  });
  const deviceToken = await rememberDevice(tx, { userId: user.id, sessionId, presented: device });
  const accessToken = await tx.accessTokens.sign({ userId: user.id, sessionId, companyId: company.id });
  const expiresInSeconds = tx.settings.accessTokenTtlSeconds;
  return { sessionId, accessToken, refreshToken: refresh.text, deviceToken, expiresInSeconds };
}

/** Returns whether a session is active: it exists, has not ended, and its user is not disabled. */
export function isLive(deps: Pick<Dependencies, "now">, context: SessionContext | null): context is SessionContext {
  if (context === null || context.session.revokedOn !== null || context.user.disabledOn !== null) return false;
  return context.session.expiresOn > deps.now().toISOString();
}

/** Returns the same inside a transaction. Use it if much time passes between the check and the change. */
export async function isSessionLive(tx: Transaction, sessionId: string): Promise<boolean> {
  return isLive(tx, await tx.store.sessions.findContext(sessionId));
}

/** Returns the actor of a session for a company. */
export function describeActor(
  { session, user }: SessionContext,
  company: MembershipRecord,
  lostId?: string,
): UserActor {
  return {
    kind: "user",
    ...(lostId !== undefined && { lostCompanyId: lostId }),
    userId: user.id,
    email: user.email,
    mustChangePassword: user.mustChangePassword,
    sessionId: session.id,
    companyId: company.id,
    companyName: company.name,
    plan: company.plan,
    privilege: company.privilege,
  };
}

/**
 * Ends a session. Its access and refresh tokens stop working with the next request. A provider session also ends at the
 * provider. If the provider does not respond, the result here is the same.
 */
export async function signOut(
  deps: Dependencies,
  { actor, provided }: Pick<AuthenticatedSession, "actor" | "provided">,
  origin: Origin,
): Promise<void> {
  await deps.transact(async (tx) => {
    if (!(await tx.store.sessions.revokeSession(actor.sessionId, deps.now().toISOString()))) return;
    await recordCall(tx, { actor, origin }, { action: "session.signed_out" });
  });
  if (provided === null) return;
  deps.rememberedTokens.forget(actor.userId);
  await endAtProvider(deps, provided.accessToken);
}

/**
 * Issues tokens for another company of the user. They replace the refresh token of the session, which has one chain of
 * tokens. So a switch with a stolen access token ends the session when its owner refreshes. A provider session keeps
 * its tokens, which contain no company, and they all act for the new one.
 * @throws {AppError} FORBIDDEN if the user does not belong to the company, whether it exists or not, or if the session
 * belongs to a browser.
 */
export async function switchCompany(
  deps: Dependencies,
  { actor, user, memberships, provided, accessTokenExpiresAt }: AuthenticatedSession,
  companyId: string,
  origin: Origin,
): Promise<IssuedSession> {
  const company = chooseCompany(memberships, companyId);
  if (company === null) throw new AppError("FORBIDDEN", { message: "You do not belong to this company" });
  const refresh = provided === null ? createRefreshToken(deps) : null;
  await deps.transact(async (tx) => {
    const { sessions, identities } = tx.store;
    // A page's script must not be able to turn its short access token into a refresh token.
    if (await identities.isBrowserSession(actor.sessionId)) {
      throw new AppError("FORBIDDEN", { message: "This session belongs to a browser. Switch in its settings page" });
    }
    await moveToCompany(tx, actor, company, origin);
    if (refresh !== null) {
      const now = deps.now().toISOString();
      await sessions.useAllRefreshTokens(actor.sessionId, now);
      await sessions.insertRefreshToken({ digest: refresh.digest, sessionId: actor.sessionId, createdOn: now });
    }
  });
  const rest = { sessionId: actor.sessionId, user, activeCompany: company, memberships, deviceToken: null };
  if (provided !== null) {
    const remainingMs = accessTokenExpiresAt.getTime() - deps.now().getTime();
    const expiresInSeconds = Math.max(1, Math.floor(remainingMs / 1000));
    return { accessToken: provided.accessToken, refreshToken: null, expiresInSeconds, ...rest };
  }
  const claims = { userId: user.id, sessionId: actor.sessionId, companyId: company.id };
  return {
    accessToken: await deps.accessTokens.sign(claims),
    refreshToken: refresh?.text ?? null,
    expiresInSeconds: deps.settings.accessTokenTtlSeconds,
    ...rest,
  };
}

/**
 * Moves a session to a company of its user inside the caller's transaction.
 * @throws {AppError} UNAUTHORIZED if the session has ended.
 */
export async function moveToCompany(
  tx: Transaction,
  actor: UserActor,
  company: MembershipRecord,
  origin: Origin,
): Promise<void> {
  if (!(await tx.store.sessions.setCompany(actor.sessionId, company.id))) throw new AppError("UNAUTHORIZED");
  const call = { actor: { ...actor, companyId: company.id }, origin };
  const details = { fromCompanyId: actor.lostCompanyId ?? actor.companyId };
  await recordCall(tx, call, { action: "session.company_switched", details });
}
