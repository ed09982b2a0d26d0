/** A secret of the one key that is modelled. Its place in the order of making is its name. */
export interface Secret {
  readonly state: "current" | "pending" | "retiring" | "ended";
  readonly wasUsed: boolean;
  /** Renewed at least once: from then on it may be in a sink. */
  readonly wasHandedOut: boolean;
  /** The Idempotency-Key of the call that made it. */
  readonly idempotencyKey: number;
}

/** Which rotation may deliver, or was the last that might. */
export interface Lease {
  readonly holder: number;
  readonly isRunning: boolean;
  /** Counts renewals of all leases; 0 as long as this one was not renewed. */
  readonly term: number;
  /** Whether an earlier renewal has not run out either, so that two runs may think that the lease is theirs. */
  readonly isShared: boolean;
}

/** What a run of the CLI does next. */
export type Step = "rotate" | "renew" | "deliver" | "write" | "verify" | "finish" | "forget";

/** A living run of the CLI. */
export interface Run {
  readonly step: Step;
  readonly idempotencyKey: number;
  readonly secret: number | null;
  /** The renewal that was answered last. */
  readonly term: number;
  /** Whether by the run's own clock that renewal has not run out. */
  readonly hasLease: boolean;
  /** How many sinks it has written since. */
  readonly written: number;
  readonly hasVerified: boolean;
}

/** Where runs happen. What outlives them is the journal: the Idempotency-Key that was written there before the first call. */
export interface Machine {
  readonly name: string;
  readonly journal: number | null;
  readonly runs: readonly Run[];
}

/** A call on the wire, on a secret; a rotate on its Idempotency-Key. */
export interface Request {
  readonly call: "rotate" | "renew" | "finish" | "abort" | "verify";
  readonly on: number;
  /** The renewal under which the sinks were written, for finish; the one that is gone on with, for renew; else 0. */
  readonly term: number;
}

/** Everything there is: the server's rows, the sinks, the machines, and what was given up but may still arrive. */
export interface World {
  readonly secrets: readonly Secret[];
  readonly lease: Lease | null;
  readonly termsMade: number;
  readonly sinks: readonly number[];
  readonly machines: readonly Machine[];
  readonly late: readonly Request[];
  readonly keysMade: number;
  readonly runsLeft: number;
  /** `rerun`: one last run, alone and disturbed by nothing but what arrives late. `refused`: it was told to ask a person. */
  readonly phase: "faults" | "rerun" | "completed" | "refused";
  /** In immediate mode, the secret that the rerun owes to the person, and the one that was shown last. */
  readonly owed: number | null;
  readonly shown: number | null;
}

/** One key with one secret, which the sinks hold, and no rotation under way. */
export function createWorld({ runs, sinks }: { readonly runs: number; readonly sinks: number }): World {
  return {
    secrets: [{ state: "current", wasUsed: true, wasHandedOut: true, idempotencyKey: 0 }],
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
