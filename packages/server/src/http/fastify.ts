import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import type {
  FastifyBaseLogger,
  FastifyInstance,
  FastifyRequest,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from "fastify";
import type { Origin } from "../domain/access.ts";
import type { LimitedActor } from "../domain/limits/management-limiter.ts";
import type { AuthenticatedSession } from "../domain/sessions/sessions.ts";
import type { AuthenticatedPipeline } from "../domain/tokens/authenticate-pipeline.ts";
import type { ErrorType } from "../errors.ts";

/** Fastify with requests and responses typed by the TypeBox schemas of the route. */
export type App = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;

/** The caller of a request: a user with a session, or a pipeline with a token. */
export type Authenticated = AuthenticatedSession | AuthenticatedPipeline;

declare module "fastify" {
  interface FastifyRequest {
    /** Client address in canonical form, considering trusted proxies. Null if it is unreadable. */
    clientAddress: string | null;
    /** Set by `authenticate` on routes that need a session or a token of a pipeline. */
    authenticated: Authenticated | null;
    /** Session for the rate limit of management calls, once it is known. */
    limitedActor: LimitedActor | null;
  }
  interface FastifyContextConfig {
    /** Error format of the route: `/external/v1` or `/api`. */
    plane?: "external" | "api";
    /** All error types of the route, for the OpenAPI document. */
    refusals?: readonly ErrorType[];
  }
}

/** Returns the origin of a request. */
export function originOf({
  clientAddress,
  id,
  headers,
}: Pick<FastifyRequest, "clientAddress" | "id" | "headers">): Origin {
  return { ip: clientAddress, requestId: id, userAgent: headers["user-agent"] };
}
