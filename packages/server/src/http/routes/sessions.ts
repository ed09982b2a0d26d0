import Type from "typebox";
import { changePassword } from "../../domain/change-password.ts";
import type { Dependencies } from "../../domain/dependencies.ts";
import { refreshSession } from "../../domain/refresh-session.ts";
import { type IssuedSession, signOut, switchCompany } from "../../domain/sessions.ts";
import { signIn } from "../../domain/sign-in.ts";
import type { MembershipRecord, UserRecord } from "../../store/records.ts";
import { type App, originOf } from "../fastify.ts";
import { createSessionHooks, requireSession } from "../plugins/authenticate.ts";
import { ErrorResponse } from "../schemas/error.ts";
import {
  ChangePasswordRequest,
  RefreshRequest,
  SessionInfo,
  SessionResponse,
  SignInRequest,
  SwitchCompanyRequest,
} from "../schemas/session.ts";

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

/** Sign-in, sign-out and everything about the session itself (contract, section 1). */
export function registerSessionRoutes(app: App, deps: Dependencies): void {
  const hooks = createSessionHooks(deps, "session");
  const security = [{ session: [] }];
  const tags = ["Session"];

  app.post(
    "/signin",
    {
      schema: {
        operationId: "signIn",
        tags,
        summary: "Sign in with e-mail or username and password",
        body: SignInRequest,
        response: { 200: SessionResponse, default: ErrorResponse },
      },
    },
    async (request) => presentSession(await signIn(deps, request.body, originOf(request))),
  );

  app.post(
    "/refresh",
    {
      schema: {
        operationId: "refreshSession",
        tags,
        summary: "Exchange a single-use refresh token for new tokens",
        body: RefreshRequest,
        response: { 200: SessionResponse, default: ErrorResponse },
      },
    },
    async (request) => presentSession(await refreshSession(deps, request.body.refreshToken, originOf(request))),
  );

  app.post(
    "/signout",
    {
      ...hooks,
      schema: {
        operationId: "signOut",
        tags,
        security,
        summary: "End the session; its tokens are refused at once",
        response: { 204: Type.Null({ description: "Done" }), default: ErrorResponse },
      },
    },
    async (request, reply) => {
      await signOut(deps, requireSession(request), originOf(request));
      return reply.code(204).send(null);
    },
  );

  app.get(
    "/me",
    {
      ...hooks,
      schema: {
        operationId: "getSession",
        tags,
        security,
        summary: "Who is signed in, for which company, from which address",
        response: { 200: SessionInfo, default: ErrorResponse },
      },
    },
    async (request) => {
      const { actor, user, memberships, accessTokenExpiresAt } = requireSession(request);
      return {
        user: presentUser(user),
        activeCompany: { id: actor.companyId, name: actor.companyName },
        companies: presentMemberships(memberships),
        session: { id: actor.sessionId, expiresAt: accessTokenExpiresAt.toISOString() },
        plan: actor.plan,
        ip: request.clientAddress,
      };
    },
  );

  app.post(
    "/switch-company",
    {
      ...hooks,
      schema: {
        operationId: "switchCompany",
        tags,
        security,
        summary: "Get tokens that act for another of your companies",
        body: SwitchCompanyRequest,
        response: { 200: SessionResponse, default: ErrorResponse },
      },
    },
    async (request) =>
      presentSession(await switchCompany(deps, requireSession(request), request.body.companyId, originOf(request))),
  );

  app.post(
    "/password",
    {
      ...hooks,
      schema: {
        operationId: "changePassword",
        tags,
        security,
        summary: "Change the password; every other session of the user ends",
        body: ChangePasswordRequest,
        response: { 204: Type.Null({ description: "Done" }), default: ErrorResponse },
      },
    },
    async (request, reply) => {
      await changePassword(deps, requireSession(request), request.body, originOf(request));
      return reply.code(204).send(null);
    },
  );
}
