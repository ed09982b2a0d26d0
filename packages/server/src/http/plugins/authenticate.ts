import type { FastifyReply, FastifyRequest } from "fastify";
import { type Access, requireAccess } from "../../domain/access.ts";
import type { Dependencies } from "../../domain/dependencies.ts";
import { authenticateSession } from "../../domain/sessions/authenticate-session.ts";
import { settleProvided } from "../../domain/sessions/provider-sessions.ts";
import type { AuthenticatedSession } from "../../domain/sessions/sessions.ts";
import { AppError } from "../../errors.ts";
import { originOf } from "../fastify.ts";
import { admitSession } from "./management-limits.ts";

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
 * provider's session, and notes the address that its token tells.
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
      // Before anything else is decided: a call that is refused for another reason counts, too.
      if (isLimited) admitSession(deps, request, authenticated.actor);
      else request.limitedActor = authenticated.actor;
      accept(request, authenticated);
      // Only whoever may call waits in this line, or strangers could fill it.
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

/** The session that the hooks found. Throws when a route forgot them. */
export function requireSession(request: FastifyRequest): AuthenticatedSession {
  if (request.authenticated === null) throw new Error(`${request.url} is registered without the session hooks`);
  return request.authenticated;
}
