import type { Move } from "./explore.ts";
import type { Protocol } from "./protocol.ts";
import { listRuns } from "./rotation-place.ts";
import { serve } from "./rotation-server.ts";
import type { Request, World } from "./rotation-world.ts";
import { describeRequest, listNewRuns, listSteps, listStops } from "./run-moves.ts";
import { listTimeMoves } from "./time-moves.ts";

/** Returns all possible next moves. */
export function listMoves(world: World, protocol: Protocol): Move<World>[] {
  if (world.phase === "refused") return [];
  const places = listRuns(world);
  const moves = listNewRuns(world, protocol);
  for (const place of places) {
    moves.push(...listSteps(world, place, protocol));
    if (world.phase === "faults") moves.push(...listStops(world, place));
  }
  moves.push(...listTimeMoves(world, places), ...listArrivals(world, protocol), ...listUses(world, protocol));
  if (protocol.hasPeople && world.phase === "faults") moves.push(...listAborts(world, protocol));
  return moves;
}

/** Lists the arrivals of abandoned requests. No run receives their responses. */
function listArrivals(world: World, { rules }: Protocol): Move<World>[] {
  return world.late.map((request, index) => {
    const { world: served, response } = serve(world, rules, request);
    const late = world.late.filter((_, other) => other !== index);
    return { label: `late: ${describeRequest(request)} → ${response.status}`, isFault: false, to: { ...served, late } };
  });
}

/** Lists the calls of consumers, which use the secret in their sink. */
function listUses(world: World, { rules }: Protocol): Move<World>[] {
  return [...new Set(world.sinks)].map((held) => {
    const { world: to, response } = serve(world, rules, { call: "verify", on: held, term: 0 });
    return { label: `the consumer uses s${held} → ${response.status}`, isFault: false, to };
  });
}

/** Lists the rotations that a person can abort without force. */
function listAborts(world: World, { rules }: Protocol): Move<World>[] {
  return world.secrets.flatMap(({ state }, on) => {
    if (state !== "pending") return [];
    const request: Request = { call: "abort", on, term: 0 };
    const { world: to, response } = serve(world, rules, request);
    const late: World = { ...world, late: [...world.late, request] };
    return [
      { label: `a person aborts s${on} → ${response.status}`, isFault: true, to },
      { label: `a person aborts s${on}, request late`, isFault: true, to: late },
    ];
  });
}
