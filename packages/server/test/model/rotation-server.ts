import type { Lease, Request, Secret, World } from "./rotation-world.ts";

/**
 * Behavior of the server. `rotationRules` in protocol.ts has the actual values. Any other value is a possible mistake.
 */
export interface ServerRules {
  readonly mode: "immediate" | "staged";
  /** Whether a finish lets the old secrets retire instead of ending them immediately. */
  readonly hasGrace: boolean;
  /** Whether a repeated rotate with the same Idempotency-Key gets its first response. */
  readonly replaysRotate: boolean;
  readonly newPendingEndsOthers: boolean;
  /** Whether rotate is refused while another rotation holds the lease. */
  readonly rotateAwaitsLease: boolean;
  /** Whether a renewed secret ends neither at its deadline nor by an abort without force. */
  readonly renewAllowsDelivery: boolean;
  readonly renewsFinished: boolean;
  /** Whether finish is refused for a rotation if another one holds the lease or held it last. */
  readonly finishNeedsLease: boolean;
  /** Whether finish is refused if the lease was renewed after the sinks were written. */
  readonly finishNamesLease: boolean;
  /** Whether finish releases a lease that another run may believe it holds. */
  readonly finishFreesSharedLease: boolean;
}

/** Response of the server. `isTakenBack`: another rotation held the lease in between. */
export interface ServerResponse {
  readonly status: "ok" | "in progress" | "too many" | "superseded" | "finished" | "not found" | "in use";
  readonly secret?: number;
  readonly term?: number;
  readonly isTakenBack?: boolean;
}

/** The world after a call, and the response. */
export interface Outcome {
  readonly world: World;
  readonly response: ServerResponse;
}

const pendingMax = 3;

const end = (secret: Secret): Secret => (secret.state === "ended" ? secret : { ...secret, state: "ended" });

/** Returns the world with one changed secret. */
function changeSecret(world: World, place: number, change: Partial<Secret>): World {
  return {
    ...world,
    secrets: world.secrets.map((secret, other) => (other === place ? { ...secret, ...change } : secret)),
  };
}

/** Returns whether a secret expires at its deadline. */
export function hasDeadline(secret: Secret): boolean {
  return secret.state === "pending" && !secret.wasUsed && !secret.mayBeDelivered;
}

/** Returns the rotation that holds the lease, or the pending one that held it last. */
function findHolder({ lease, secrets }: World): number | null {
  const state = lease === null ? undefined : secrets[lease.holder]?.state;
  return lease !== null && (state === "pending" || (state === "current" && lease.isRunning)) ? lease.holder : null;
}

function rotate(world: World, rules: ServerRules, idempotencyKey: number): Outcome {
  const made = world.secrets.findIndex((secret) => secret.idempotencyKey === idempotencyKey);
  if (rules.replaysRotate && made !== -1) {
    const canReplay = ["current", "pending"].includes(world.secrets[made]?.state ?? "");
    return { world, response: canReplay ? { status: "ok", secret: made } : { status: "superseded" } };
  }
  const place = world.secrets.length;
  const secret = { wasUsed: false, mayBeDelivered: false, idempotencyKey };
  const response: ServerResponse = { status: "ok", secret: place };
  if (rules.mode === "immediate") {
    return {
      world: { ...world, secrets: [...world.secrets.map(end), { ...secret, state: "current" }], lease: null },
      response,
    };
  }
  if (rules.rotateAwaitsLease && findHolder(world) !== null && world.lease?.isRunning === true) {
    return { world, response: { status: "in progress" } };
  }
  const isEnded = ({ state }: Secret): boolean => rules.newPendingEndsOthers && state === "pending";
  const secrets = world.secrets.map((other) => (isEnded(other) ? end(other) : other));
  if (secrets.filter(({ state }) => state === "pending").length >= pendingMax)
    return { world, response: { status: "too many" } };
  const lease: Lease = { holder: place, isRunning: true, term: 0, isShared: false };
  return { world: { ...world, secrets: [...secrets, { ...secret, state: "pending" }], lease }, response };
}

function renew(world: World, rules: ServerRules, place: number, continued: number): Outcome {
  const state = world.secrets[place]?.state;
  if (state === "current" && rules.renewsFinished) return { world, response: { status: "ok", secret: place } };
  if (state === "current") return { world, response: { status: "finished" } };
  if (state !== "pending") return { world, response: { status: "not found" } };
  const { lease } = world;
  const holder = findHolder(world);
  const isTakenBack = holder !== null && holder !== place;
  if (isTakenBack && lease?.isRunning === true) return { world, response: { status: "in progress" } };
  const term = world.termsMade + 1;
  const isFirst = lease === null || holder !== place || !lease.isRunning || lease.term === 0;
  const isShared = !isFirst && (lease.term !== continued || lease.isShared);
  const renewed = rules.renewAllowsDelivery ? changeSecret(world, place, { mayBeDelivered: true }) : world;
  return {
    world: { ...renewed, termsMade: term, lease: { holder: place, isRunning: true, term, isShared } },
    response: { status: "ok", secret: place, term, isTakenBack },
  };
}

function finish(world: World, rules: ServerRules, place: number, term: number): Outcome {
  const { secrets, lease } = world;
  const response: ServerResponse = { status: "ok", secret: place };
  const state = secrets[place]?.state;
  if (state === "current") {
    const isRetired = ({ state }: Secret): boolean => state === "retiring" && !rules.hasGrace;
    return {
      world: { ...world, secrets: secrets.map((secret) => (isRetired(secret) ? end(secret) : secret)) },
      response,
    };
  }
  if (state !== "pending") return { world, response: { status: "not found" } };
  const holder = findHolder(world);
  const isOvertaken = holder !== null && holder !== place;
  const isRenewed = lease?.holder !== place || lease.term !== term;
  if ((rules.finishNeedsLease && isOvertaken) || (rules.finishNamesLease && isRenewed)) {
    return { world, response: { status: "in progress" } };
  }
  const finished = secrets.map((secret, other): Secret => {
    if (other === place) return { ...secret, state: "current" };
    return rules.hasGrace && secret.state !== "ended" ? { ...secret, state: "retiring" } : end(secret);
  });
  const isKept = lease?.isShared === true && !rules.finishFreesSharedLease;
  return { world: { ...world, secrets: finished, lease: isKept ? lease : null }, response };
}

function abort(world: World, place: number): Outcome {
  const secret = world.secrets[place];
  if (secret?.state !== "pending") return { world, response: { status: "not found" } };
  if (!hasDeadline(secret)) return { world, response: { status: "in use" } };
  const aborted = changeSecret(world, place, { state: "ended" });
  return { world: world.lease?.holder === place ? { ...aborted, lease: null } : aborted, response: { status: "ok" } };
}

function verify(world: World, place: number): Outcome {
  const secret = world.secrets[place];
  if (secret === undefined || secret.state === "ended") return { world, response: { status: "not found" } };
  return { world: secret.wasUsed ? world : changeSecret(world, place, { wasUsed: true }), response: { status: "ok" } };
}

/** Executes one call as one transaction. Returns the new world and the response. */
export function serve(world: World, rules: ServerRules, { call, on, term }: Request): Outcome {
  switch (call) {
    case "rotate":
      return rotate(world, rules, on);
    case "renew":
      return renew(world, rules, on, term);
    case "finish":
      return finish(world, rules, on, term);
    case "abort":
      return abort(world, on);
    case "verify":
      return verify(world, on);
  }
}
