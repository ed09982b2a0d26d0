import type { JsonRecord } from "../call/json.ts";
import type { FakeActor } from "./fake-actors.ts";
import { FakeRefusal } from "./fake-refusal.ts";
import type { FakeAnswer, FakeRequest } from "./fake-request.ts";
import { hasEnded } from "./fake-secrets.ts";
import type { CreatedSecret, FakeSecret } from "./fake-state.ts";

const keptMs = 24 * 60 * 60 * 1000;

/**
 * Runs `work` once per user and Idempotency-Key. Returns the same response for 24 hours for the same operation and
 * body, unless the secret was replaced.
 */
export function runOnce(
  request: FakeRequest,
  actor: FakeActor,
  fields: JsonRecord,
  work: () => CreatedSecret,
): FakeAnswer {
  const { state } = request;
  const clientKey = readIdempotencyKey(request.headers);
  if (clientKey === null) return work();
  const place = JSON.stringify([actor.company.id, actor.id, clientKey]);
  const sorted = Object.entries(fields).sort(([one], [other]) => (one < other ? -1 : 1));
  const description = JSON.stringify([request.operation, request.params["id"] ?? null, sorted]);
  const nowMs = state.now().getTime();
  const stored = state.answers.get(place);
  if (stored === undefined || stored.expiresAtMs <= nowMs) {
    const made = work();
    const body: object = structuredClone(made.body);
    state.answers.set(place, { ...made, body, request: description, expiresAtMs: nowMs + keptMs });
    return made;
  }
  if (stored.request !== description) throw new FakeRefusal("IDEMPOTENCY_KEY_REUSED");
  const isToken = state.grants.has(stored.secretId);
  if (!isToken && !canReplay(findSecret(request, stored.secretId), state.now().toISOString())) {
    throw new FakeRefusal("IDEMPOTENCY_SUPERSEDED");
  }
  return { status: stored.status, body: stored.body, headers: { "idempotency-replayed": "true" } };
}

function findSecret({ state }: FakeRequest, secretId: string): FakeSecret | undefined {
  return [...state.keys.values()].flatMap(({ secrets }) => secrets).find(({ id }) => id === secretId);
}

function canReplay(secret: FakeSecret | undefined, now: string): boolean {
  return secret !== undefined && secret.state !== "retiring" && !hasEnded(secret, now);
}

/** Returns the Idempotency-Key, with or without quotes, or null. */
function readIdempotencyKey(headers: Headers): string | null {
  const text = headers.get("idempotency-key");
  if (text === null) return null;
  const quoted = /^"((?:[ !#-[\]-~]|\\["\\])*)"$/.exec(text)?.[1]?.replaceAll(/\\(["\\])/g, "$1");
  const key = text.startsWith('"') ? quoted : text;
  if (key !== undefined && /^[!-~]{1,255}$/.test(key)) return key;
  const message = "The Idempotency-Key must have 1 to 255 visible ASCII characters, optionally in double quotes";
  throw new FakeRefusal("BAD_REQUEST", { message });
}
