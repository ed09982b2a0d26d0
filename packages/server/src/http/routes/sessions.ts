import type { FastifyRequest } from "fastify";
import type Type from "typebox";
import type { Dependencies } from "../../domain/dependencies.ts";
import type { LimitedActor } from "../../domain/limits/management-limiter.ts";
import { changePassword } from "../../domain/passwords/change-password.ts";
import { endOtherSessions, endSession, listSessions } from "../../domain/sessions/own-sessions.ts";
import { refreshSession } from "../../domain/sessions/refresh-session.ts";
import { type IssuedSession, signOut, switchCompany } from "../../domain/sessions/sessions.ts";
import { signIn } from "../../domain/sign-in/sign-in.ts";
import type { MembershipRecord, UserRecord } from "../../store/records.ts";
import { createCalls, nothing } from "../describe-call.ts";
import { type App, originOf } from "../fastify.ts";
import { requireSession } from "../plugins/authenticate.ts";
import { admitSession } from "../plugins/management-limits.ts";
import { ofBody } from "../refusals.ts";
import { strictObject } from "../schemas/primitives.ts";
import {
  ChangePasswordRequest,
  EndedSessions,
  RefreshRequest,
  SessionInfo,
  SessionList,
  SessionParams,
  SessionResponse,
  SessionsQuery,
  SignInRequest,
  SwitchCompanyRequest,
} from "../schemas/session.ts";
import { sendPage } from "../send-page.ts";

function presentUser(user: UserRecord): Type.Static<typeof SessionInfo>["user"] {
  return {
    id: user.id,
    firstName: user.firstName,
    lastName: user.lastName,
    email: user.email,
    mustChangePassword: user.mustChangePassword,
  };
}

function presentMemberships(memberships: readonly MembershipRecord[]): Type.Static<typeof SessionInfo>["companies"] {
  return memberships.map(({ id, name, privilege }) => ({ id, name, privilege }));
}

function presentSession(session: IssuedSession): Type.Static<typeof SessionResponse> {
  const { accessToken, refreshToken, deviceToken, expiresInSeconds, user, activeCompany, memberships } = session;
  return {
    accessToken,
    ...(refreshToken === null ? {} : { refreshToken }),
    ...(deviceToken === null ? {} : { deviceToken }),
    expiresIn: expiresInSeconds,
    user: presentUser(user),
    activeCompany: { id: activeCompany.id, name: activeCompany.name },
    companies: presentMemberships(memberships),
  };
}

/** Returns the response with a new session and sets it for the rate limit headers. */
function presentIssued(request: FastifyRequest, session: IssuedSession): Type.Static<typeof SessionResponse> {
  request.limitedActor = { sessionId: session.sessionId, companyId: session.activeCompany.id };
  return presentSession(session);
}

/** Registers sign-in, sign-out and session calls (contract, section 1). */
export function registerSessionRoutes(app: App, deps: Dependencies): void {
  const call = createCalls(app, deps, "Session");

  call("POST", "/signin", {
    operationId: "signIn",
    summary: "Sign in with email or username and password",
    description: "An unknown user, a wrong password and a disabled user get the same response.",
    body: SignInRequest,
    response: { 200: SessionResponse },
    refusals: ["SIGN_IN_FAILED", "FORBIDDEN", "RATE_LIMITED"],
  }).answer(async (request) => presentIssued(request, await signIn(deps, request.body, originOf(request))));

  call("POST", "/refresh", {
    operationId: "refreshSession",
    summary: "Exchange a refresh token for new tokens",
    description:
      "A refresh token works once. Reuse ends the session, except for a short time in which you can retry after a lost response.",
    body: RefreshRequest,
    response: { 200: SessionResponse },
    refusals: ["UNAUTHORIZED", "RATE_LIMITED"],
  }).answer(async (request) => {
    const admit = (session: LimitedActor): void => admitSession(deps, request, session);
    return presentIssued(request, await refreshSession(deps, request.body.refreshToken, originOf(request), admit));
  });

  call("POST", "/signout", {
    operationId: "signOut",
    summary: "Sign out",
    description: "The access token and the refresh token stop working immediately.",
    response: nothing,
    refusals: [...ofBody],
    // Not limited, because each session can do it only once.
    isLimited: false,
  }).answerNothing((request) => signOut(deps, requireSession(request), originOf(request)));

  call("GET", "/me", {
    operationId: "getSession",
    summary: "Get the signed-in user, company and plan",
    description: "The response also contains the IP address that the server sees.",
    response: { 200: SessionInfo },
  }).answer(async (request) => {
    const { actor, user, memberships, accessTokenExpiresAt, endsOn, endsAtLatestOn } = requireSession(request);
    return {
      user: presentUser(user),
      activeCompany: { id: actor.companyId, name: actor.companyName },
      companies: presentMemberships(memberships),
      session: { id: actor.sessionId, expiresAt: accessTokenExpiresAt.toISOString(), endsOn, endsAtLatestOn },
      plan: actor.plan,
      ip: request.clientAddress,
    };
  });

  call("POST", "/switch-company", {
    operationId: "switchCompany",
    summary: "Switch to another company of the user",
    description: "Returns new tokens, which replace the tokens of the session.",
    body: SwitchCompanyRequest,
    response: { 200: SessionResponse },
    refusals: ["FORBIDDEN"],
  }).answer(async (request) =>
    presentSession(await switchCompany(deps, requireSession(request), request.body.companyId, originOf(request))),
  );

  call("POST", "/password", {
    operationId: "changePassword",
    summary: "Change the password",
    description:
      "All other sessions of the user end. By default, a new password needs at least 15 characters. The server refuses common passwords and states the reason.",
    body: ChangePasswordRequest,
    response: nothing,
    refusals: ["SIGN_IN_FAILED", "FORBIDDEN"],
  }).answerNothing((request) => changePassword(deps, requireSession(request), request.body, originOf(request)));
}

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
