import { AppError } from "../errors.ts";
import type { MembershipRecord, RefreshTokenRecord, SessionContext, UserRecord } from "../store/records.ts";
import type { Repositories, SessionRepository } from "../store/store.ts";
import type { Actor, Origin } from "./access.ts";
import { recordAudit } from "./audit.ts";
import { toClientNetwork } from "./client-network.ts";
import type { Dependencies } from "./dependencies.ts";
import type { PepperedHash } from "./secret-hash.ts";
import { addSeconds } from "./timestamp.ts";

/** What a client gets for a session: tokens, and who and where it is. */
export interface IssuedSession {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly user: UserRecord;
  readonly activeCompany: MembershipRecord;
  readonly memberships: readonly MembershipRecord[];
}

/** How long a refresh token that was just used still answers with its successor: the answer may have been lost. */
const refreshReplaySeconds = 30;

/** A refresh token as the client holds it, with the digest under which it is stored. */
interface RefreshToken {
  readonly text: string;
  readonly digest: Buffer;
}

function createRefreshToken(deps: Dependencies): RefreshToken {
  const text = deps.randomBytes(32).toString("base64url");
  return { text, digest: deps.secretHasher.digestToken("refresh-token", text) };
}

/**
 * The token that follows a given one. It is derived, not random, so that a client whose answer was lost, or two
 * processes that refresh at once, get the same successor; nobody can compute it without the server's pepper.
 */
function deriveSuccessor(pepper: PepperedHash, text: string): RefreshToken {
  const successor = pepper.digestToken("refresh-successor", text).toString("base64url");
  return { text: successor, digest: pepper.digestToken("refresh-token", successor) };
}

/** Finds a presented token under any pepper that is still configured. */
async function findRefreshToken(
  deps: Dependencies,
  sessions: SessionRepository,
  text: string,
): Promise<{ digest: Buffer; stored: RefreshTokenRecord; successor: RefreshToken } | null> {
  for (const pepper of deps.secretHasher.all) {
    const digest = pepper.digestToken("refresh-token", text);
    const stored = await sessions.findRefreshToken(digest);
    if (stored !== null) return { digest, stored, successor: deriveSuccessor(pepper, text) };
  }
  return null;
}

/** Picks the company to act for: the one asked for, else the preferred one, else the first. Null when there is none. */
export function chooseCompany(
  memberships: readonly MembershipRecord[],
  companyId: string | undefined,
): MembershipRecord | null {
  if (companyId === undefined) return memberships[0] ?? null;
  return memberships.find((membership) => membership.id === companyId) ?? null;
}

/** Opens a session inside the caller's transaction and returns its tokens. */
export async function openSession(
  deps: Dependencies,
  repositories: Repositories,
  user: UserRecord,
  company: MembershipRecord,
  origin: Origin,
): Promise<Pick<IssuedSession, "accessToken" | "refreshToken">> {
  const now = deps.now();
  const sessionId = deps.newId();
  const refresh = createRefreshToken(deps);
  await repositories.sessions.insertSession({
    id: sessionId,
    userId: user.id,
    companyId: company.id,
    createdNetwork: toClientNetwork(origin.ip),
    createdOn: now.toISOString(),
    expiresOn: addSeconds(now, deps.settings.refreshTokenTtlSeconds),
    revokedOn: null,
  });
  await repositories.sessions.insertRefreshToken({
    digest: refresh.digest,
    sessionId,
    createdOn: now.toISOString(),
  });
  const accessToken = await deps.accessTokens.sign({ userId: user.id, sessionId, companyId: company.id });
  return { accessToken, refreshToken: refresh.text };
}

/**
 * Exchanges a refresh token for new tokens, once. Using it again ends the whole session (RFC 9700, section 4.14.2),
 * except for a short while in which the successor has not been used either.
 * @throws {AppError} UNAUTHORIZED for a token that is unknown, reused, or of an ended session.
 */
export async function refreshSession(deps: Dependencies, refreshToken: string, origin: Origin): Promise<IssuedSession> {
  const outcome = await deps.store.transact(async (repositories): Promise<IssuedSession | null> => {
    const { sessions } = repositories;
    const found = await findRefreshToken(deps, sessions, refreshToken);
    if (found === null) return null;
    const { digest, successor } = found;
    // Of two that refresh at once the second must see what the first did, and a switch of companies must see both.
    await sessions.lockSession(found.stored.sessionId);
    const token = await sessions.findRefreshToken(digest);
    if (token === null) return null;
    const context = await sessions.findContext(token.sessionId);
    const now = deps.now();
    if (!isLive(deps, context)) return null;
    const company = chooseCompany(context.memberships, context.session.companyId);
    if (company === null) return null;

    if (await sessions.useRefreshToken(digest, now.toISOString())) {
      await sessions.insertRefreshToken({
        digest: successor.digest,
        sessionId: token.sessionId,
        createdOn: now.toISOString(),
      });
      await sessions.extendSession(token.sessionId, addSeconds(now, deps.settings.refreshTokenTtlSeconds));
    } else {
      const next = await sessions.findRefreshToken(successor.digest);
      const isLostAnswer =
        next !== null && next.usedOn === null && (token.usedOn ?? "") > addSeconds(now, -refreshReplaySeconds);
      if (!isLostAnswer) {
        await sessions.revokeSession(token.sessionId, now.toISOString());
        await recordAudit(deps, repositories, {
          action: "session.revoked",
          companyId: company.id,
          actor: { userId: context.user.id, email: context.user.email },
          origin,
          details: { reason: "refresh token used twice" },
        });
        return null;
      }
    }
    const accessToken = await deps.accessTokens.sign({
      userId: context.user.id,
      sessionId: token.sessionId,
      companyId: company.id,
    });
    return {
      accessToken,
      refreshToken: successor.text,
      user: context.user,
      activeCompany: company,
      memberships: context.memberships,
    };
  });
  if (outcome === null) throw new AppError("UNAUTHORIZED");
  return outcome;
}

/** A session that may act, and until when its access token does. */
export interface AuthenticatedSession {
  readonly actor: Actor;
  readonly user: UserRecord;
  readonly memberships: readonly MembershipRecord[];
  readonly accessTokenExpiresAt: Date;
}

/** Whether the session may act at all: it exists, has not ended, and its user is not disabled. */
function isLive(deps: Pick<Dependencies, "now">, context: SessionContext | null): context is SessionContext {
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

/**
 * Decides whether an access token may act now. Token and store both have a say: sign-out, disabling, privilege and
 * plan hold from the next request (S-07).
 * @throws {AppError} UNAUTHORIZED
 */
export async function authenticateSession(deps: Dependencies, accessToken: string): Promise<AuthenticatedSession> {
  const claims = await deps.accessTokens.verify(accessToken);
  if (claims === null) throw new AppError("UNAUTHORIZED");
  const context = await deps.store.sessions.findContext(claims.sessionId);
  if (!isLive(deps, context) || context.session.userId !== claims.userId) throw new AppError("UNAUTHORIZED");
  // The token's company, not the session's: two shells on one session never act for each other's company.
  const company = chooseCompany(context.memberships, claims.companyId);
  if (company === null) throw new AppError("UNAUTHORIZED");
  return {
    actor: {
      userId: context.user.id,
      email: context.user.email,
      mustChangePassword: context.user.mustChangePassword,
      sessionId: context.session.id,
      companyId: company.id,
      companyName: company.name,
      plan: company.plan,
      privilege: company.privilege,
    },
    user: context.user,
    memberships: context.memberships,
    accessTokenExpiresAt: claims.expiresAt,
  };
}

/** Ends the session: its access and refresh tokens are refused from the next request on. */
export async function signOut(deps: Dependencies, actor: Actor, origin: Origin): Promise<void> {
  await deps.store.transact(async (repositories) => {
    if (!(await repositories.sessions.revokeSession(actor.sessionId, deps.now().toISOString()))) return;
    await recordAudit(deps, repositories, { action: "session.signed_out", companyId: actor.companyId, actor, origin });
  });
}

/**
 * Issues tokens that act for another company of the user. They replace the session's refresh token: a session has one
 * chain of them, so a switch by somebody who stole an access token ends the session when its owner refreshes.
 * @throws {AppError} FORBIDDEN for a company he does not belong to, whether it exists or not.
 */
export async function switchCompany(
  deps: Dependencies,
  { actor, user, memberships }: AuthenticatedSession,
  companyId: string,
  origin: Origin,
): Promise<IssuedSession> {
  const company = chooseCompany(memberships, companyId);
  if (company === null) throw new AppError("FORBIDDEN", { message: "You do not belong to this company" });
  const refresh = createRefreshToken(deps);
  await deps.store.transact(async (repositories) => {
    if (!(await repositories.sessions.setCompany(actor.sessionId, company.id))) throw new AppError("UNAUTHORIZED");
    const now = deps.now().toISOString();
    await repositories.sessions.useAllRefreshTokens(actor.sessionId, now);
    await repositories.sessions.insertRefreshToken({
      digest: refresh.digest,
      sessionId: actor.sessionId,
      createdOn: now,
    });
    await recordAudit(deps, repositories, {
      action: "session.company_switched",
      companyId: company.id,
      actor,
      origin,
      details: { fromCompanyId: actor.companyId },
    });
  });
  const accessToken = await deps.accessTokens.sign({
    userId: user.id,
    sessionId: actor.sessionId,
    companyId: company.id,
  });
  return { accessToken, refreshToken: refresh.text, user, activeCompany: company, memberships };
}
