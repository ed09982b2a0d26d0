import { findActiveKey, findKey } from "./fake-keys.ts";
import { findHolder, findSharedUntil, isRunning, keepForOthers, nameNextLease, refuseForHolder } from "./fake-lease.ts";
import { FakeRefusal, refuseField } from "./fake-refusal.ts";
import {
  type FakeAnswer,
  type FakeRequest,
  readFields,
  readFlag,
  readSeconds,
  readText,
  recordEvent,
  requireKeyUser,
  requireOwnRotation,
} from "./fake-request.ts";
import { addSeconds, hasEnded, presentKey, presentSecrets, replaceOthers } from "./fake-secrets.ts";
import type { FakeKey, FakeSecret } from "./fake-state.ts";

const GRACE_SECONDS_MAX = 604_800;

/** GET /keys/{id}/rotations. */
export function listRotations(request: FakeRequest): FakeAnswer {
  const key = findKey(request, requireKeyUser(request));
  return { status: 200, body: presentSecrets(key, request.state.now()) };
}

/**
 * POST /keys/{id}/rotations/{rotationId}/finish: ends the other secrets, unless another rotation held the lease last.
 */
export function finishRotation(request: FakeRequest): FakeAnswer {
  const actor = requireKeyUser(request, { changes: true });
  const fields = readFields(request.body ?? {}, [], ["graceSeconds", "leaseExpiresOn", "takeOver"]);
  const graceSeconds = readSeconds(fields, "graceSeconds", 0, GRACE_SECONDS_MAX) ?? 0;
  const leaseExpiresOn = readLeaseName(fields);
  const takeOver = readFlag(fields, "takeOver");
  if (fields["takeOver"] !== undefined && actor.kind !== "user") throw new FakeRefusal("SCOPE_DENIED");
  const key = findActiveKey(request, actor);
  const now = request.state.now();
  const rotation = findRotation(request, key, now);
  requireOwnRotation(actor, rotation);
  const retiresOn = graceSeconds === 0 ? null : addSeconds(now, graceSeconds);
  if (rotation.state === "current") {
    if (!shortenRetiring(key, retiresOn)) return { status: 200, body: presentKey(key, now) };
  } else {
    if (!takeOver) requireLease(key, rotation, leaseExpiresOn, now);
    replaceOthers(key, rotation.id, now, graceSeconds);
    Object.assign(rotation, { state: "current", expiresOn: null });
    key.lease = keepForOthers(key.lease, rotation.id, now.toISOString());
    key.rotatedOn = now.toISOString();
  }
  recordEvent(request, "key.rotation_finished", { actor, key, details: { rotationId: rotation.id } });
  return { status: 200, body: presentKey(key, now) };
}

/** POST /keys/{id}/rotations/{rotationId}/abort: requires `force` for a secret that may be in use. */
export function abortRotation(request: FakeRequest): FakeAnswer {
  const actor = requireKeyUser(request, { changes: true });
  const force = readFlag(readFields(request.body ?? {}, [], ["force"]), "force");
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
}

/** POST /keys/{id}/rotations/{rotationId}/renew: takes or renews the lease. */
export function renewRotation(request: FakeRequest): FakeAnswer {
  const actor = requireKeyUser(request, { changes: true });
  const continued = readLeaseName(readFields(request.body ?? {}, [], ["leaseExpiresOn"]));
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
  const overtook = wasTakenOver ? { overtook: holder.rotation.id } : {};
  recordEvent(request, "key.rotation_renewed", {
    actor,
    key,
    details: { rotationId: id, leaseExpiresOn, ...overtook },
  });
  return { status: 200, body: { id, leaseExpiresOn, leaseSeconds: state.leaseSeconds, wasTakenOver } };
}

function readLeaseName(fields: Readonly<Record<string, unknown>>): string | undefined {
  if (fields["leaseExpiresOn"] === undefined) return undefined;
  const text = readText(fields, "leaseExpiresOn");
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
