import type { ServerResponse } from "./rotation-server.ts";
import type { Request, Run, World } from "./rotation-world.ts";

/**
 * Behavior of the CLI. `rotationHabits` in protocol.ts has the actual values. Any other value is a possible mistake.
 */
export interface RunHabits {
  /**
   * Order of the steps after the new secret exists. `swap`: deliver after an immediate rotation, and stop. `show`:
   * print it.
   */
  readonly order: "deliver, then finish" | "finish, then deliver" | "swap" | "show";
  /** Whether a run checks the lease by its own clock before it writes to a sink. */
  readonly checksLease: boolean;
  /** Whether the write follows that check without a pause. */
  readonly writesImmediately: boolean;
  /** Whether a run delivers again after every renewal, or only if the server reports that the lease was lost. */
  readonly redelivers: "always" | "after a lost lease";
  /** Whether a run may renew the lease while it delivers or waits to finish. */
  readonly keepsLease: boolean;
}

/** A run and the journal of its machine after a step. If the run is null, it has ended. */
export interface Progress {
  readonly run: Run | null;
  readonly journal: number | null;
  readonly shown?: number;
}

/** Returns a new run. It uses the key in the journal, or writes a new Idempotency-Key there first. */
export function startRun(journal: number | null, freshKey: number): { readonly run: Run; readonly journal: number } {
  const idempotencyKey = journal ?? freshKey;
  const run = {
    step: "rotate",
    idempotencyKey,
    secret: null,
    term: 0,
    hasLease: false,
    written: 0,
    hasVerified: false,
  } as const;
  return { run, journal: idempotencyKey };
}

/** Returns the call of a run's current step, or null for a step without a call. */
export function findRequest({ step, secret, term, idempotencyKey }: Run): Request | null {
  if (step === "rotate") return { call: step, on: idempotencyKey, term: 0 };
  if (step === "deliver" || step === "write" || step === "forget" || secret === null) return null;
  return { call: step, on: secret, term: step === "finish" ? term : 0 };
}

/** Returns the call that renews the run's own lease while it delivers or waits to finish, or null. */
export function findRenewalRequest({ step, secret, term, hasLease }: Run): Request | null {
  const mayKeep = hasLease && term > 0 && (step === "deliver" || step === "finish");
  return mayKeep && secret !== null ? { call: "renew", on: secret, term } : null;
}

/** Returns the run after the response to that call. */
export function takeRenewalResponse(run: Run, { status, term = run.term }: ServerResponse): Run {
  return status === "ok" ? { ...run, term } : { ...run, step: "renew", hasLease: false };
}

/** Returns the state of a run after a response. An unchanged run waits and retries. */
export function takeResponse(
  world: World,
  run: Run,
  journal: number | null,
  response: ServerResponse,
  habits: RunHabits,
): Progress {
  const go = (change: Partial<Run>): Progress => ({ run: { ...run, ...change }, journal });
  const startOver = (): Progress => startRun(null, world.keysMade + 1);
  const isOk = response.status === "ok";
  switch (run.step) {
    case "rotate": {
      if (response.status === "superseded") return startOver();
      if (!isOk || response.secret === undefined) return go({});
      const { secret } = response;
      if (habits.order === "show") return { ...go({ step: "forget", secret }), shown: secret };
      if (habits.order === "swap") return go({ step: "deliver", secret, hasLease: true });
      return go({ step: habits.order === "finish, then deliver" ? "finish" : "renew", secret });
    }
    case "renew": {
      if (response.status === "in progress") return go({});
      if (response.status === "finished" && !world.secrets.some(({ state }) => state === "pending"))
        return go({ step: "forget" });
      if (!isOk) return startOver();
      const isDelivered =
        run.hasVerified && habits.redelivers === "after a lost lease" && response.isTakenBack === false;
      const { term = run.term } = response;
      if (isDelivered) return go({ step: "finish", term, hasLease: true });
      return go({ step: "deliver", term, hasLease: true, written: 0, hasVerified: false });
    }
    case "verify":
      if (!isOk) return startOver();
      return go({ step: habits.order === "deliver, then finish" ? "finish" : "forget", hasVerified: true });
    case "finish":
      if (response.status === "in progress") return go({ step: "renew", hasLease: false });
      if (!isOk) return startOver();
      return go(habits.order === "finish, then deliver" ? { step: "deliver", hasLease: true } : { step: "forget" });
    default:
      return { run: null, journal };
  }
}
