import type { CallOptions, ListLimits } from "../models/call-options.ts";
import type { Call, CallResponse } from "./call.ts";
import type { Caller } from "./caller.ts";
import { readNextCursor } from "./link-header.ts";
import type { InputOf, MethodOf, OutputOf, Template } from "./operation.ts";
import { checkCallOptions, checkFields } from "./option-names.ts";
import { iteratePages, type Page, pickPageSize } from "./page.ts";
import { fillPath, type PathValues, type QueryValues, writeQuery } from "./path.ts";
import { isListOfRecords } from "./response-shape.ts";
import type { TokenSource } from "./tokens.ts";

/** How to send a request, in addition to the input of the operation. */
export interface RequestTraits
  extends Partial<
    Pick<Call, "headers" | "feature" | "secrets" | "finalStatuses" | "changesCredential" | "isDataPlane" | "accepts">
  > {
  /** Whether to send the request without the token of the session. */
  readonly isAnonymous?: boolean;
  /** Names of the options that only this operation accepts. */
  readonly ownOptions?: readonly string[];
  /** The default is `safe` for GET and `once` for other methods. */
  readonly repetition?: Call["repetition"];
  /** Fields to send as a form instead of JSON. */
  readonly form?: Readonly<Record<string, string>>;
}

interface LooseInput extends RequestTraits {
  readonly path?: PathValues;
  readonly query?: QueryValues;
  readonly body?: unknown;
}

const prefix = "/external/v1/auth";

/** The path template of an operation, without the prefix that all paths have. */
export type ShortTemplate = Shorten<Template>;

type Shorten<P> = P extends `${typeof prefix}${infer Rest}` ? Rest : never;

type Full<S extends ShortTemplate> = Extract<Template, `${typeof prefix}${S}`>;

/** The operations of the public documentation. Every server has them. */
type Documented = "/signin" | "/keys" | "/keys/{id}/rotate" | "/keys/{id}/revoke";

/** All other operations need the name of a feature, for the error of a server that does not have the operation. */
type FeaturePart<S extends ShortTemplate> = S extends Documented ? unknown : { readonly feature: string };

type ItemOf<Body> = Body extends readonly (infer Item)[] ? Item : never;

/** Sends the calls of all resources. Each call names a method and a path template of the OpenAPI document. */
export class Api {
  readonly #caller: Caller;
  readonly #tokens: TokenSource | null;

  /** With `tokens` null, every call is anonymous. */
  constructor(caller: Caller, tokens: TokenSource | null) {
    this.#caller = caller;
    this.#tokens = tokens;
  }

  /** Returns an API whose calls send these tokens. */
  withTokens(tokens: TokenSource): Api {
    return new Api(this.#caller, tokens);
  }

  /** Sends one operation and returns the body of the response. Throws an error of the SDK. */
  async request<S extends ShortTemplate, M extends MethodOf<Full<S>>>(
    method: M,
    template: S,
    options: CallOptions | undefined,
    input: InputOf<Full<S>, M> & RequestTraits & FeaturePart<S>,
  ): Promise<OutputOf<Full<S>, M>> {
    return (await this.requestReply(method, template, options, input)).body;
  }

  /** Sends one operation that returns a page of a list. */
  async requestPage<S extends ShortTemplate, M extends MethodOf<Full<S>>>(
    method: M,
    short: S,
    options: CallOptions | undefined,
    input: InputOf<Full<S>, M> & FeaturePart<S> & object,
  ): Promise<Page<ItemOf<OutputOf<Full<S>, M>>>> {
    const { body, response } = await this.requestReply(method, short, options, { ...input, accepts: isListOfRecords });
    const items = body as readonly ItemOf<typeof body>[];
    return { items, nextCursor: readNextCursor(response.header("link")) };
  }

  /**
   * Returns an iterable over the items of all pages of a list. `limits` may contain only the fields of the query and of
   * `ListLimits`.
   */
  list<S extends ShortTemplate, M extends MethodOf<Full<S>>>(
    method: M,
    short: S,
    limits: ListLimits,
    options: CallOptions | undefined,
    input: InputOf<Full<S>, M> & FeaturePart<S> & object,
  ): AsyncIterable<ItemOf<OutputOf<Full<S>, M>>> {
    const { query = {} } = input as LooseInput;
    checkFields(limits, [...Object.keys(query), "limit", "pageSize"]);
    checkCallOptions(options);
    const limit = pickPageSize(limits);
    return iteratePages(
      (cursor) => this.requestPage(method, short, options, { ...input, query: { ...query, limit, cursor } }),
      limits.limit,
    );
  }

  /** Sends one operation and returns the whole response, for operations with documented response headers. */
  async requestReply<S extends ShortTemplate, M extends MethodOf<Full<S>>>(
    method: M,
    short: S,
    options: CallOptions | undefined,
    input: InputOf<Full<S>, M> & RequestTraits & FeaturePart<S>,
  ): Promise<CallResponse<OutputOf<Full<S>, M>>> {
    const template = prefix + short;
    const { path, query, body, form, isAnonymous = false, ownOptions, ...rest } = input as LooseInput;
    checkCallOptions(options, ownOptions);
    const call: Call = {
      repetition: method === "GET" ? "safe" : "once",
      ...rest,
      method,
      template,
      path: fillPath(template, path) + writeQuery(query),
      ...(form === undefined
        ? { body: body === undefined ? null : JSON.stringify(body) }
        : {
            body: String(new URLSearchParams(form)),
            headers: { "content-type": "application/x-www-form-urlencoded" },
          }),
    };
    const reply = await this.#caller.send(call, isAnonymous ? null : this.#tokens, options);
    return reply as CallResponse<OutputOf<Full<S>, M>>;
  }
}
