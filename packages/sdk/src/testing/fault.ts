import type { KnownApiErrorType } from "../errors/error-types.ts";
import type { FakeOperation } from "./fake-routes.ts";

/**
 * What the fake server does instead of answering properly: `status` refuses before anything happens, with
 * BrikSync's own error body; `html` answers a proxy's page with that status; `offline` takes nothing;
 * `lost-answer` does what was asked and then breaks the connection; `slow` answers after `delayMs`.
 */
export type Fault = FaultTarget &
  (
    | {
        readonly kind: "status";
        readonly status: number;
        /** The error type; one that goes with the status by default. */
        readonly type?: KnownApiErrorType | undefined;
        readonly message?: string | undefined;
        readonly retryAfterSeconds?: number | undefined;
      }
    | { readonly kind: "html"; readonly status: number }
    | { readonly kind: "offline" }
    | { readonly kind: "lost-answer" }
    | { readonly kind: "slow"; readonly delayMs: number }
  );

/** Which calls a fault is for. */
export interface FaultTarget {
  /** Only calls of this operation; all by default. */
  readonly operation?: FakeOperation | undefined;
  /** How many calls; 1 by default. */
  readonly times?: number | undefined;
}

/** The faults still to come, oldest first. */
export class FaultQueue {
  #waiting: { readonly fault: Fault; timesLeft: number }[] = [];

  add(fault: Fault): void {
    this.#waiting.push({ fault, timesLeft: fault.times ?? 1 });
  }

  /** The fault this call meets, if any. */
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

/** Thrown where the connection of a fake breaks; each way to reach the fake turns it into its own network error. */
export class FakeConnectionLoss extends Error {}
