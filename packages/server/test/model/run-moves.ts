import type { Move } from "./explore.ts";
import type { Protocol } from "./protocol.ts";
import { type RunLocation, setMachine, setRun } from "./rotation-place.ts";
import {
  findRenewalRequest,
  findRequest,
  type Progress,
  startRun,
  takeRenewalResponse,
  takeResponse,
} from "./rotation-run.ts";
import { hasDeadline, type ServerResponse, serve } from "./rotation-server.ts";
import type { Machine, Request, Run, World } from "./rotation-world.ts";

/** Returns the description of a request in a trace. */
export function describeRequest({ call, on }: Request): string {
  return call === "rotate" ? `rotate with key ${on}` : `${call} s${on}`;
}

/** Returns the moves of a call. An interruption during the call looks the same as one before or after it. */
function listCalls(
  world: World,
  place: RunLocation,
  request: Request,
  { rules }: Protocol,
  take: (served: World, response: ServerResponse) => Progress,
): Move<World>[] {
  const { world: served, response } = serve(world, rules, request);
  const { run, journal, shown = world.shown } = take(served, response);
  const keysMade = Math.max(served.keysMade, run?.idempotencyKey ?? 0);
  const answered = { ...setRun(served, place, run, journal), keysMade, shown };
  // Undelivered secrets block a rotation only until their deadline.
  const isRefused = response.status === "too many" && world.phase === "rerun" && !served.secrets.some(hasDeadline);
  const label = `${place.name}: ${describeRequest(request)}`;
  const to: World = isRefused ? { ...answered, phase: "refused" } : answered;
  const moves: Move<World>[] = [{ label: `${label} → ${response.status}`, isFault: false, to }];
  if (world.phase !== "faults") return moves;
  if (response.status === "in progress" || response.status === "too many") {
    moves.push({ label: `${label} → ${response.status}, and ends`, isFault: false, to: setRun(served, place, null) });
  }
  const failures: [failure: string, then: World][] = [
    ["request lost", world],
    ["response lost", served],
    ["request late", { ...world, late: [...world.late, request] }],
  ];
  for (const [failure, then] of failures) {
    moves.push({ label: `${label}, ${failure}, tries again`, isFault: true, to: then });
    moves.push({ label: `${label}, ${failure}, gives up`, isFault: true, to: setRun(then, place, null) });
  }
  return moves;
}

function listDeliveries(world: World, place: RunLocation, { habits }: Protocol): Move<World>[] {
  const { run, name } = place;
  const { secret, step, written } = run;
  if (secret === null) return [];
  const pass = (label: string, next: Run["step"]): Move<World>[] => [
    { label: `${name}: ${label}`, isFault: false, to: setRun(world, place, { ...run, step: next }) },
  ];
  if (step === "deliver" && habits.checksLease && !run.hasLease)
    return pass("sees that its lease has run out", "renew");
  if (step === "deliver" && !habits.writesImmediately) return pass(`is about to write s${secret}`, "write");
  const after = { ...world, sinks: world.sinks.map((held, sink) => (sink === written ? secret : held)) };
  const isLast = written + 1 === world.sinks.length;
  const next: Run = { ...run, step: isLast ? "verify" : "deliver", written: isLast ? 0 : written + 1 };
  const moves = [{ label: `${name}: writes s${secret}`, isFault: false, to: setRun(after, place, next) }];
  if (world.phase !== "faults") return moves;
  const fail = (when: string, then: World): Move<World> => ({
    label: `${name}: the sink fails ${when} s${secret} is written`,
    isFault: true,
    to: setRun(then, place, null),
  });
  return [...moves, fail("before", world), fail("after", after)];
}

/** Returns the possible results of the next step of a run. */
export function listSteps(world: World, place: RunLocation, protocol: Protocol): Move<World>[] {
  const { run, journal } = place;
  const { habits } = protocol;
  const moves: Move<World>[] = [];
  const keeping = habits.keepsLease && world.phase === "faults" ? findRenewalRequest(run) : null;
  if (keeping !== null) {
    const take = (_: World, response: ServerResponse): Progress => ({
      run: takeRenewalResponse(run, response),
      journal,
    });
    moves.push(...listCalls(world, place, keeping, protocol, take));
  }
  const request = findRequest(run);
  if (request !== null) {
    const take = (served: World, response: ServerResponse): Progress =>
      takeResponse(served, run, journal, response, habits);
    return [...moves, ...listCalls(world, place, request, protocol, take)];
  }
  if (run.step !== "forget") return [...moves, ...listDeliveries(world, place, protocol)];
  const done = setRun(world, place, null, null);
  const to: World = world.phase === "rerun" ? { ...done, phase: "completed" } : done;
  return [{ label: `${place.name}: removes its journal`, isFault: false, to }];
}

/** Returns the moves that stop a run from outside, with its machine or without. */
export function listStops(world: World, place: RunLocation): Move<World>[] {
  const lost = setMachine(world, place.machine, { journal: null, runs: [] });
  return [
    { label: `${place.name} is killed`, isFault: true, to: setRun(world, place, null) },
    { label: `${place.name} is lost`, isFault: true, to: lost },
  ];
}

/**
 * Returns the moves of a run that starts on a machine. Its start and its first call are one move, because the
 * difference has no effect.
 */
function listStarts(world: World, machine: number, label: string, protocol: Protocol): Move<World>[] {
  const found = world.machines[machine];
  if (found === undefined) return [];
  const { run, journal } = startRun(found.journal, world.keysMade + 1);
  const keysMade = Math.max(world.keysMade, journal);
  const started = { ...setMachine(world, machine, { journal, runs: [...found.runs, run] }), keysMade };
  // The difference has an effect if another run of the machine is active, because that run may remove the journal in
  // between.
  if (found.runs.length > 0) return [{ label, isFault: false, to: started }];
  const place: RunLocation = { machine, index: 0, run, journal, name: found.name };
  return listSteps(started, place, protocol).map((move) => ({ ...move, label: `${label}; ${move.label}` }));
}

/**
 * Returns the runs that may start: on a new machine, on one with a journal, or as the rerun after all others have
 * ended.
 */
export function listNewRuns(world: World, protocol: Protocol): Move<World>[] {
  if (world.phase !== "faults") return [];
  const fresh: Machine = { name: String.fromCharCode(65 + world.keysMade), journal: null, runs: [] };
  const more: World = { ...world, machines: [...world.machines, fresh] };
  const last = world.machines.length;
  const moves: Move<World>[] = [];
  const { runsLeft } = world;
  if (runsLeft > 0) {
    moves.push(...listStarts({ ...more, runsLeft: runsLeft - 1 }, last, `${fresh.name} starts`, protocol));
    for (const [machine, { name }] of world.machines.entries()) {
      moves.push(...listStarts({ ...world, runsLeft: runsLeft - 1 }, machine, `${name} starts again`, protocol));
    }
  }
  if (world.keysMade === 0 || world.machines.some(({ runs }) => runs.length > 0)) return moves;
  const rerun = `the rerun is ${fresh.name}, without a journal`;
  moves.push(...listStarts({ ...more, phase: "rerun" }, last, rerun, protocol));
  for (const [machine, { name, journal }] of world.machines.entries()) {
    const owed = protocol.habits.order === "show" ? findOwed(world, journal) : null;
    const label = `the rerun is ${name}, with its journal`;
    moves.push(...listStarts({ ...world, phase: "rerun", owed }, machine, label, protocol));
  }
  return moves;
}

function findOwed({ secrets }: World, journal: number | null): number | null {
  const place = secrets.findIndex(({ idempotencyKey, state }) => idempotencyKey === journal && state === "current");
  return place === -1 ? null : place;
}
