import type { Machine, Run, World } from "./rotation-world.ts";

/** A run and its location in the world. */
export interface RunLocation {
  readonly machine: number;
  readonly index: number;
  readonly run: Run;
  readonly journal: number | null;
  readonly name: string;
}

/** Returns a world with a changed machine. Removes machines without runs and journal. */
export function setMachine(world: World, place: number, change: Partial<Machine>): World {
  const machines = world.machines.map((machine, other) => (other === place ? { ...machine, ...change } : machine));
  return { ...world, machines: machines.filter(({ journal, runs }) => journal !== null || runs.length > 0) };
}

/** Returns a world with a changed run and journal of its machine. With null, the run has ended. */
export function setRun(
  world: World,
  { machine, index, ...place }: RunLocation,
  run: Run | null,
  journal = place.journal,
): World {
  const runs = world.machines[machine]?.runs ?? [];
  return setMachine(world, machine, {
    journal,
    runs: runs.flatMap((old, other) => (other !== index ? [old] : (run ?? []))),
  });
}

/** Returns all active runs. */
export function listRuns({ machines }: World): RunLocation[] {
  return machines.flatMap(({ runs, journal, name }, machine) =>
    runs.map((run, index) => ({ machine, index, run, journal, name: runs.length > 1 ? `${name}${index + 1}` : name })),
  );
}
