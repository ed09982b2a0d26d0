import type { FastifyReply, FastifyRequest } from "fastify";
import { type Call, may, type OperationId, type UserActor } from "../../domain/access.ts";
import type { Dependencies } from "../../domain/dependencies.ts";
import { findLimitedActor } from "../../domain/limits/management-limiter.ts";
import { authenticateSession } from "../../domain/sessions/authenticate-session.ts";
import { updateProvidedSession } from "../../domain/sessions/provider-sessions.ts";
import type { AuthenticatedSession } from "../../domain/sessions/sessions.ts";
import {
  authenticatePipeline,
  hasPipelineTokenForm,
  recordPipelineUse,
} from "../../domain/tokens/authenticate-pipeline.ts";
import { AppError } from "../../errors.ts";
import { type Authenticated, originOf } from "../fastify.ts";
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
 * Returns the hooks of an operation that requires a session or a token of a pipeline. They check access before the body
 * is read, and again after it has arrived, because the user may be signed out in the meantime. An accepted call extends
 * a provider session, saves a new address of its token, and is a use of an automation token.
 * @throws {AppError} UNAUTHORIZED, IP_NOT_ALLOWED, RATE_LIMITED, and the errors of `may`.
 */
export function createSessionHooks(
  deps: Dependencies,
  operation: OperationId,
  isLimited = true,
): { readonly onRequest: Hook; readonly preHandler: Hook; readonly onSend: SendHook } {
  const authenticate = async (request: FastifyRequest): Promise<Authenticated> => {
    const token = readBearerToken(request.headers.authorization);
    if (token === null) throw new AppError("UNAUTHORIZED");
    const isPipeline = hasPipelineTokenForm(token);
    return isPipeline
      ? authenticatePipeline(deps, token, originOf(request))
      : authenticateSession(deps, token, originOf(request));
  };
  const accept = (request: FastifyRequest, authenticated: Authenticated): void => {
    may(authenticated.actor, operation);
    request.authenticated = authenticated;
  };
  return {
    onRequest: async (request) => {
      const authenticated = await authenticate(request);
      const limited = findLimitedActor(authenticated.actor);
      // Count the call first, so that calls that are refused for another reason count too.
      if (isLimited) admitSession(deps, request, limited);
      else request.limitedActor = limited;
      accept(request, authenticated);
      // Only authorized calls wait here. Otherwise, strangers could fill the queue.
      await deps.turns.next();
    },
    preHandler: async (request) => {
      if (request.method !== "GET" && request.method !== "HEAD") accept(request, await authenticate(request));
    },
    onSend: async (request, reply) => {
      const { authenticated } = request;
      if (authenticated === null || reply.statusCode >= 400) return;
      if ("use" in authenticated) await recordPipelineUse(deps, authenticated, originOf(request));
      else if (authenticated.provided !== null) {
        await updateProvidedSession(deps, authenticated.provided, authenticated.actor, originOf(request));
      }
    },
  };
}

function requireAuthenticated(request: FastifyRequest): Authenticated {
  if (request.authenticated === null) throw new Error(`${request.url} is registered without the session hooks`);
  return request.authenticated;
}

/** Returns the session of the hooks. Throws if the route has no hooks. */
export function requireSession(request: FastifyRequest): AuthenticatedSession {
  const authenticated = requireAuthenticated(request);
  if ("use" in authenticated) throw new AppError("SCOPE_DENIED");
  return authenticated;
}

/** Returns the management call of a request. Throws as `requireSession` does, but the caller may be a pipeline. */
export function requireCall(request: FastifyRequest): Call {
  return { actor: requireAuthenticated(request).actor, origin: originOf(request) };
}

/** Returns the management call of a user. Throws as `requireSession` does. */
export function requireUserCall(request: FastifyRequest): Call<UserActor> {
  return { actor: requireSession(request).actor, origin: originOf(request) };
}
