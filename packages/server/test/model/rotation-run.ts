import type { Answer } from "./rotation-server.ts";
import type { Request, Run, World } from "./rotation-world.ts";

/** How the CLI goes about it. `rotationHabits` in protocol.ts says how, any other value is a mistake it could make. */
export interface RunHabits {
  /** What is done once the new secret is there. `swap`: deliver, and that is all, after an immediate rotation. `show`: print it. */
  readonly order: "deliver, then finish" | "finish, then deliver" | "swap" | "show";
  /** Whether a sink is only written while the lease runs by the run's own clock. */
  readonly looksAtLease: boolean;
  /** Whether there is no pause between that look and the write. */
  readonly writesAtOnce: boolean;
  /** Whether what was delivered before a renewal is delivered again, or only when the server tells that the lease was lost. */
  readonly deliversAgain: "always" | "when told";
  /** Whether the lease may be renewed while a run delivers or waits to finish. */
  readonly keepsLease: boolean;
}

/** Where a run and the journal of its machine stand after a step; a run of null has ended. */
export interface Progress {
  readonly run: Run | null;
  readonly journal: number | null;
  readonly shown?: number;
}

/** A new run: it takes up what the journal tells, or first writes a fresh Idempotency-Key there. */
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

/** The call of a run's present step, or null where that step calls nobody. */
export function findRequest({ step, secret, term, idempotencyKey }: Run): Request | null {
  if (step === "rotate") return { call: step, on: idempotencyKey, term: 0 };
  if (step === "deliver" || step === "write" || step === "forget" || secret === null) return null;
  return { call: step, on: secret, term: step === "finish" ? term : 0 };
}

/** The call by which a run keeps the lease that it has, while it delivers or waits to finish. */
export function findKeepingRequest({ step, secret, term, hasLease }: Run): Request | null {
  const mayKeep = hasLease && term > 0 && (step === "deliver" || step === "finish");
  return mayKeep && secret !== null ? { call: "renew", on: secret, term } : null;
}

/** What a run makes of the answer to that. */
export function takeKeepingAnswer(run: Run, { status, term = run.term }: Answer): Run {
  return status === "ok" ? { ...run, term } : { ...run, step: "renew", hasLease: false };
}

/** What a run makes of an answer in a world. An unchanged run waits and asks again. */
export function takeAnswer(
  world: World,
  run: Run,
  journal: number | null,
  answer: Answer,
  habits: RunHabits,
): Progress {
  const go = (change: Partial<Run>): Progress => ({ run: { ...run, ...change }, journal });
  const startAnew = (): Progress => startRun(null, world.keysMade + 1);
  const isOk = answer.status === "ok";
  switch (run.step) {
    case "rotate": {
      if (answer.status === "superseded") return startAnew();
      if (!isOk || answer.secret === undefined) return go({});
      const { secret } = answer;
      if (habits.order === "show") return { ...go({ step: "forget", secret }), shown: secret };
      if (habits.order === "swap") return go({ step: "deliver", secret, hasLease: true });
      return go({ step: habits.order === "finish, then deliver" ? "finish" : "renew", secret });
    }
    case "renew": {
      if (answer.status === "in progress") return go({});
      if (answer.status === "finished" && !world.secrets.some(({ state }) => state === "pending"))
        return go({ step: "forget" });
      if (!isOk) return startAnew();
      const isDelivered = run.hasVerified && habits.deliversAgain === "when told" && answer.isTakenBack === false;
      const { term = run.term } = answer;
      if (isDelivered) return go({ step: "finish", term, hasLease: true });
      return go({ step: "deliver", term, hasLease: true, written: 0, hasVerified: false });
    }
    case "verify":
      if (!isOk) return startAnew();
      return go({ step: habits.order === "deliver, then finish" ? "finish" : "forget", hasVerified: true });
    case "finish":
      if (answer.status === "in progress") return go({ step: "renew", hasLease: false });
      if (!isOk) return startAnew();
      return go(habits.order === "finish, then deliver" ? { step: "deliver", hasLease: true } : { step: "forget" });
    default:
      return { run: null, journal };
  }
}
