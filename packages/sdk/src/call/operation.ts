import type { paths } from "../generated/openapi.ts";

/** A path template of the server. */
export type Template = keyof paths;

/** The methods a path has, in upper case. */
export type MethodOf<P extends Template> = {
  [M in keyof paths[P]]-?: paths[P][M] extends { responses: unknown } ? Uppercase<M & string> : never;
}[keyof paths[P]];

type OperationOf<P extends Template, M extends MethodOf<P>> = paths[P][Lowercase<M> & keyof paths[P]];

type JsonOf<T> = T extends { content: { "application/json": infer Json } } ? Json : never;

/** Optional fields may also be given as undefined, which JSON and the query leave out. */
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

/** Path values, query and body that an operation takes. */
export type InputOf<P extends Template, M extends MethodOf<P>> = PathPart<OperationOf<P, M>> &
  QueryPart<OperationOf<P, M>> &
  BodyPart<OperationOf<P, M>>;

type ResponsesOf<O> = O extends { responses: infer Responses } ? Responses : never;

/** Body of an operation's good answer; undefined when it has none. */
export type OutputOf<P extends Template, M extends MethodOf<P>> =
  ResponsesOf<OperationOf<P, M>> extends { 204: unknown }
    ? undefined
    : {
        [S in keyof ResponsesOf<OperationOf<P, M>>]: S extends 200 | 201
          ? JsonOf<ResponsesOf<OperationOf<P, M>>[S]>
          : never;
      }[keyof ResponsesOf<OperationOf<P, M>>];
