import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import type {
  FastifyBaseLogger,
  FastifyInstance,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from "fastify";
import type { Origin } from "../domain/access.ts";
import type { LimitedActor } from "../domain/limits/management-limiter.ts";
import type { AuthenticatedSession } from "../domain/sessions/sessions.ts";
import type { ErrorType } from "../errors.ts";

/** Our Fastify: requests and answers typed by the TypeBox schemas of the route. */
export type App = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;

declare module "fastify" {
  interface FastifyRequest {
    /** The client's address as the server trusts it, canonical; null when it cannot be read. */
    clientAddress: string | null;
    /** Set by `authenticate` on routes that need a session. */
    authenticated: AuthenticatedSession | null;
    /** The session whose management calls are limited, once it is known. */
    limitedActor: LimitedActor | null;
  }
  interface FastifyContextConfig {
    /** Which error body the route speaks: `/external/v1` or `/api`. */
    plane?: "external" | "api";
    /** Every error type that the route can answer with, for the OpenAPI document. */
    refusals?: readonly ErrorType[];
  }
}

/** Where a request came from, for the audit trail. */
export function originOf(request: { readonly clientAddress: string | null; readonly id: string }): Origin {
  return { ip: request.clientAddress, requestId: request.id };
}
