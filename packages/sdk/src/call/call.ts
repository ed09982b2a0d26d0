import type { TransportResponse } from "../transport/transport.ts";
import type { Repetition } from "./retry.ts";

/** An operation with its input. */
export interface Call {
  readonly method: string;
  /** Path with placeholders, for events. */
  readonly template: string;
  /** Path with values and query. */
  readonly path: string;
  readonly body: string | null;
  readonly repetition: Repetition;
  /** Headers in addition to the common ones. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Name of an operation that servers with only the documented API do not support. */
  readonly feature?: string | undefined;
  /** Values of the call that must not appear in messages. */
  readonly secrets?: readonly string[] | undefined;
  /** Error statuses that are final. The SDK does not retry them. */
  readonly finalStatuses?: readonly number[] | undefined;
  /** Whether the call ends or changes its own credential. A second call then gets a 401 because of the first one. */
  readonly changesCredential?: boolean | undefined;
  /** Whether the call goes to the data plane, which does not announce features of the management plane. */
  readonly isDataPlane?: boolean | undefined;
  /**
   * Returns whether the body of a successful response is the documented one. Undefined for operations without a
   * response body.
   */
  readonly accepts?: ((body: unknown, text: string) => boolean) | undefined;
}

/** A successful response with its body. */
export interface CallResponse<Body = unknown> {
  readonly body: Body;
  readonly response: TransportResponse;
}
