import { encodeWorld } from "./encode-world.ts";
import { type Exploration, explore } from "./explore.ts";
import { findViolation } from "./find-violation.ts";
import { listMoves } from "./list-moves.ts";
import { type Protocol, rotationHabits, rotationRules } from "./protocol.ts";
import type { RunHabits } from "./rotation-run.ts";
import type { ServerRules } from "./rotation-server.ts";
import { createWorld } from "./rotation-world.ts";

/** Differences from the actual protocol. */
export interface Variant {
  readonly rules?: Partial<ServerRules>;
  readonly habits?: Partial<RunHabits>;
}

/** Size of the search: the runs before the rerun, the faults in any order, and other actors. */
export interface Scope {
  readonly runs: number;
  readonly faults: number;
  /** 1 by default. */
  readonly sinks?: number;
  readonly hasPeople?: boolean;
  readonly mayAskPerson?: boolean;
}

/** Searches a variant of the protocol for a forbidden world. */
export function exploreRotation(
  { rules = {}, habits = {} }: Variant,
  { runs, faults, sinks = 1, hasPeople = false, mayAskPerson = false }: Scope,
): Exploration {
  const protocol: Protocol = {
    rules: { ...rotationRules, ...rules },
    habits: { ...rotationHabits, ...habits },
    hasPeople,
    mayAskPerson,
  };
  return explore(
    {
      start: createWorld({ runs, sinks }),
      listMoves: (world) => listMoves(world, protocol),
      encode: (world) => encodeWorld(world, protocol.rules),
      findViolation: (world) => findViolation(world, protocol),
    },
    faults,
  );
}
