import type { Secret } from "../secret/secret.ts";
import type { ApiKey, PendingRotation } from "./api-key.ts";
import type { CallOptions } from "./call-options.ts";

/** One secret of a key that works now: a line of the drain report. */
export interface LiveSecret extends PendingRotation {
  /** Open, because a newer server may know more states. */
  readonly state: "current" | "pending" | "retiring" | (string & {});
}

/** The answer of a staged rotation: one more secret that works, beside the current one. It is shown only here. */
export interface StagedRotation {
  /** Id of the rotation, for `keys.rotations`. */
  readonly id: string;
  readonly keyId: string;
  readonly clientId: string;
  readonly clientSecret: Secret;
  readonly leaseExpiresOn: string | null;
  /** When the secret ends by itself, unless it is used or its lease renewed by then. */
  readonly expiresOn: string | null;
  /** The key as it was then. */
  readonly key: ApiKey;
  /** Whether this is an answer that was given before, to the same `idempotencyKey`. */
  readonly isReplay: boolean;
}

/** A lease that a rotation has from now on. */
export interface RenewedLease {
  /** Id of the rotation. */
  readonly id: string;
  /** Names the lease for the finish and for the next renewal. Never compare it with a clock of yours. */
  readonly leaseExpiresOn: string;
  /** Its length from when the server answered; count it from when you asked. */
  readonly leaseSeconds: number;
  /** Another rotation had the lease meanwhile and may have delivered: what this one delivered before counts no more. */
  readonly wasTakenOver: boolean;
}

/** How to replace a secret at once. */
export interface RotateOptions extends CallOptions {
  readonly mode?: "immediate" | undefined;
  /** How long the old secret goes on working (0-604800); it ends at once unless given. */
  readonly graceSeconds?: number | undefined;
}

/** How to begin a staged rotation. */
export interface StageOptions extends CallOptions {
  readonly mode: "staged";
  /** When the new secret ends if it is never used (60-604800); a day by default. */
  readonly expiresInSeconds?: number | undefined;
  /** Begins although another rotation is under way. For people who know that it is dead. */
  readonly takeOver?: boolean | undefined;
}

/** How to finish a rotation. */
export interface FinishOptions extends CallOptions {
  /** How long the other secrets go on working (0-604800); they end at once unless given. */
  readonly graceSeconds?: number | undefined;
  /** The lease under which the secret was delivered: refused when it was renewed or lost since. For programs. */
  readonly leaseExpiresOn?: string | undefined;
  /** Finishes although another rotation may have been delivered since. For people who know better. */
  readonly takeOver?: boolean | undefined;
}

/** How to renew a rotation's lease. */
export interface RenewOptions extends CallOptions {
  /** The lease that the same process has and goes on with. */
  readonly leaseExpiresOn?: string | undefined;
}

/** How to abort a rotation. */
export interface AbortOptions extends CallOptions {
  /** Ends the secret although it was used or may have been delivered. */
  readonly force?: boolean | undefined;
}
