import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import type {
  ContextConfigDefault,
  FastifyBaseLogger,
  FastifySchema,
  FastifySchemaCompiler,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
  RouteGenericInterface,
  RouteHandlerMethod,
} from "fastify";
import Type from "typebox";
import { type OperationId, type Rule, ruleOf } from "../domain/access.ts";
import type { Dependencies } from "../domain/dependencies.ts";
import type { ErrorType } from "../errors.ts";
import type { App } from "./fastify.ts";
import { createSessionHooks } from "./plugins/authenticate.ts";
import { listRefusals, ofBody, ofInput, ofRepeatableCall } from "./refusals.ts";
import { ErrorResponse } from "./schemas/error.ts";

/** The schema and the errors of a management call, without the parts that all calls share. */
interface CallSchema {
  readonly operationId: OperationId;
  readonly summary: string;
  readonly description: string;
  readonly headers?: Type.TObject;
  readonly params?: Type.TObject;
  readonly querystring?: Type.TObject;
  readonly body?: Type.TObject | Type.TUnion<Type.TObject[]>;
  /** Media types of the body. The default is JSON. */
  readonly consumes?: readonly string[];
  readonly response: Readonly<Record<number, Type.TSchema>>;
  /** Errors of the call itself. The errors of its access and its inputs are added. */
  readonly refusals?: readonly ErrorType[];
  /** Replaces the ordinary validation. */
  readonly validatorCompiler?: FastifySchemaCompiler<FastifySchema>;
  /** False if it takes no rate limit token. */
  readonly isLimited?: false;
}

/** A hook for operations with an optional body, such as the documented rotate and revoke. */
async function allowMissingBody(request: { body: unknown }): Promise<void> {
  request.body ??= {};
}

function isOptional(body: { readonly required?: readonly unknown[]; readonly anyOf?: readonly object[] }): boolean {
  return body.anyOf?.every(isOptional) ?? (body.required ?? []).length === 0;
}

/** Returns the credentials that a call accepts. */
function listSecurity({ user, pipeline }: Rule): Record<string, string[]>[] {
  return [...(pipeline === undefined ? [] : [{ pipeline: [] }]), ...(user === "pipeline" ? [] : [{ session: [] }])];
}

/** Returns the errors that follow from the inputs of a call. */
function listInputRefusals({ headers, params, querystring, body }: Omit<CallSchema, "refusals">): readonly ErrorType[] {
  return [
    ...(headers === undefined ? [] : ofRepeatableCall),
    ...(params === undefined ? [] : (["NOT_FOUND"] as const)),
    ...(querystring === undefined ? [] : ofInput),
    ...(body === undefined ? [] : ofBody),
  ];
}

/** The schema of a route: the schema of its call, and the errors that all calls share. */
type RouteSchema<Schema extends CallSchema> = Schema & {
  readonly response: Schema["response"] & { readonly default: typeof ErrorResponse };
};

/** A handler, with requests and responses typed by the schema. */
type Handler<Schema extends CallSchema> = RouteHandlerMethod<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  RouteGenericInterface,
  ContextConfigDefault,
  RouteSchema<Schema>,
  TypeBoxTypeProvider,
  FastifyBaseLogger
>;

/** The response of a call that returns nothing. */
export const nothing = { 204: Type.Null({ description: "Done" }) };

/**
 * Returns a function that registers a call of the management plane, with hooks, documented errors and schema. A body
 * without required fields can be missing.
 */
export function createCalls(app: App, deps: Dependencies, tag: string) {
  return <const Schema extends CallSchema>(
    method: "DELETE" | "GET" | "PATCH" | "POST",
    url: string,
    description: Schema,
  ) => {
    const { refusals = [], validatorCompiler, isLimited, ...schema }: CallSchema = description;
    const { operationId, body } = schema;
    const rule = ruleOf(operationId);
    const isOpen = rule.user === "nothing";
    const register = (handler: RouteHandlerMethod): void => {
      app.route({
        method,
        url,
        ...(isOpen ? {} : createSessionHooks(deps, operationId, isLimited)),
        ...(body !== undefined && isOptional(body) && { preValidation: allowMissingBody }),
        ...(validatorCompiler !== undefined && { validatorCompiler }),
        config: { refusals: listRefusals(rule, ...listInputRefusals(schema), ...refusals) },
        schema: {
          ...schema,
          tags: [tag],
          ...(isOpen ? {} : { security: listSecurity(rule) }),
          response: { ...schema.response, default: ErrorResponse },
        },
        handler,
      });
    };
    return {
      answer: (handler: Handler<Schema>): void => register(handler as RouteHandlerMethod),
      /** Registers a call that returns nothing. */
      answerNothing: (work: (request: Parameters<Handler<Schema>>[0]) => Promise<void>): void =>
        register(async (request, reply) => {
          await work(request as Parameters<typeof work>[0]);
          return reply.code(204).send(null);
        }),
    };
  };
}
