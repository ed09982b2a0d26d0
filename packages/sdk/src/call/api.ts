import type { CallOptions } from "../models/call-options.ts";
import type { TransportResponse } from "../transport/transport.ts";
import type { Call } from "./call.ts";
import type { Caller } from "./caller.ts";
import type { InputOf, MethodOf, OutputOf, Template } from "./operation.ts";
import { checkCallOptions } from "./option-names.ts";
import { fillPath, type PathValues, type QueryValues, writeQuery } from "./path.ts";
import type { TokenSource } from "./tokens.ts";

/** How to send a request, besides the input of the operation. */
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
}

/** A successful response with the documented body. */
export interface Reply<Body> {
  readonly body: Body;
  readonly response: TransportResponse;
}

interface LooseInput extends RequestTraits {
  readonly path?: PathValues;
  readonly query?: QueryValues;
  readonly body?: unknown;
}

/** Sends the calls of all resources. Each call names a path template and a method of the OpenAPI document. */
export class Api {
  readonly #caller: Caller;
  readonly #tokens: TokenSource | null;

  /** With `tokens` null, every call is anonymous. */
  constructor(caller: Caller, tokens: TokenSource | null) {
    this.#caller = caller;
    this.#tokens = tokens;
  }

  /** Sends one operation. Throws an error of the SDK. */
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
