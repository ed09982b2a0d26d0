import type { FastifyRequest } from "fastify";
import { type Access, requireAccess } from "../../domain/access.ts";
import type { Dependencies } from "../../domain/dependencies.ts";
import { type AuthenticatedSession, authenticateSession } from "../../domain/sessions.ts";
import { AppError } from "../../errors.ts";

/** The token of `Authorization: Bearer …` (RFC 6750), or null. The scheme's case does not matter. */
export function readBearerToken(header: string | undefined): string | null {
  const match = /^Bearer +([^ ]+) *$/i.exec(header ?? "");
  return match?.[1] ?? null;
}

/**
 * An `onRequest` hook: resolves the session and refuses what its standing does not allow, before the body is read.
 * @throws {AppError} UNAUTHORIZED, PASSWORD_CHANGE_REQUIRED, FORBIDDEN, PLAN_UPGRADE_REQUIRED.
 */
export function createAuthenticateHook(
  deps: Dependencies,
  access: Access,
): (request: FastifyRequest) => Promise<void> {
  return async (request) => {
    const token = readBearerToken(request.headers.authorization);
    if (token === null) throw new AppError("UNAUTHORIZED");
    const authenticated = await authenticateSession(deps, token);
    requireAccess(authenticated.actor, access);
    request.authenticated = authenticated;
  };
}

/** The session that the hook found. Throws when a route forgot the hook. */
export function requireSession(request: FastifyRequest): AuthenticatedSession {
  if (request.authenticated === null) throw new Error(`${request.url} is served without the authenticate hook`);
  return request.authenticated;
}
