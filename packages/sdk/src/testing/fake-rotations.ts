import { allow, type FakeActor } from "./fake-actors.ts";
import { recordEvent } from "./fake-audit.ts";
import { FakeFields } from "./fake-fields.ts";
import { runOnce } from "./fake-idempotency.ts";
import { findActiveKey, findKey } from "./fake-keys.ts";
import { findHolder, findSharedUntil, isRunning, keepForOthers, nameNextLease, refuseForHolder } from "./fake-lease.ts";
import { FakeRefusal, refuseField } from "./fake-refusal.ts";
import { type FakeRequest, reply } from "./fake-request.ts";
import {
  addSeconds,
  hasEnded,
  mintSecret,
  presentCreated,
  presentKey,
  presentSecrets,
  replaceOthers,
} from "./fake-secrets.ts";
import type { CreatedSecret, FakeKey, FakeSecret } from "./fake-state.ts";

const pendingMax = 3;
const graceSecondsMax = 604_800;
const lifeSecondsMax = 604_800;
const defaultLifeSeconds = 24 * 60 * 60;

function replaceSecret(request: FakeRequest, actor: FakeActor, graceSeconds: number): CreatedSecret {
  const key = findActiveKey(request, actor);
  const now = request.state.now();
  replaceOthers(key, null, now, graceSeconds);
  key.lease = null;
  key.rotatedOn = now.toISOString();
  const secret = mintSecret(key, now, { state: "current", expiresOn: null, ...nameStarter(actor) });
  recordEvent(request, "key.rotated", { actor, key });
  return presentCreated(key, secret, now, 200);
}

function stage(request: FakeRequest, actor: FakeActor, lifeSeconds: number, takeOver: boolean): CreatedSecret {
  const key = findActiveKey(request, actor);
  const { state } = request;
  const now = state.now();
  const holder = findHolder(key, now.toISOString());
  if (holder !== null && isRunning(holder.lease, now.toISOString()) && !takeOver) {
    throw refuseForHolder(holder.lease, holder.rotation, now);
  }
  const pending = presentSecrets(key, now).filter((secret) => secret.state === "pending");
  if (pending.length >= pendingMax) throw new FakeRefusal("TOO_MANY_ROTATIONS");
  const expiresOn = addSeconds(now, lifeSeconds);
  const secret = mintSecret(key, now, { state: "pending", expiresOn, ...nameStarter(actor) });
  key.lease = { holder: secret.id, expiresOn: addSeconds(now, state.leaseSeconds), sharedUntil: null };
  recordEvent(request, "key.rotation_started", { actor, key, details: { rotationId: secret.id, expiresOn } });
  return presentCreated(key, secret, now, 200);
}

function readLeaseName(fields: FakeFields): string | undefined {
  if (!fields.has("leaseExpiresOn")) return undefined;
  const text = fields.text("leaseExpiresOn");
  if (!Number.isNaN(Date.parse(text))) return text;
  throw refuseField("/leaseExpiresOn", 'must match format "date-time"');
}

/** Returns the current or pending rotation of a request. */
function findRotation({ params }: FakeRequest, key: FakeKey, now: Date): FakeSecret {
  const found = key.secrets.find(({ id }) => id === params["rotationId"]);
  if (found === undefined || found.state === "retiring" || hasEnded(found, now.toISOString())) {
    throw new FakeRefusal("NOT_FOUND");
  }
  return found;
}

function requireLease(key: FakeKey, rotation: FakeSecret, leaseExpiresOn: string | undefined, now: Date): void {
  const holder = findHolder(key, now.toISOString());
  if (holder !== null && holder.rotation !== rotation) throw refuseForHolder(holder.lease, holder.rotation, now);
  if (leaseExpiresOn === undefined || leaseExpiresOn === holder?.lease.expiresOn) return;
  const lease = holder?.lease ?? { holder: rotation.id, expiresOn: now.toISOString(), sharedUntil: null };
  throw refuseForHolder(lease, rotation, now);
}

/** Ends retiring secrets or shortens their grace period. Returns false if nothing changed. */
function shortenRetiring(key: FakeKey, until: string | null): boolean {
  const affected = key.secrets.filter(
    ({ state, expiresOn }) => state === "retiring" && (until === null || (expiresOn ?? "") > until),
  );
  if (until === null) key.secrets = key.secrets.filter((secret) => !affected.includes(secret));
  else for (const secret of affected) secret.expiresOn = until;
  return affected.length > 0;
}

/** Returns what a secret remembers about the actor who started its rotation. */
function nameStarter({ kind, id, label }: FakeActor): Pick<FakeSecret, "createdBy" | "grantId"> {
  return { createdBy: label, grantId: kind === "user" ? null : id };
}

/** Refuses the rotation of another actor to jobs and automation tokens. */
function requireOwnRotation(actor: FakeActor, rotation: FakeSecret): void {
  if (actor.kind !== "user" && rotation.grantId !== actor.id) throw new FakeRefusal("SCOPE_DENIED");
}

/** The operations of rotations. */
export const rotationRoutes = {
  // Ends the old secret immediately or after the grace period. With mode staged, ends nothing.
  rotateKey: allow.keyRotator("POST", "/keys/{id}/rotate", (request, actor) => {
    const fields = new FakeFields(request.body ?? {}, [], ["mode", "graceSeconds", "expiresInSeconds", "takeOver"]);
    const { mode = "immediate", ...rest } = fields.values;
    if (mode !== "immediate" && mode !== "staged") throw refuseField("/mode", "must be immediate or staged");
    const graceSeconds = fields.seconds("graceSeconds", 0, graceSecondsMax) ?? 0;
    const lifeSeconds = fields.seconds("expiresInSeconds", 60, lifeSecondsMax) ?? defaultLifeSeconds;
    const takeOver = fields.flag("takeOver");
    const isForPipelines = mode === "staged" && !fields.has("takeOver");
    if (actor.kind !== "user" && !isForPipelines) throw new FakeRefusal("SCOPE_DENIED");
    const misplaced = Object.keys(rest).find((name) => (name === "graceSeconds") === (mode === "staged"));
    if (misplaced !== undefined) throw refuseField(`/${misplaced}`, `is not allowed with mode: ${mode}`);
    return runOnce(request, actor, { mode, ...rest }, () =>
      mode === "staged" ? stage(request, actor, lifeSeconds, takeOver) : replaceSecret(request, actor, graceSeconds),
    );
  }),

  listRotations: allow.keyUser("GET", "/keys/{id}/rotations", (request, actor) =>
    reply(presentSecrets(findKey(request, actor), request.state.now())),
  ),

  // Ends the other secrets, unless another rotation held the lease last.
  finishRotation: allow.keyChanger("POST", "/keys/{id}/rotations/{rotationId}/finish", (request, actor) => {
    const fields = new FakeFields(request.body ?? {}, [], ["graceSeconds", "leaseExpiresOn", "takeOver"]);
    const graceSeconds = fields.seconds("graceSeconds", 0, graceSecondsMax) ?? 0;
    const leaseExpiresOn = readLeaseName(fields);
    const takeOver = fields.flag("takeOver");
    if (fields.has("takeOver") && actor.kind !== "user") throw new FakeRefusal("SCOPE_DENIED");
    const key = findActiveKey(request, actor);
    const now = request.state.now();
    const rotation = findRotation(request, key, now);
    requireOwnRotation(actor, rotation);
    const retiresOn = graceSeconds === 0 ? null : addSeconds(now, graceSeconds);
    if (rotation.state === "current") {
      if (!shortenRetiring(key, retiresOn)) return reply(presentKey(key, now));
    } else {
      if (!takeOver) requireLease(key, rotation, leaseExpiresOn, now);
      replaceOthers(key, rotation.id, now, graceSeconds);
      Object.assign(rotation, { state: "current", expiresOn: null });
      key.lease = keepForOthers(key.lease, rotation.id, now.toISOString());
      key.rotatedOn = now.toISOString();
    }
    recordEvent(request, "key.rotation_finished", { actor, key, details: { rotationId: rotation.id } });
    return reply(presentKey(key, now));
  }),

  // Requires `force` for a secret that may be in use.
  abortRotation: allow.keyChanger("POST", "/keys/{id}/rotations/{rotationId}/abort", (request, actor) => {
    const force = new FakeFields(request.body ?? {}, [], ["force"]).flag("force");
    const key = findActiveKey(request, actor);
    const rotation = key.secrets.find(({ id, state }) => id === request.params["rotationId"] && state === "pending");
    if (rotation === undefined) throw new FakeRefusal("NOT_FOUND");
    requireOwnRotation(actor, rotation);
    const mayBeInUse = rotation.firstUsedOn !== null || rotation.expiresOn === null;
    if (mayBeInUse && !force) throw new FakeRefusal("ROTATION_IN_USE");
    key.secrets = key.secrets.filter((secret) => secret !== rotation);
    if (key.lease?.holder === rotation.id) key.lease = null;
    recordEvent(request, "key.rotation_aborted", { actor, key, details: { rotationId: rotation.id, force } });
    return { status: 204 };
  }),

  // Takes or renews the lease.
  renewRotation: allow.keyChanger("POST", "/keys/{id}/rotations/{rotationId}/renew", (request, actor) => {
    const continued = readLeaseName(new FakeFields(request.body ?? {}, [], ["leaseExpiresOn"]));
    const key = findActiveKey(request, actor);
    const { state } = request;
    const now = state.now();
    const rotation = findRotation(request, key, now);
    if (rotation.state !== "pending") throw new FakeRefusal("NOT_FOUND");
    requireOwnRotation(actor, rotation);
    const holder = findHolder(key, now.toISOString());
    const wasTakenOver = holder !== null && holder.rotation !== rotation;
    if (wasTakenOver && isRunning(holder.lease, now.toISOString())) {
      throw refuseForHolder(holder.lease, holder.rotation, now);
    }
    key.lease = {
      holder: rotation.id,
      expiresOn: nameNextLease(key.lease, addSeconds(now, state.leaseSeconds)),
      sharedUntil: wasTakenOver ? null : findSharedUntil(key.lease, rotation, continued, now.toISOString()),
    };
    rotation.expiresOn = null;
    const { id } = rotation;
    const { expiresOn: leaseExpiresOn } = key.lease;
    const details = { rotationId: id, leaseExpiresOn, ...(wasTakenOver && { overtook: holder.rotation.id }) };
    recordEvent(request, "key.rotation_renewed", { actor, key, details });
    return reply({ id, leaseExpiresOn, leaseSeconds: state.leaseSeconds, wasTakenOver });
  }),
};
