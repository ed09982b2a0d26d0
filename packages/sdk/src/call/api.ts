import type { CallOptions } from "../models/call-options.ts";
import type { TransportResponse } from "../transport/transport.ts";
import type { Call } from "./call.ts";
import type { Caller } from "./caller.ts";
import type { InputOf, MethodOf, OutputOf, Template } from "./operation.ts";
import { checkCallOptions } from "./option-names.ts";
import { fillPath, type PathValues, type QueryValues, writeQuery } from "./path.ts";
import type { TokenSource } from "./tokens.ts";

/** How a request is carried, besides what the operation takes. */
export interface RequestTraits
  extends Partial<
    Pick<Call, "headers" | "feature" | "secrets" | "finalStatuses" | "changesCredential" | "isDataPlane" | "accepts">
  > {
  /** Sent without the session's token. */
  readonly isAnonymous?: boolean;
  /** Names of the options that this operation takes besides those of every call. */
  readonly ownOptions?: readonly string[];
  /** `safe` for GET and `once` for the rest by default. */
  readonly repetition?: Call["repetition"];
}

/** A good answer with the body its operation documents. */
export interface Reply<Body> {
  readonly body: Body;
  readonly response: TransportResponse;
}

interface LooseInput extends RequestTraits {
  readonly path?: PathValues;
  readonly query?: QueryValues;
  readonly body?: unknown;
}

/** The one way from a resource to the wire: every call names a path template and method of the server's own description. */
export class Api {
  readonly #caller: Caller;
  readonly #tokens: TokenSource | null;

  /** `tokens` null makes every call anonymous. */
  constructor(caller: Caller, tokens: TokenSource | null) {
    this.#caller = caller;
    this.#tokens = tokens;
  }

  /** Sends one operation. Rejects with an error of this package. */
  async request<P extends Template, M extends MethodOf<P>>(
    method: M,
    template: P,
    input: InputOf<P, M> & RequestTraits,
    options: CallOptions | undefined,
  ): Promise<Reply<OutputOf<P, M>>> {
    const { path, query, body, isAnonymous = false, ownOptions, ...rest } = input as LooseInput;
    checkCallOptions(options, ownOptions);
    const call: Call = {
      repetition: method === "GET" ? "safe" : "once",
      ...rest,
      method,
      template,
      path: fillPath(template, path) + writeQuery(query),
      body: body === undefined ? null : JSON.stringify(body),
    };
    const reply = await this.#caller.send(call, isAnonymous ? null : this.#tokens, options);
    return reply as Reply<OutputOf<P, M>>;
  }
}
