import { runOnce } from "./fake-idempotency.ts";
import { findActiveKey } from "./fake-keys.ts";
import { findHolder, isRunning, refuseForHolder } from "./fake-lease.ts";
import { FakeRefusal, refuseField } from "./fake-refusal.ts";
import {
  type FakeActor,
  type FakeAnswer,
  type FakeRequest,
  readFields,
  readFlag,
  readSeconds,
  recordEvent,
  requireKeyUser,
} from "./fake-request.ts";
import { addSeconds, type MadeSecret, mintSecret, presentMade, presentSecrets, replaceOthers } from "./fake-secrets.ts";

const PENDING_MAX = 3;
const GRACE_SECONDS_MAX = 604_800;
const LIFE_SECONDS_MAX = 604_800;
const DEFAULT_LIFE_SECONDS = 24 * 60 * 60;

/**
 * POST /keys/{id}/rotate: ends the old secret immediately or after the grace period. With mode staged, ends nothing.
 */
export function rotateKey(request: FakeRequest): FakeAnswer {
  const actor = requireKeyUser(request, { changes: true, needsBusinessPlan: true });
  const fields = readFields(request.body ?? {}, [], ["mode", "graceSeconds", "expiresInSeconds", "takeOver"]);
  const { mode = "immediate", ...rest } = fields;
  if (mode !== "immediate" && mode !== "staged") throw refuseField("/mode", "must be immediate or staged");
  const graceSeconds = readSeconds(fields, "graceSeconds", 0, GRACE_SECONDS_MAX) ?? 0;
  const lifeSeconds = readSeconds(fields, "expiresInSeconds", 60, LIFE_SECONDS_MAX) ?? DEFAULT_LIFE_SECONDS;
  const takeOver = readFlag(fields, "takeOver");
  const isForPipelines = mode === "staged" && fields["takeOver"] === undefined;
  if (actor.kind !== "user" && !isForPipelines) throw new FakeRefusal("SCOPE_DENIED");
  const misplaced = Object.keys(rest).find((name) => (name === "graceSeconds") === (mode === "staged"));
  if (misplaced !== undefined) throw refuseField(`/${misplaced}`, `is not allowed with mode: ${mode}`);
  return runOnce(request, actor, "rotateKey", { mode, ...rest }, () =>
    mode === "staged" ? stage(request, actor, lifeSeconds, takeOver) : replaceSecret(request, actor, graceSeconds),
  );
}

function replaceSecret(request: FakeRequest, actor: FakeActor, graceSeconds: number): MadeSecret {
  const key = findActiveKey(request, actor);
  const now = request.state.now();
  replaceOthers(key, null, now, graceSeconds);
  key.lease = null;
  key.rotatedOn = now.toISOString();
  const secret = mintSecret(key, now, {
    state: "current",
    expiresOn: null,
    createdBy: actor.label,
    grantId: actor.kind === "user" ? null : actor.id,
  });
  recordEvent(request, "key.rotated", { actor, key });
  return presentMade(key, secret, now, 200);
}

function stage(request: FakeRequest, actor: FakeActor, lifeSeconds: number, takeOver: boolean): MadeSecret {
  const key = findActiveKey(request, actor);
  const { state } = request;
  const now = state.now();
  const holder = findHolder(key, now.toISOString());
  if (holder !== null && isRunning(holder.lease, now.toISOString()) && !takeOver) {
    throw refuseForHolder(holder.lease, holder.rotation, now);
  }
  const pending = presentSecrets(key, now).filter((secret) => secret.state === "pending");
  if (pending.length >= PENDING_MAX) throw new FakeRefusal("TOO_MANY_ROTATIONS");
  const expiresOn = addSeconds(now, lifeSeconds);
  const secret = mintSecret(key, now, {
    state: "pending",
    expiresOn,
    createdBy: actor.label,
    grantId: actor.kind === "user" ? null : actor.id,
  });
  key.lease = { holder: secret.id, expiresOn: addSeconds(now, state.leaseSeconds), sharedUntil: null };
  recordEvent(request, "key.rotation_started", { actor, key, details: { rotationId: secret.id, expiresOn } });
  return presentMade(key, secret, now, 200);
}
