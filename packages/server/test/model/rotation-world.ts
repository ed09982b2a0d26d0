/** A secret of the modeled key. Its index in the order of creation is its name. */
export interface Secret {
  readonly state: "current" | "pending" | "retiring" | "ended";
  readonly wasUsed: boolean;
  /** Whether it was renewed at least once. After that, a sink may have it. */
  readonly mayBeDelivered: boolean;
  /** The Idempotency-Key of the call that created it. */
  readonly idempotencyKey: number;
}

/** The rotation that may deliver, or the last one that could. */
export interface Lease {
  readonly holder: number;
  readonly isRunning: boolean;
  /** Counts the renewals of all leases. 0 if this lease was not renewed. */
  readonly term: number;
  /** Whether an earlier renewal has not expired either, so that two runs may believe that they hold the lease. */
  readonly isShared: boolean;
}

/** The next step of a run of the CLI. */
type Step = "rotate" | "renew" | "deliver" | "write" | "verify" | "finish" | "forget";

/** An active run of the CLI. */
export interface Run {
  readonly step: Step;
  readonly idempotencyKey: number;
  readonly secret: number | null;
  /** The last renewal whose response arrived. */
  readonly term: number;
  /** Whether that renewal is still valid by the run's own clock. */
  readonly hasLease: boolean;
  /** Number of sinks that the run has written since then. */
  readonly written: number;
  readonly hasVerified: boolean;
}

/**
 * A machine with runs. Its journal outlives the runs. It contains the Idempotency-Key that was written before the first
 * call.
 */
export interface Machine {
  readonly name: string;
  readonly journal: number | null;
  readonly runs: readonly Run[];
}

/** A call on the network. It names a secret, or an Idempotency-Key for rotate. */
export interface Request {
  readonly call: "rotate" | "renew" | "finish" | "abort" | "verify";
  readonly on: number;
  /** For finish, the renewal under which the sinks were written. For renew, the renewal to continue. Otherwise 0. */
  readonly term: number;
}

/** The whole state: the server's rows, the sinks, the machines, and abandoned requests that may still arrive. */
export interface World {
  readonly secrets: readonly Secret[];
  readonly lease: Lease | null;
  readonly termsMade: number;
  readonly sinks: readonly number[];
  readonly machines: readonly Machine[];
  readonly late: readonly Request[];
  readonly keysMade: number;
  readonly runsLeft: number;
  /** `rerun`: one last run, with no disturbance except late requests. `refused`: the run was told to ask a person. */
  readonly phase: "faults" | "rerun" | "completed" | "refused";
  /** In immediate mode, the secret that the rerun must show to the person, and the secret that was shown last. */
  readonly owed: number | null;
  readonly shown: number | null;
}

/** Returns a world with one key and one secret, which the sinks have, and without a running rotation. */
export function createWorld({ runs, sinks }: { readonly runs: number; readonly sinks: number }): World {
  return {
    secrets: [{ state: "current", wasUsed: true, mayBeDelivered: true, idempotencyKey: 0 }],
    lease: null,
    termsMade: 0,
    sinks: Array.from({ length: sinks }, () => 0),
    machines: [],
    late: [],
    keysMade: 0,
    runsLeft: runs,
    phase: "faults",
    owed: null,
    shown: null,
  };
}
