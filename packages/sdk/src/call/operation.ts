import type { paths } from "../generated/openapi.ts";

/** A path template of the server. */
export type Template = keyof paths;

/** The methods of a path, in upper case. */
export type MethodOf<P extends Template> = {
  [M in keyof paths[P]]-?: paths[P][M] extends { responses: unknown } ? Uppercase<M & string> : never;
}[keyof paths[P]];

type OperationOf<P extends Template, M extends MethodOf<P>> = paths[P][Lowercase<M> & keyof paths[P]];

type JsonOf<T> = T extends { content: { "application/json": infer Json } } ? Json : never;

/** Optional fields can also be undefined. JSON and the query omit them. */
type Undefinable<T> = { [K in keyof T]: Record<never, never> extends Pick<T, K> ? T[K] | undefined : T[K] };

type PathPart<O> = O extends { parameters: { path: infer Path } }
  ? Path extends object
    ? { readonly path: Path }
    : unknown
  : unknown;

type QueryPart<O> = O extends { parameters: { query?: infer Query } }
  ? [Query & object] extends [never]
    ? unknown
    : { readonly query?: Undefinable<Query & object> }
  : unknown;

type BodyPart<O> = O extends { requestBody?: infer Body }
  ? [JsonOf<Body>] extends [never]
    ? unknown
    : Record<string, never> extends JsonOf<Body>
      ? { readonly body?: Undefinable<JsonOf<Body>> }
      : { readonly body: Undefinable<JsonOf<Body>> }
  : unknown;

/** The path values, query and body of an operation. */
export type InputOf<P extends Template, M extends MethodOf<P>> = PathPart<OperationOf<P, M>> &
  QueryPart<OperationOf<P, M>> &
  BodyPart<OperationOf<P, M>>;

type ResponsesOf<O> = O extends { responses: infer Responses } ? Responses : never;

/** The body of the successful response of an operation. Undefined if there is none. */
export type OutputOf<P extends Template, M extends MethodOf<P>> =
  ResponsesOf<OperationOf<P, M>> extends { 204: unknown }
    ? undefined
    : {
        [S in keyof ResponsesOf<OperationOf<P, M>>]: S extends 200 | 201
          ? JsonOf<ResponsesOf<OperationOf<P, M>>[S]>
          : never;
      }[keyof ResponsesOf<OperationOf<P, M>>];
