import type { Secret } from "../secret/secret.ts";
import type { ApiKey, PendingRotation } from "./api-key.ts";
import type { CallOptions } from "./call-options.ts";

/** A secret that works. `keys.rotations.list` returns all of them as the drain report. */
export interface LiveSecret extends PendingRotation {
  /** State of the secret. A newer server may return other values. */
  readonly state: "current" | "pending" | "retiring" | (string & {});
}

/**
 * The result of a staged rotation. The new and the current secret both work. The server returns the new secret only
 * here.
 */
export interface StagedRotation {
  /** ID of the rotation, for the methods of `keys.rotations`. */
  readonly id: string;
  readonly keyId: string;
  readonly clientId: string;
  readonly clientSecret: Secret;
  readonly leaseExpiresOn: string | null;
  /** When the secret expires if it is not used and its lease is not renewed. */
  readonly expiresOn: string | null;
  /** The key when the rotation started. */
  readonly key: ApiKey;
  /** Whether the server replayed an earlier response with the same `idempotencyKey`. */
  readonly isReplay: boolean;
}

/** The lease that a rotation holds after `keys.rotations.renew`. */
export interface RenewedLease {
  /** ID of the rotation. */
  readonly id: string;
  /**
   * When the lease expires, by the clock of the server. Pass it to `finish` and to the next `renew` to identify the
   * lease. Do not compare it with your own clock.
   */
  readonly leaseExpiresOn: string;
  /** Duration of the lease in seconds. Count it from the time at which you sent the request. */
  readonly leaseSeconds: number;
  /** Whether another rotation held the lease in between. If true, deliver the secret again to every destination. */
  readonly wasTakenOver: boolean;
}

/** Options of an immediate rotation with `keys.rotate`. See its example. */
export interface RotateOptions extends CallOptions {
  readonly mode?: "immediate" | undefined;
  /** Grace period of the old secret in seconds (0 to 604800). By default, the old secret stops working immediately. */
  readonly graceSeconds?: number | undefined;
}

/** Options of a staged rotation with `keys.rotate`. See its example. */
export interface StageOptions extends CallOptions {
  readonly mode: "staged";
  /** Seconds until the new secret expires if it is not used (60 to 604800). The default is 86400 (one day). */
  readonly expiresInSeconds?: number | undefined;
  /**
   * Starts the rotation even though another one holds the lease. Set it only when you know that the other run has
   * stopped.
   */
  readonly takeOver?: boolean | undefined;
}

/** Options of `keys.rotations.finish`. See its example. */
export interface FinishOptions extends CallOptions {
  /** Grace period of the other secrets in seconds (0 to 604800). By default, they stop working immediately. */
  readonly graceSeconds?: number | undefined;
  /**
   * `leaseExpiresOn` of the lease under which you delivered the secret. The call fails if that lease was renewed or
   * lost.
   */
  readonly leaseExpiresOn?: string | undefined;
  /**
   * Finishes the rotation even though another one may have delivered its secret later. Set it only when you know that
   * the other run has stopped.
   */
  readonly takeOver?: boolean | undefined;
}

/** Options of `keys.rotations.renew`. See its example. */
export interface RenewOptions extends CallOptions {
  /** `leaseExpiresOn` of the lease that this process holds and continues. */
  readonly leaseExpiresOn?: string | undefined;
}

/** Options of `keys.rotations.abort`. See its example. */
export interface AbortOptions extends CallOptions {
  /** Ends the secret even if it was used or may have been delivered. */
  readonly force?: boolean | undefined;
}
