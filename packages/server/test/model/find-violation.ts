import { encodeWorld } from "./encode-world.ts";
import { listMoves } from "./list-moves.ts";
import type { Protocol } from "./protocol.ts";
import { hasDeadline } from "./rotation-server.ts";
import type { World } from "./rotation-world.ts";

/**
 * Returns the problem of a world, or null. It checks these properties:
 * - P1: the server refuses no secret that a sink has.
 * - P2: after the faults, one rerun completes. Then exactly one secret works, and every sink has it. Retiring secrets
 *   do not count, nor undelivered secrets that expire.
 * - P3: in immediate mode, a rerun with the journal shows the secret that the server created for it.
 */
export function findViolation(world: World, protocol: Protocol): string | null {
  if (protocol.habits.order === "show") return findLostSecret(world);
  return findRefusedSink(world) ?? findBadRerun(world, protocol);
}

function findRefusedSink({ sinks, secrets }: World): string | null {
  const refused = sinks.find((held) => secrets[held]?.state === "ended");
  return refused === undefined ? null : `P1: a sink holds s${refused}, which is refused`;
}

function findBadRerun(world: World, protocol: Protocol): string | null {
  const { phase, secrets, sinks, late, machines } = world;
  if (phase === "completed") {
    const lasting = secrets.flatMap((secret, place) =>
      secret.state === "current" || (secret.state === "pending" && !hasDeadline(secret)) ? [place] : [],
    );
    const isOne = lasting.length === 1 && sinks.every((held) => held === lasting[0]);
    return isOne
      ? null
      : `P2: after the rerun s${lasting.join(" and s")} work, and the sinks hold s${sinks.join(" and s")}`;
  }
  if (phase === "refused" && !protocol.mayAskPerson)
    return "P2: the rerun is refused, a person has to say which secret is in use";
  // Every attempt passes one of these two steps, so it is enough to start from there.
  const isAttempt = machines.some(({ runs }) => runs.some(({ step }) => step === "rotate" || step === "renew"));
  if (phase === "rerun" && late.length === 0 && isAttempt && !willComplete(world, protocol))
    return "P2: the rerun never ends";
  return null;
}

/** Returns whether the rerun completes without interference. */
function willComplete(world: World, protocol: Protocol): boolean {
  let now = world;
  for (let moves = 0; moves < 20; moves++) {
    if (now.phase !== "rerun") return true;
    const code = encodeWorld(now, protocol.rules);
    // The first move that changes anything: the run's own step, or else the event that it waits for.
    const next = listMoves(now, protocol).find(({ to }) => encodeWorld(to, protocol.rules) !== code);
    if (next === undefined) return false;
    now = next.to;
  }
  return false;
}

function findLostSecret({ phase, owed, shown, secrets }: World): string | null {
  if (phase !== "completed" || owed === null || shown === owed) return null;
  const isOwn = shown !== null && secrets[shown]?.idempotencyKey === secrets[owed]?.idempotencyKey;
  return isOwn || secrets[owed]?.state === "current" ? `P3: the rerun showed s${shown} and not s${owed}` : null;
}
