import type { ErrorType } from "../errors/error-types.ts";

/**
 * An event of a call, for debugging. It contains the path template, but no headers, body, query or secret. `attempt`
 * starts at 1.
 */
export type TransportEvent =
  | (EventPlace & { readonly kind: "request" })
  | (EventPlace & {
      readonly kind: "response";
      readonly status: number;
      readonly requestId?: string | undefined;
      readonly durationMs: number;
      /** Time of the server from its `Date` header, in whole seconds. */
      readonly serverTime?: Date | undefined;
    })
  | (EventPlace & {
      readonly kind: "retry";
      readonly delayMs: number;
      readonly type: ErrorType;
      readonly status?: number | undefined;
    })
  | (EventPlace & {
      readonly kind: "error";
      readonly type: ErrorType;
      readonly status?: number | undefined;
      readonly requestId?: string | undefined;
    });

/** The call and attempt of an event. */
export interface EventPlace {
  readonly method: string;
  /** Path template, such as `/external/v1/auth/keys/{id}`. */
  readonly path: string;
  readonly attempt: number;
}
