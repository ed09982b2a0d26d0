import { AppError, notFound } from "../../errors.ts";
import type { ListedSessionRecord } from "../../store/records.ts";
import { may, type Origin, type UserActor } from "../access.ts";
import { recordCall } from "../audit/record-audit.ts";
import type { Dependencies, Transaction } from "../dependencies.ts";
import { encodeCursor, type Page, type PageQuery, readPlace } from "../paging-cursor.ts";
import { type AuthenticatedSession, isLive, isSessionLive, signOut } from "./sessions.ts";

/** Maximum number of rows per step. With SQLite, the whole process waits for a step. */
const stepSessions = 100;

/** Returns the actor's own active sessions in all companies, most recently used first. */
export async function listSessions(
  deps: Dependencies,
  actor: UserActor,
  { limit = 1000, cursor }: PageQuery,
): Promise<Page<ListedSessionRecord>> {
  may(actor, "listSessions");
  const place = readPlace(cursor);
  let after = place && { orderedBy: place.rank, id: place.id };
  const now = deps.now().toISOString();
  const found: ListedSessionRecord[] = [];
  // Read one session more than the page has, to find out whether there is a next page.
  for (let isDone = false; !isDone && found.length <= limit; ) {
    if (found.length > 0) await deps.turns.next();
    const wanted = Math.min(stepSessions, limit + 1 - found.length);
    const page = { now, limit: wanted, ...(after !== undefined && { after }) };
    const step = await deps.store.sessions.listLive(actor.userId, page);
    found.push(...step);
    after = step.at(-1) ?? after;
    isDone = step.length < wanted;
  }
  const items = found.slice(0, limit);
  const last = found.length > limit ? items.at(-1) : undefined;
  return { items, nextCursor: last === undefined ? null : encodeCursor([last.orderedBy, last.id]) };
}

/**
 * Ends one of the actor's own sessions. Its access and refresh tokens, its cookie and the sign-ins of devices that it
 * approved stop working with the next request. A session that has already ended does not change. The caller's own
 * session also ends at the identity provider. Other sessions end there with their next refresh.
 * @throws {AppError} NOT_FOUND, also for a session of another user. UNAUTHORIZED if the caller's session has ended.
 */
export async function endSession(
  deps: Dependencies,
  session: Pick<AuthenticatedSession, "actor" | "provided">,
  sessionId: string,
  origin: Origin,
): Promise<void> {
  const { actor } = session;
  may(actor, "endSession");
  if (sessionId === actor.sessionId) return signOut(deps, session, origin);
  await deps.transact(async (tx) => {
    await lockCaller(tx, actor);
    const context = await tx.store.sessions.findContext(sessionId);
    if (context === null || context.session.userId !== actor.userId) throw notFound();
    if (!isLive(deps, context)) return;
    // A concurrent sign-out has already recorded the end.
    if (!(await tx.store.sessions.revokeSession(sessionId, deps.now().toISOString()))) return;
    const { hostName, client } = context.session;
    const details = { sessionId, hostName, client };
    await recordCall(tx, { actor, origin }, { action: "session.signed_out", details });
  });
}

/**
 * Ends all sessions of the actor except the session of the call, and all unfinished sign-ins. Returns the number of
 * ended sessions that had still worked.
 * @throws {AppError} UNAUTHORIZED if the caller's session has ended.
 */
export async function endOtherSessions(deps: Dependencies, actor: UserActor, origin: Origin): Promise<number> {
  may(actor, "endOtherSessions");
  return deps.transact(async (tx) => {
    const { sessions, deviceSignIns, secondFactors } = tx.store;
    await lockCaller(tx, actor);
    const now = deps.now().toISOString();
    await deviceSignIns.denyApproved(actor.userId);
    await secondFactors.expire({ userId: actor.userId }, now);
    const endedSessions = await sessions.revokeOtherSessions(actor.userId, actor.sessionId, now);
    if (endedSessions === 0) return 0;
    const details = { endedSessions, exceptSessionId: actor.sessionId };
    await recordCall(tx, { actor, origin }, { action: "session.signed_out", details });
    return endedSessions;
  });
}

/**
 * Locks the user of a call. A sign-in in progress waits for this lock or has already opened its session. If two
 * sessions end each other, the second finds that it has ended.
 */
async function lockCaller(tx: Transaction, { userId, sessionId }: UserActor): Promise<void> {
  await tx.store.users.lockUser(userId);
  if (!(await isSessionLive(tx, sessionId))) throw new AppError("UNAUTHORIZED");
}
