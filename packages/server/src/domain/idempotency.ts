import { AppError } from "../errors.ts";
import type { IdempotencyRecord } from "../store/records.ts";
import type { Repositories } from "../store/store.ts";
import type { Actor } from "./access.ts";
import type { Dependencies } from "./dependencies.ts";
import type { KeyWithSecret } from "./mint-secret.ts";
import { openAnswer, type Seal, sealAnswer } from "./sealed-answer.ts";
import { addSeconds } from "./timestamp.ts";

/** How long an answer is kept. */
export const keptSeconds = 24 * 60 * 60;
const retryAfterSeconds = 1;

/** A call that may be repeated: the client's key, and everything by which two calls are the same. */
export interface RepeatableCall {
  /** The Idempotency-Key; null where the client sent none. */
  readonly idempotencyKey: string | null;
  readonly operation: string;
  /** Id of the key it acts on; null where it makes one. */
  readonly keyId: string | null;
  readonly body: Readonly<Record<string, unknown>>;
}

/** The answer, made now or made before and shown again. */
export interface OnceResult {
  readonly result: KeyWithSecret;
  readonly isReplay: boolean;
}

/**
 * Does the work once per Idempotency-Key and gives the same answer to whoever calls again with the same key and body for
 * 24 hours (contract, section 4). The record is part of the transaction of the work: a kill after the commit loses no
 * secret, and a refused call burns no key. Without a key it only does the work.
 * @throws {AppError} IDEMPOTENCY_IN_PROGRESS, IDEMPOTENCY_KEY_REUSED, IDEMPOTENCY_SUPERSEDED, and what the work throws.
 */
export async function runOnce(
  deps: Dependencies,
  actor: Actor,
  call: RepeatableCall,
  work: (repositories: Repositories) => Promise<KeyWithSecret>,
): Promise<OnceResult> {
  const { idempotencyKey } = call;
  if (idempotencyKey === null) return { result: await deps.store.transact(work), isReplay: false };
  const place = placeOf(deps, actor, call, idempotencyKey);
  const running = place.digest.toString("hex");
  if (deps.runningCalls.has(running)) throw new AppError("IDEMPOTENCY_IN_PROGRESS", { retryAfterSeconds });
  deps.runningCalls.add(running);
  try {
    return await deps.store.transact((repositories) => runInside(deps, repositories, place, work));
  } finally {
    deps.runningCalls.delete(running);
  }
}

/** Where the answer of a call is kept, and what it must match. */
interface Place {
  readonly digest: Buffer;
  /** The same place under every pepper, for records from before the pepper changed. */
  readonly digests: readonly Buffer[];
  readonly requestDigests: readonly Buffer[];
  readonly seal: Seal;
}

function placeOf({ secretHasher }: Dependencies, actor: Actor, call: RepeatableCall, clientKey: string): Place {
  const owner = [actor.companyId, actor.userId];
  const request = [call.operation, call.keyId, Object.entries(call.body).sort(([a], [b]) => (a < b ? -1 : 1))];
  const digestAll = (purpose: string, value: unknown): Buffer[] =>
    secretHasher.all.map((pepper) => pepper.digestToken(purpose, JSON.stringify(value)));
  const digests = digestAll("idempotency-key", [...owner, clientKey]);
  const [digest] = digests;
  if (digest === undefined) throw new Error("There is no pepper.");
  return {
    digest,
    digests,
    requestDigests: digestAll("idempotency-request", request),
    seal: { clientKey, context: JSON.stringify([...owner, call.operation, call.keyId]) },
  };
}

async function runInside(
  deps: Dependencies,
  repositories: Repositories,
  place: Place,
  work: (repositories: Repositories) => Promise<KeyWithSecret>,
): Promise<OnceResult> {
  const { idempotency } = repositories;
  const now = deps.now();
  const before = await idempotency.find(place.digests, now.toISOString());
  if (before !== null) return replay(repositories, place, before, now.toISOString());
  const expiresOn = addSeconds(now, keptSeconds);
  const requestDigest = place.requestDigests[0] ?? place.digest;
  if (!(await idempotency.claim({ digest: place.digest, requestDigest, expiresOn }, now.toISOString()))) {
    // Another node made the answer while this one waited for it.
    const other = await idempotency.find(place.digests, now.toISOString());
    if (other === null) throw new AppError("IDEMPOTENCY_IN_PROGRESS", { retryAfterSeconds });
    return replay(repositories, place, other, now.toISOString());
  }
  const result = await work(repositories);
  const sealed = sealAnswer(JSON.stringify(result), place.seal, deps.randomBytes);
  await idempotency.keep(place.digest, { secretId: result.secretId, sealed });
  return { result, isReplay: false };
}

async function replay(
  repositories: Repositories,
  { requestDigests, seal }: Place,
  record: IdempotencyRecord,
  now: string,
): Promise<OnceResult> {
  if (!requestDigests.some((digest) => digest.equals(record.requestDigest))) {
    throw new AppError("IDEMPOTENCY_KEY_REUSED");
  }
  if (record.secretId === null || !(await repositories.secrets.isStanding(record.secretId, now))) {
    throw new AppError("IDEMPOTENCY_SUPERSEDED");
  }
  const text = record.sealed === null ? null : openAnswer(record.sealed, seal);
  if (text === null) throw new Error("A sealed answer does not open under the key it is filed under.");
  return { result: JSON.parse(text) as KeyWithSecret, isReplay: true };
}
