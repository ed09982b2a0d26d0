import type { Dependencies } from "../../domain/dependencies.ts";
import { endOtherSessions, endSession, listSessions } from "../../domain/sessions/own-sessions.ts";
import { createCalls, nothing } from "../describe-call.ts";
import { type App, originOf } from "../fastify.ts";
import { requireSession } from "../plugins/authenticate.ts";
import { strictObject } from "../schemas/primitives.ts";
import { EndedSessions, SessionList, SessionParams, SessionsQuery } from "../schemas/session.ts";
import { sendPage } from "../send-page.ts";

/** Registers the calls with which users see and end their own sessions. */
export function registerOwnSessionRoutes(app: App, deps: Dependencies): void {
  const call = createCalls(app, deps, "Session");

  call("GET", "/sessions", {
    operationId: "listSessions",
    summary: "List your own sessions, newest use first",
    description:
      'The list has the sessions of all your companies that still work. If there are more results, a `Link: <…>; rel="next"` header contains the URL of the next page.',
    querystring: SessionsQuery,
    response: { 200: SessionList },
  }).answer(async (request, reply) => {
    const { actor } = requireSession(request);
    const page = await listSessions(deps, actor, request.query);
    return sendPage(deps, reply, actor, page, ({ orderedBy: _, ...session }) => ({
      ...session,
      current: session.id === actor.sessionId,
    }));
  });

  call("DELETE", "/sessions/:id", {
    operationId: "endSession",
    summary: "End one of your own sessions",
    description:
      "Its access token and its refresh token stop working immediately. A session of another user gets the same 404 as a session that never existed. The call is safe to repeat.",
    params: SessionParams,
    response: nothing,
  }).answerNothing((request) => endSession(deps, requireSession(request), request.params.id, originOf(request)));

  call("DELETE", "/sessions", {
    operationId: "endOtherSessions",
    summary: "End all your sessions except the one of the call",
    description:
      "Their access tokens and refresh tokens stop working immediately. Sign-ins that are not finished end too. The call is safe to repeat.",
    // A misspelled call for one session must not end all others.
    querystring: strictObject({}),
    response: { 200: EndedSessions },
  }).answer(async (request) => {
    const { actor } = requireSession(request);
    return { endedSessions: await endOtherSessions(deps, actor, originOf(request)) };
  });
}
