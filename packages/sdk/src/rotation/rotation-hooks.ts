import { checkCallOptions } from "../call/option-names.ts";
import { AbortedError, ConfigurationError } from "../errors/errors.ts";
import type { DeliveryContext, RotateSafelyOptions } from "../models/safe-rotation.ts";
import type { RotationLease } from "./rotation-lease.ts";

const optionNames = [
  "deliver",
  "verify",
  "beforeFinish",
  "finish",
  "graceSeconds",
  "expiresInSeconds",
  "takeOver",
  "waitMs",
  "onProgress",
];

/** Throws `ConfigurationError` for invalid options, before anything is sent. */
export function checkRotationOptions(options: RotateSafelyOptions): void {
  checkCallOptions(options, optionNames);
  const { deliver, waitMs = 0 } = options;
  if (typeof deliver !== "function")
    throw new ConfigurationError("rotateSafely requires the option deliver, a function.");
  if (typeof waitMs === "number" && waitMs >= 0) return;
  throw new ConfigurationError("waitMs must be 0 or a positive number.");
}

/** Returns the view of a lease that the caller's functions receive. */
export function createContext(lease: RotationLease): DeliveryContext {
  return {
    signal: lease.signal,
    get leaseRemainingMs() {
      return lease.remainingMs;
    },
    get serverTime() {
      return lease.serverTime;
    },
    holdLease: () => lease.hold(),
  };
}

/** Returns the error of a rotation that the caller aborted between two calls. */
export function createAbortedError(signal: AbortSignal | undefined): AbortedError {
  const facts = { type: "ABORTED", outcome: "not-sent", retryable: false, attempts: 0 } as const;
  return new AbortedError("The rotation was aborted by its signal.", { ...facts, cause: signal?.reason });
}
