/** A possible next step. */
export interface Move<State> {
  readonly label: string;
  readonly to: State;
  /** Whether the step counts as a fault. */
  readonly isFault: boolean;
}

/** A system that is small enough to visit all of its states. */
export interface System<State> {
  readonly start: State;
  listMoves(state: State): readonly Move<State>[];
  /** Returns a text that is equal only for states that behave the same. */
  encode(state: State): string;
  /** Returns the problem of a state, or null. */
  findViolation(state: State): string | null;
}

/** Result of a search. `trace` leads to the violation. */
export interface Exploration {
  readonly states: number;
  readonly violation: string | null;
  readonly trace: readonly string[];
}

interface Path {
  readonly label: string;
  readonly before: Path | null;
}

interface Visit<State> {
  readonly state: State;
  readonly code: string;
  readonly path: Path | null;
}

function listLabels(path: Path | null): string[] {
  const labels: string[] = [];
  for (let step = path; step !== null; step = step.before) labels.push(step.label);
  return labels.reverse();
}

/**
 * Visits every state that can be reached with at most `maxFaults` faults, until it finds a violation. The search runs
 * first without faults, then with one, and so on, each breadth first. The trace therefore has the fewest faults, and
 * then the fewest moves. A state that is reached again with more faults is not visited again, because it has no new
 * successors then.
 */
export function explore<State>(system: System<State>, maxFaults: number): Exploration {
  const seen = new Set<string>();
  const first = { state: system.start, code: system.encode(system.start), path: null };
  /** States that the faults so far led to, by the number of moves. */
  let frontier: Visit<State>[][] = [[first]];
  for (let faults = 0; faults <= maxFaults; faults++) {
    const nextFrontier: Visit<State>[][] = [];
    const nextCodes = new Set<string>();
    let layer: Visit<State>[] = [];
    for (let depth = 0; depth < frontier.length || layer.length > 0; depth++) {
      const nextLayer: Visit<State>[] = [];
      for (const { state, code, path } of [...layer, ...(frontier[depth] ?? [])]) {
        if (seen.has(code)) continue;
        seen.add(code);
        const violation = system.findViolation(state);
        if (violation !== null) return { states: seen.size, violation, trace: listLabels(path) };
        for (const { label, to, isFault } of system.listMoves(state)) {
          if (to === state || (isFault && faults === maxFaults)) continue;
          const visit = { state: to, code: system.encode(to), path: { label, before: path } };
          if (seen.has(visit.code) || (isFault && nextCodes.has(visit.code))) continue;
          if (!isFault) nextLayer.push(visit);
          else {
            nextCodes.add(visit.code);
            nextFrontier[depth + 1] ??= [];
            nextFrontier[depth + 1]?.push(visit);
          }
        }
      }
      layer = nextLayer;
    }
    frontier = nextFrontier;
  }
  return { states: seen.size, violation: null, trace: [] };
}
