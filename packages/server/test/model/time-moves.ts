import type { Move } from "./explore.ts";
import type { RunLocation } from "./rotation-place.ts";
import { hasDeadline } from "./rotation-server.ts";
import type { Secret, World } from "./rotation-world.ts";

/**
 * Returns the effects of time. They are faults if an active run was stopped for so long. The rerun is never stopped.
 */
export function listTimeMoves(world: World, places: readonly RunLocation[]): Move<World>[] {
  const moves: Move<World>[] = [];
  const mayStop = world.phase === "faults";
  const isStopped = places.some(({ run }) => run.hasLease);
  if ((world.lease?.isRunning === true || isStopped) && (mayStop || !isStopped)) {
    moves.push({ label: "the lease runs out", isFault: isStopped, to: expireLease(world) });
  }
  if (world.secrets.some(isRetiring)) {
    moves.push({ label: "the grace runs out", isFault: false, to: endSecrets(world, isRetiring) });
  }
  // The deadline may be shorter than the lease. A run without a secret may wait for it.
  const isWaiting = places.every(({ run }) => run.step === "rotate");
  if (world.secrets.some(hasDeadline) && (mayStop || isWaiting)) {
    moves.push({ label: "the deadline passes", isFault: !isWaiting, to: endSecrets(world, hasDeadline) });
  }
  return moves;
}

const isRetiring = ({ state }: Secret): boolean => state === "retiring";

/**
 * Ends the lease for all runs. No run believes that it holds the lease longer than the server does, because a run
 * counts from the time when it sent the renewal.
 */
function expireLease(world: World): World {
  const machines = world.machines.map((machine) => ({
    ...machine,
    runs: machine.runs.map((run) => ({ ...run, hasLease: false })),
  }));
  return { ...world, machines, lease: world.lease && { ...world.lease, isRunning: false, isShared: false } };
}

function endSecrets(world: World, isAffected: (secret: Secret) => boolean): World {
  const secrets = world.secrets.map((secret) => (isAffected(secret) ? { ...secret, state: "ended" as const } : secret));
  return { ...world, secrets };
}
