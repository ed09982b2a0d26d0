import { AppError, invalidField, notFound } from "../../errors.ts";
import type { AutomationTokenRecord } from "../../store/records.ts";
import { type Actor, type Call, may, type RepeatableCall, type Scope, type UserActor } from "../access.ts";
import { recordCall } from "../audit/record-audit.ts";
import type { Dependencies, Transaction } from "../dependencies.ts";
import { generateCheckedText } from "../keys/client-secret.ts";
import { requireName } from "../keys/create-key.ts";
import { type OnceResult, runOnce } from "../keys/idempotency.ts";
import { requireFuture } from "../keys/stored-text.ts";
import { addSeconds } from "../timestamp.ts";
import { digestPipelineToken } from "./authenticate-pipeline.ts";
import { readNetworks, requireActiveKeys } from "./grant-input.ts";

/** An automation token with its new secret, which is returned only once. */
export interface TokenWithSecret {
  readonly record: AutomationTokenRecord;
  readonly token: string;
  readonly secretId: string;
}

/** Request of {@link createToken}. */
export interface TokenInput {
  readonly name: string;
  readonly may: readonly Scope[];
  readonly keyIds: readonly string[];
  readonly expiresAt: string;
  readonly fromCidrs?: readonly string[];
}

/** Maximum number of automation tokens of a company that are not revoked. */
const liveTokensMax = 100;
/**
 * Maximum number of automation tokens of a company, including those that have ended. Retention removes them after 90
 * days.
 */
const tokensMax = 1_000;
/**
 * Number of tokens that are read in one step. Each has up to a hundred keys. With SQLite, the whole process waits for a
 * step.
 */
const tokensPerStep = 50;
const lifetimeSecondsMax = 365 * 24 * 60 * 60;

/** Returns a time in the next 365 days in canonical form. */
function requireExpiry(text: string, now: Date): string {
  const expiresAt = requireFuture(text, now);
  if (expiresAt > addSeconds(now, lifetimeSecondsMax)) {
    throw invalidField("/expiresAt", "must be at most 365 days ahead");
  }
  return expiresAt;
}

const canReplay = ({ store }: Transaction, secretId: string, now: string): Promise<boolean> =>
  store.automationTokens.canReplay(secretId, now);

async function addSecret(
  tx: Transaction,
  tokenId: string,
  state: "current" | "pending",
  expiresAt: string,
): Promise<{ readonly token: string; readonly secretId: string }> {
  const token = generateCheckedText("aut", tx.randomBytes);
  const secretId = tx.newId();
  await tx.store.automationTokens.insertSecret({
    digest: digestPipelineToken(tx.secretHasher, "aut", token),
    id: secretId,
    tokenId,
    pepperVersion: tx.secretHasher.current.version,
    state,
    createdOn: tx.now().toISOString(),
    expiresAt,
  });
  return { token, secretId };
}

/**
 * Returns a token of the company.
 * @throws {AppError} NOT_FOUND.
 */
async function readToken(
  { store }: Dependencies | Transaction,
  { companyId }: Actor,
  id: string,
): Promise<AutomationTokenRecord> {
  const token = await store.automationTokens.find(companyId, id);
  if (token === null) throw notFound();
  return token;
}

/**
 * Creates an automation token.
 * @throws {AppError} VALIDATION_FAILED, the errors of `may`, and the errors of `runOnce`.
 */
export async function createToken(
  deps: Dependencies,
  call: RepeatableCall<UserActor>,
  input: TokenInput,
): Promise<OnceResult<TokenWithSecret>> {
  const { actor } = call;
  may(actor, "createToken");
  const name = requireName(input.name);
  const fromCidrs = readNetworks(input.fromCidrs ?? []);
  const now = deps.now();
  const expiresAt = requireExpiry(input.expiresAt, now);
  const operation = { name: "createToken", keyId: null, body: { ...input }, canReplay };
  return runOnce(deps, call, operation, async (tx) => {
    const { automationTokens } = tx.store;
    const { companyId } = actor;
    await tx.store.companies.lock([companyId]);
    const others = await automationTokens.count(companyId);
    if (others.live >= liveTokensMax) {
      throw invalidField("/name", `the company has ${liveTokensMax} automation tokens, the maximum. Revoke one first`);
    }
    if (others.all >= tokensMax) {
      const message = `the company has had ${tokensMax} automation tokens in the last 90 days, the maximum. Rotate one`;
      throw invalidField("/name", message);
    }
    const keyIds = await requireActiveKeys(tx, companyId, input.keyIds);
    const id = deps.newId();
    await automationTokens.insert({
      id,
      companyId,
      name,
      may: input.may,
      keyIds,
      fromCidrs,
      createdOn: now.toISOString(),
      createdBy: { userId: actor.userId, email: actor.email, hasLeft: false },
      lifetimeSeconds: Math.max(1, Math.ceil((Date.parse(expiresAt) - now.getTime()) / 1_000)),
      revokedOn: null,
      lastUsedAt: null,
      lastUsedIp: null,
    });
    const secret = await addSecret(tx, id, "current", expiresAt);
    const about = { tokenId: id, tokenName: name, may: input.may, keyIds, fromCidrs, expiresAt };
    await recordCall(tx, call, { action: "token.created", details: about });
    return { record: await readToken(tx, actor, id), ...secret };
  });
}

/** Returns all automation tokens of the company, oldest first. Reads them in short steps. */
export async function listTokens(deps: Dependencies, actor: Actor): Promise<AutomationTokenRecord[]> {
  may(actor, "listTokens");
  const tokens: AutomationTokenRecord[] = [];
  for (;;) {
    const step = { after: tokens.at(-1), limit: tokensPerStep };
    const found = await deps.store.automationTokens.listStep(actor.companyId, step);
    tokens.push(...found);
    if (found.length < tokensPerStep) return tokens;
    await deps.turns.next();
  }
}

/**
 * Returns an automation token.
 * @throws {AppError} NOT_FOUND.
 */
export async function getToken(deps: Dependencies, actor: Actor, id: string): Promise<AutomationTokenRecord> {
  may(actor, "getToken");
  return readToken(deps, actor, id);
}

/**
 * Adds a pending secret to an automation token. The current one works until the pending one is used for the first time.
 * Replaces a pending secret that was not used.
 * @throws {AppError} NOT_FOUND, KEY_REVOKED, VALIDATION_FAILED, and the errors of `may` and `runOnce`.
 */
export async function rotateToken(
  deps: Dependencies,
  call: RepeatableCall<UserActor>,
  id: string,
  input: { readonly expiresAt?: string },
): Promise<OnceResult<TokenWithSecret>> {
  may(call.actor, "rotateToken");
  const now = deps.now();
  const chosen = input.expiresAt === undefined ? null : requireExpiry(input.expiresAt, now);
  const operation = { name: "rotateToken", keyId: id, body: { ...input }, canReplay };
  return runOnce(deps, call, operation, async (tx) => {
    const { lifetimeSeconds, name } = await lockLiveToken(tx, call.actor, id);
    await tx.store.automationTokens.deletePending(id);
    const expiresAt = chosen ?? addSeconds(now, lifetimeSeconds);
    const secret = await addSecret(tx, id, "pending", expiresAt);
    const about = { tokenId: id, tokenName: name, expiresAt };
    await recordCall(tx, call, { action: "token.rotated", details: about });
    return { record: await readToken(tx, call.actor, id), ...secret };
  });
}

async function lockLiveToken(tx: Transaction, actor: Actor, id: string): Promise<AutomationTokenRecord> {
  await tx.store.automationTokens.lock((await readToken(tx, actor, id)).id);
  const token = await readToken(tx, actor, id);
  if (token.revokedOn !== null) {
    throw new AppError("KEY_REVOKED", { message: "This automation token is revoked. Create a new one" });
  }
  return token;
}

/**
 * Revokes an automation token permanently. Its secrets stop working with the next request. Safe to repeat.
 * @throws {AppError} NOT_FOUND.
 */
export async function revokeToken(
  deps: Dependencies,
  call: Call<UserActor>,
  id: string,
): Promise<AutomationTokenRecord> {
  may(call.actor, "revokeToken");
  return deps.transact(async (tx) => {
    const { name } = await readToken(tx, call.actor, id);
    if (await tx.store.automationTokens.revoke(id, deps.now().toISOString())) {
      const about = { tokenId: id, tokenName: name };
      await recordCall(tx, call, { action: "token.revoked", details: about });
    }
    return readToken(tx, call.actor, id);
  });
}
