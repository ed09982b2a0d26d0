import { AppError } from "../../errors.ts";
import type { IdempotencyRecord } from "../../store/records.ts";
import { type Actor, identifyActor, type RepeatableCall } from "../access.ts";
import type { Dependencies, Transaction } from "../dependencies.ts";
import { addSeconds } from "../timestamp.ts";
import { openSealedResponse, type Seal, sealResponse } from "./sealed-response.ts";
import type { PepperedHash } from "./secret-hash.ts";

/** How long a response is stored. */
export const keptSeconds = 24 * 60 * 60;
const retryAfterSeconds = 1;

/** Everything that identifies a call besides its Idempotency-Key. */
export interface Operation {
  readonly name: string;
  /** ID of the API key or automation token of the call. Null if the call creates one. */
  readonly keyId: string | null;
  readonly body: Readonly<Record<string, unknown>>;
  /** Returns whether the secret in a stored response still works. The default is for secrets of API keys. */
  readonly canReplay?: CanReplay;
}

/** A result with a secret. The ID shows later whether the secret still works. */
interface WithSecret {
  readonly secretId: string;
}

/** The response, either new or replayed. */
export interface OnceResult<Result extends WithSecret> {
  readonly result: Result;
  readonly isReplay: boolean;
}

/** Returns whether the secret of a stored response still works, so that the response can be replayed. */
type CanReplay = (tx: Transaction, secretId: string, now: string) => Promise<boolean>;

const isSecretOfKeyLive: CanReplay = ({ store }, secretId, now) => store.secrets.canReplay(secretId, now);

/**
 * Runs `work` once per Idempotency-Key, and returns the same response for the same key and body for 24 hours (contract,
 * section 4). The record is part of the transaction of the work. So a crash after the commit loses no secret, and a
 * refused call does not use up the key. Without a key, only runs `work`.
 * @throws {AppError} IDEMPOTENCY_IN_PROGRESS, IDEMPOTENCY_KEY_REUSED, IDEMPOTENCY_SUPERSEDED, and the errors of `work`.
 */
export async function runOnce<Result extends WithSecret>(
  deps: Dependencies,
  { actor, idempotencyKey }: RepeatableCall,
  operation: Operation,
  work: (tx: Transaction) => Promise<Result>,
): Promise<OnceResult<Result>> {
  if (idempotencyKey === null) return { result: await deps.transact(work), isReplay: false };
  const candidates = listCandidates(deps, actor, operation, idempotencyKey);
  const running = candidates[0].digest.toString("hex");
  if (deps.runningCalls.has(running)) throw new AppError("IDEMPOTENCY_IN_PROGRESS", { retryAfterSeconds });
  deps.runningCalls.add(running);
  try {
    const { canReplay = isSecretOfKeyLive } = operation;
    return await deps.transact((tx) => runInside(tx, candidates, work, canReplay));
  } finally {
    deps.runningCalls.delete(running);
  }
}

/** A possible record of a call: its digests and its seal under one pepper. `requestDigest` must match the record. */
interface Candidate {
  readonly digest: Buffer;
  readonly requestDigest: Buffer;
  readonly seal: Seal;
}

/** The possible records of a call: first under the current pepper, and then under older peppers. */
type Candidates = readonly [Candidate, ...Candidate[]];

function listCandidates(
  { secretHasher }: Dependencies,
  actor: Actor,
  operation: Operation,
  clientKey: string,
): Candidates {
  const owner = [actor.companyId, identifyActor(actor)];
  const body = Object.entries(operation.body).sort(([a], [b]) => (a < b ? -1 : 1));
  const key = JSON.stringify([...owner, clientKey]);
  const request = JSON.stringify([operation.name, operation.keyId, body]);
  const context = JSON.stringify([...owner, operation.name, operation.keyId]);
  const candidateUnder = (pepper: PepperedHash): Candidate => ({
    digest: pepper.digestToken("idempotency-key", key),
    requestDigest: pepper.digestToken("idempotency-request", request),
    seal: { clientKey, pepper, context },
  });
  const [, ...older] = secretHasher.all;
  return [candidateUnder(secretHasher.current), ...older.map(candidateUnder)];
}

/** Returns the record of an earlier call, and the candidate that found it. */
async function findEarlier(
  { store }: Transaction,
  candidates: Candidates,
  now: string,
): Promise<{ readonly record: IdempotencyRecord; readonly candidate: Candidate } | null> {
  const digests = candidates.map(({ digest }) => digest);
  const record = await store.idempotency.find(digests, now);
  const candidate = candidates.find(({ digest }) => record?.digest.equals(digest) === true);
  return record === null || candidate === undefined ? null : { record, candidate };
}

async function runInside<Result extends WithSecret>(
  tx: Transaction,
  candidates: Candidates,
  work: (tx: Transaction) => Promise<Result>,
  canReplay: CanReplay,
): Promise<OnceResult<Result>> {
  const { idempotency } = tx.store;
  const now = tx.now();
  const before = await findEarlier(tx, candidates, now.toISOString());
  if (before !== null) return replay(tx, before, canReplay, now.toISOString());
  const [{ digest, requestDigest, seal }] = candidates;
  const expiresOn = addSeconds(now, keptSeconds);
  if (!(await idempotency.claim({ digest, requestDigest, expiresOn }, now.toISOString()))) {
    // Another node stored a response while this one waited.
    const other = await findEarlier(tx, candidates, now.toISOString());
    if (other === null) throw new AppError("IDEMPOTENCY_IN_PROGRESS", { retryAfterSeconds });
    return replay(tx, other, canReplay, now.toISOString());
  }
  const result = await work(tx);
  const sealed = sealResponse(JSON.stringify(result), seal, tx.randomBytes);
  await idempotency.keep(digest, { secretId: result.secretId, sealed });
  return { result, isReplay: false };
}

async function replay<Result extends WithSecret>(
  tx: Transaction,
  { record, candidate }: { readonly record: IdempotencyRecord; readonly candidate: Candidate },
  canReplay: CanReplay,
  now: string,
): Promise<OnceResult<Result>> {
  if (!candidate.requestDigest.equals(record.requestDigest)) throw new AppError("IDEMPOTENCY_KEY_REUSED");
  if (record.secretId === null || !(await canReplay(tx, record.secretId, now))) {
    throw new AppError("IDEMPOTENCY_SUPERSEDED");
  }
  const text = record.sealed === null ? null : openSealedResponse(record.sealed, candidate.seal);
  if (text === null) throw new Error("The key of a stored response does not decrypt it.");
  return { result: JSON.parse(text) as Result, isReplay: true };
}
