import type { KnownApiErrorType } from "../errors/error-types.ts";
import type { FakeOperation } from "./fake-routes.ts";

/**
 * A failure that the fake server simulates:
 * - `status`: returns a BrikSync error and does nothing.
 * - `html`: returns an HTML page with this status, as a proxy would.
 * - `offline`: refuses the connection.
 * - `lost-answer`: executes the call, then closes the connection without a response.
 * - `slow`: responds after `delayMs` milliseconds.
 */
export type Fault = FaultTarget &
  (
    | {
        readonly kind: "status";
        readonly status: number;
        /** Error type. The default is the type of the status. */
        readonly type?: KnownApiErrorType | undefined;
        readonly message?: string | undefined;
        readonly retryAfterSeconds?: number | undefined;
      }
    | { readonly kind: "html"; readonly status: number }
    | { readonly kind: "offline" }
    | { readonly kind: "lost-answer" }
    | { readonly kind: "slow"; readonly delayMs: number }
  );

/** The calls that fail. */
export interface FaultTarget {
  /** Operation that fails. The default is any operation. */
  readonly operation?: FakeOperation | undefined;
  /** Number of calls that fail. The default is 1. */
  readonly times?: number | undefined;
}

/** Queue of failures, oldest first. */
export class FaultQueue {
  #waiting: { readonly fault: Fault; timesLeft: number }[] = [];

  add(fault: Fault): void {
    this.#waiting.push({ fault, timesLeft: fault.times ?? 1 });
  }

  /** Returns the failure of this call, if any. */
  take(operation: FakeOperation | null): Fault | null {
    const next = this.#waiting.find(({ fault }) => fault.operation === undefined || fault.operation === operation);
    if (next === undefined) return null;
    next.timesLeft -= 1;
    if (next.timesLeft <= 0) this.#waiting = this.#waiting.filter((other) => other !== next);
    return next.fault;
  }

  clear(): void {
    this.#waiting = [];
  }
}

/** Thrown to close the connection. Each transport of the fake server turns it into its own network error. */
export class FakeConnectionLoss extends Error {}
