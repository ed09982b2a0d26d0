import { answerPage } from "./fake-paging.ts";
import { FakeRefusal } from "./fake-refusal.ts";
import { type FakeAnswer, type FakeRequest, recordEvent, requireActor } from "./fake-request.ts";
import { endOthers, REFRESH_TOKEN_SECONDS, signOut } from "./fake-sessions.ts";

/** GET /sessions: the user's own sessions, newest use first. */
export function listSessions(request: FakeRequest): FakeAnswer {
  const { state } = request;
  const { user, token } = requireActor(request);
  const own = state.sessions.filter((session) => session.userId === user.id && !session.isEnded);
  const items = own
    .reverse()
    .sort((one, other) => other.lastUsedOn.localeCompare(one.lastUsedOn))
    .map((session) => {
      const { id, opening, createdOn, lastUsedOn, companyId } = session;
      const expiresOn = new Date(Date.parse(lastUsedOn) + REFRESH_TOKEN_SECONDS * 1000).toISOString();
      const name = state.companies.get(companyId)?.name;
      const company = name === undefined || !user.privileges.has(companyId) ? null : { id: companyId, name };
      return { id, current: session === token.session, ...opening, createdOn, lastUsedOn, expiresOn, company };
    });
  return answerPage(request, items);
}

/** DELETE /sessions/{id}: ends one of the user's own sessions. */
export function endSession(request: FakeRequest): FakeAnswer {
  const actor = requireActor(request);
  const session = request.state.sessions.find(({ id }) => id === request.params["id"]);
  if (session === undefined || session.userId !== actor.user.id) throw new FakeRefusal("NOT_FOUND");
  if (session === actor.token.session) return signOut(request);
  if (!session.isEnded) {
    session.isEnded = true;
    const { hostName, client } = session.opening;
    recordEvent(request, "session.signed_out", { actor, details: { sessionId: session.id, hostName, client } });
  }
  return { status: 204 };
}

/** DELETE /sessions: ends all sessions of the user but that of the call, and sign-ins of devices that wait. */
export function endOtherSessions(request: FakeRequest): FakeAnswer {
  const actor = requireActor(request);
  for (const signIn of request.state.deviceSignIns.values()) {
    const isApproved = typeof signIn.decision === "object" && signIn.decision.user === actor.user;
    if (isApproved && signIn.session === null) signIn.decision = "denied";
  }
  const endedSessions = endOthers(request, actor);
  const details = { endedSessions, exceptSessionId: actor.token.session.id };
  if (endedSessions > 0) recordEvent(request, "session.signed_out", { actor, details });
  return { status: 200, body: { endedSessions } };
}
