import type Type from "typebox";
import { type OperationId, type Rule, ruleOf } from "../domain/access.ts";
import type { Dependencies } from "../domain/dependencies.ts";
import type { ErrorType } from "../errors.ts";
import { createSessionHooks } from "./plugins/authenticate.ts";
import { listRefusals, ofBody, ofInput, ofRepeatableCall } from "./refusals.ts";
import { ErrorResponse } from "./schemas/error.ts";

/** The schema and the errors of a management call, without what all of them share. */
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
  /** Errors of the call itself. Those of its access and its inputs are added. */
  readonly refusals?: readonly ErrorType[];
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

/**
 * Returns a function that returns the options of a route of the management plane: hooks, documented errors and schema.
 * A body without required fields can be missing.
 */
export function createCallOptions(deps: Dependencies, tag: string) {
  return <const Schema extends CallSchema>({ refusals = [], ...schema }: Schema) => ({
    ...(ruleOf(schema.operationId).user === "nothing" ? {} : createSessionHooks(deps, schema.operationId)),
    ...(schema.body !== undefined && isOptional(schema.body) && { preValidation: allowMissingBody }),
    config: { refusals: listRefusals(ruleOf(schema.operationId), ...listInputRefusals(schema), ...refusals) },
    schema: {
      ...schema,
      tags: [tag],
      ...(ruleOf(schema.operationId).user === "nothing" ? {} : { security: listSecurity(ruleOf(schema.operationId)) }),
      response: { ...schema.response, default: ErrorResponse } as Schema["response"] & {
        default: typeof ErrorResponse;
      },
    },
  });
}
