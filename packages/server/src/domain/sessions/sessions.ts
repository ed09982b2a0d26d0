import { AppError } from "../../errors.ts";
import type { MembershipRecord, SessionContext, UserRecord } from "../../store/records.ts";
import type { Repositories } from "../../store/store.ts";
import type { Actor, Origin } from "../access.ts";
import { recordAudit } from "../audit/record-audit.ts";
import type { Dependencies } from "../dependencies.ts";
import { endAtProvider } from "../identity/end-at-provider.ts";
import type { AddressNews } from "../identity/provider-address.ts";
import { type PresentedDevice, rememberDevice } from "../sign-in-limits/device-tokens.ts";
import { addSeconds } from "../timestamp.ts";
import { createRefreshToken } from "./refresh-token.ts";

/** What a client gets for a session: tokens, and who and where it is. */
export interface IssuedSession {
  readonly sessionId: string;
  readonly accessToken: string;
  /** Null when the client keeps the one it has. */
  readonly refreshToken: string | null;
  /** Tells the device from strangers' at the next sign-in. Null unless this is a sign-in. */
  readonly deviceToken: string | null;
  readonly expiresInSeconds: number;
  readonly user: UserRecord;
  readonly activeCompany: MembershipRecord;
  readonly memberships: readonly MembershipRecord[];
}

/** A session that may act, and until when its access token does. */
export interface AuthenticatedSession {
  readonly actor: Actor;
  readonly user: UserRecord;
  readonly memberships: readonly MembershipRecord[];
  readonly accessTokenExpiresAt: Date;
  /**
   * Set when the session is an identity provider's: the token it came with, whether half of its time here is over, and the
   * address that the token tells, if it is news.
   */
  readonly provided: {
    readonly accessToken: string;
    readonly isDue: boolean;
    readonly addressNews: AddressNews | null;
  } | null;
}

/** Picks the company to act for: the one asked for, else the preferred one, else the first. Null when there is none. */
export function chooseCompany(
  memberships: readonly MembershipRecord[],
  companyId: string | undefined,
): MembershipRecord | null {
  if (companyId === undefined) return memberships[0] ?? null;
  return memberships.find((membership) => membership.id === companyId) ?? null;
}

/** The company that a session acts for. `lostId` is set when its user is no longer a member of the one it was opened for. */
export interface SessionCompany {
  readonly company: MembershipRecord;
  readonly lostId?: string;
}

/**
 * The company of a provider's session. Its tokens name none, and its user cannot open the session again: one who was removed from the
 * company can go on from another one of theirs, but only after switching to it. Null for a member of no company.
 */
export function companyOfSession({ session, memberships }: SessionContext): SessionCompany | null {
  const company = chooseCompany(memberships, session.companyId);
  if (company !== null) return { company };
  const other = chooseCompany(memberships, undefined);
  return other === null ? null : { company: other, lostId: session.companyId };
}

/** Begins a session inside the caller's transaction and answers its id. */
export async function insertSession(
  deps: Dependencies,
  { sessions }: Repositories,
  session: { readonly userId: string; readonly companyId: string; readonly ttlSeconds: number },
): Promise<string> {
  const now = deps.now();
  const id = deps.newId();
  await sessions.insertSession({
    id,
    userId: session.userId,
    companyId: session.companyId,
    createdOn: now.toISOString(),
    expiresOn: addSeconds(now, session.ttlSeconds),
    revokedOn: null,
  });
  return id;
}

/** Opens a session of our own inside the caller's transaction and returns its tokens, and that of the device. */
export async function openSession(
  deps: Dependencies,
  repositories: Repositories,
  user: UserRecord,
  company: MembershipRecord,
  device: PresentedDevice | null,
): Promise<Pick<IssuedSession, "sessionId" | "accessToken" | "refreshToken" | "deviceToken" | "expiresInSeconds">> {
  const refresh = createRefreshToken(deps);
  const session = { userId: user.id, companyId: company.id, ttlSeconds: deps.settings.refreshTokenTtlSeconds };
  const sessionId = await insertSession(deps, repositories, session);
  await repositories.sessions.insertRefreshToken({
    digest: refresh.digest,
    sessionId,
    createdOn: deps.now().toISOString(),
  });
  const deviceToken = await rememberDevice(deps, repositories, { userId: user.id, sessionId, presented: device });
  const accessToken = await deps.accessTokens.sign({ userId: user.id, sessionId, companyId: company.id });
  const expiresInSeconds = deps.settings.accessTokenTtlSeconds;
  return { sessionId, accessToken, refreshToken: refresh.text, deviceToken, expiresInSeconds };
}

/** Whether the session may act at all: it exists, has not ended, and its user is not disabled. */
export function isLive(deps: Pick<Dependencies, "now">, context: SessionContext | null): context is SessionContext {
  if (context === null || context.session.revokedOn !== null || context.user.disabledOn !== null) return false;
  return context.session.expiresOn > deps.now().toISOString();
}

/** The same, asked inside a transaction by calls that take long between their check and their change. */
export async function isSessionLive(
  deps: Pick<Dependencies, "now">,
  repositories: Repositories,
  sessionId: string,
): Promise<boolean> {
  return isLive(deps, await repositories.sessions.findContext(sessionId));
}

/** Who acts with this session, for this company. */
export function describeActor({ session, user }: SessionContext, company: MembershipRecord, lostId?: string): Actor {
  return {
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
 * Ends the session: its access and refresh tokens are refused from the next request on. A provider's session then ends there
 * too, unless the provider does not answer, which changes nothing here.
 */
export async function signOut(
  deps: Dependencies,
  { actor, provided }: Pick<AuthenticatedSession, "actor" | "provided">,
  origin: Origin,
): Promise<void> {
  await deps.store.transact(async (repositories) => {
    if (!(await repositories.sessions.revokeSession(actor.sessionId, deps.now().toISOString()))) return;
    await recordAudit(deps, repositories, { action: "session.signed_out", companyId: actor.companyId, actor, origin });
  });
  if (provided === null) return;
  deps.rememberedTokens.forget(actor.userId);
  await endAtProvider(deps, provided.accessToken);
}

/**
 * Issues tokens that act for another company of the user. They replace the session's refresh token: a session has one
 * chain of them, so a switch by somebody who stole an access token ends the session when its owner refreshes. A provider's
 * session keeps its tokens, which do not name the company: all that hold them act for the new one.
 * @throws {AppError} FORBIDDEN for a company he does not belong to, whether it exists or not.
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
  await deps.store.transact(async (repositories) => {
    const { sessions } = repositories;
    if (!(await sessions.setCompany(actor.sessionId, company.id))) throw new AppError("UNAUTHORIZED");
    if (refresh !== null) {
      const now = deps.now().toISOString();
      await sessions.useAllRefreshTokens(actor.sessionId, now);
      await sessions.insertRefreshToken({ digest: refresh.digest, sessionId: actor.sessionId, createdOn: now });
    }
    await recordAudit(deps, repositories, {
      action: "session.company_switched",
      companyId: company.id,
      actor,
      origin,
      details: { fromCompanyId: actor.lostCompanyId ?? actor.companyId },
    });
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
