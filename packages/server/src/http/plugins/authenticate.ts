import type { FastifyReply, FastifyRequest } from "fastify";
import { type Access, requireAccess } from "../../domain/access.ts";
import { authenticateSession } from "../../domain/authenticate-session.ts";
import type { Dependencies } from "../../domain/dependencies.ts";
import { prolongProvided } from "../../domain/provider-sessions.ts";
import type { AuthenticatedSession } from "../../domain/sessions.ts";
import { AppError } from "../../errors.ts";
import { originOf } from "../fastify.ts";

/** The token of `Authorization: Bearer …` (RFC 6750), or null. The scheme's case does not matter. */
export function readBearerToken(header: string | undefined): string | null {
  const match = /^Bearer +([^ ]+) *$/i.exec(header ?? "");
  return match?.[1] ?? null;
}

/** Fastify hooks, as a route takes them. */
type Hook = (request: FastifyRequest) => Promise<void>;
type SendHook = (request: FastifyRequest, reply: FastifyReply) => Promise<void>;

/**
 * The hooks of a route that needs a session: refuse what its standing does not allow before the body is read, and once more
 * when it has arrived, for a client may take its time with a body and be signed out meanwhile. An accepted call prolongs a
 * provider's session.
 * @throws {AppError} UNAUTHORIZED, PASSWORD_CHANGE_REQUIRED, FORBIDDEN, PLAN_UPGRADE_REQUIRED.
 */
export function createSessionHooks(
  deps: Dependencies,
  access: Access,
): { readonly onRequest: Hook; readonly preHandler: Hook; readonly onSend: SendHook } {
  const authenticate: Hook = async (request) => {
    const token = readBearerToken(request.headers.authorization);
    if (token === null) throw new AppError("UNAUTHORIZED");
    const authenticated = await authenticateSession(deps, token, originOf(request));
    requireAccess(authenticated.actor, access);
    request.authenticated = authenticated;
  };
  return {
    onRequest: authenticate,
    preHandler: async (request) => {
      if (request.method !== "GET") await authenticate(request);
    },
    onSend: async (request, reply) => {
      const { actor, provided } = request.authenticated ?? { actor: null, provided: null };
      if (actor === null || provided?.isDue !== true || reply.statusCode >= 400) return;
      await prolongProvided(deps, { id: actor.sessionId, companyId: actor.companyId }, originOf(request));
    },
  };
}

/** The session that the hooks found. Throws when a route forgot them. */
export function requireSession(request: FastifyRequest): AuthenticatedSession {
  if (request.authenticated === null) throw new Error(`${request.url} is served without the session hooks`);
  return request.authenticated;
}
