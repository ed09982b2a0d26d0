import type { FastifyReply, FastifyRequest } from "fastify";
import { type Access, type Call, requireAccess } from "../../domain/access.ts";
import type { Dependencies } from "../../domain/dependencies.ts";
import { authenticateSession } from "../../domain/sessions/authenticate-session.ts";
import { settleProvided } from "../../domain/sessions/provider-sessions.ts";
import type { AuthenticatedSession } from "../../domain/sessions/sessions.ts";
import { AppError } from "../../errors.ts";
import { originOf } from "../fastify.ts";
import { admitSession } from "./management-limits.ts";

/** Returns the token of `Authorization: Bearer …` (RFC 6750), or null. The scheme is case-insensitive. */
export function readBearerToken(header: string | undefined): string | null {
  const match = /^Bearer +([^ ]+) *$/i.exec(header ?? "");
  return match?.[1] ?? null;
}

/** A Fastify hook of a route. */
type Hook = (request: FastifyRequest) => Promise<void>;
type SendHook = (request: FastifyRequest, reply: FastifyReply) => Promise<void>;

/**
 * Returns the hooks of a route that requires a session. They check access before the body is read, and again after it
 * has arrived, because the user may be signed out in the meantime. An accepted call extends a provider session and
 * saves a new address of its token.
 * @throws {AppError} UNAUTHORIZED, RATE_LIMITED, PASSWORD_CHANGE_REQUIRED, FORBIDDEN, PLAN_UPGRADE_REQUIRED.
 */
export function createSessionHooks(
  deps: Dependencies,
  access: Access,
  { isLimited = true }: { readonly isLimited?: boolean } = {},
): { readonly onRequest: Hook; readonly preHandler: Hook; readonly onSend: SendHook } {
  const authenticate = async (request: FastifyRequest): Promise<AuthenticatedSession> => {
    const token = readBearerToken(request.headers.authorization);
    if (token === null) throw new AppError("UNAUTHORIZED");
    return authenticateSession(deps, token, originOf(request));
  };
  const accept = (request: FastifyRequest, authenticated: AuthenticatedSession): void => {
    requireAccess(authenticated.actor, access);
    request.authenticated = authenticated;
  };
  return {
    onRequest: async (request) => {
      const authenticated = await authenticate(request);
      // Count the call first, so that calls that are refused for another reason count too.
      if (isLimited) admitSession(deps, request, authenticated.actor);
      else request.limitedActor = authenticated.actor;
      accept(request, authenticated);
      // Only authorized calls wait here. Otherwise, strangers could fill the queue.
      await deps.turns.next();
    },
    preHandler: async (request) => {
      if (request.method !== "GET" && request.method !== "HEAD") accept(request, await authenticate(request));
    },
    onSend: async (request, reply) => {
      const { authenticated } = request;
      if (authenticated === null || authenticated.provided === null || reply.statusCode >= 400) return;
      await settleProvided(deps, authenticated.provided, authenticated.actor, originOf(request));
    },
  };
}

/** Returns the session of the hooks. Throws if the route has no hooks. */
export function requireSession(request: FastifyRequest): AuthenticatedSession {
  if (request.authenticated === null) throw new Error(`${request.url} is registered without the session hooks`);
  return request.authenticated;
}

/** Returns the management call of a request. Throws as `requireSession` does. */
export function requireCall(request: FastifyRequest): Call {
  return { actor: requireSession(request).actor, origin: originOf(request) };
}
