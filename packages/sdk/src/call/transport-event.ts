import type { ErrorType } from "../errors/error-types.ts";

/**
 * One step of a call, for debugging. It names the operation's path template and never carries a header,
 * a body, a query or a secret. `attempt` counts from 1.
 */
export type TransportEvent =
  | (EventPlace & { readonly kind: "request" })
  | (EventPlace & {
      readonly kind: "response";
      readonly status: number;
      readonly requestId?: string | undefined;
      readonly durationMs: number;
      /** What the server's `Date` header says: its time in whole seconds. */
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

/** The call and attempt an event belongs to. */
export interface EventPlace {
  readonly method: string;
  /** Path template, such as `/external/v1/auth/keys/{id}`. */
  readonly path: string;
  readonly attempt: number;
}
