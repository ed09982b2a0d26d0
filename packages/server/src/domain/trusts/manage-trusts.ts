import { invalidField, notFound } from "../../errors.ts";
import type { TrustEventRecord, TrustRecord } from "../../store/records.ts";
import { type Actor, type Call, may, type OperationId, type UserActor } from "../access.ts";
import { recordCall } from "../audit/record-audit.ts";
import type { Dependencies, Transaction } from "../dependencies.ts";
import { requireName } from "../keys/create-key.ts";
import { refuseSecret } from "../keys/stored-text.ts";
import { encodeCursor, type Page, type PageQuery, readPlace } from "../paging-cursor.ts";
import { readNetworks, refuseProblems, requireActiveKeys } from "../tokens/grant-input.ts";
import { isIssuerOf } from "./issuers.ts";
import { type ClaimVerdict, checkExpectedClaims, matchClaims } from "./match-claims.ts";
import type { Claims, ProviderName } from "./provider.ts";

/** Request of {@link createTrust}. */
export interface TrustInput {
  readonly name: string;
  readonly provider: ProviderName;
  readonly issuer?: string;
  readonly claims: Readonly<Record<string, string>>;
  readonly may: TrustRecord["may"];
  readonly keyIds: readonly string[];
  readonly ttlSeconds?: number;
  readonly fromCidrs?: readonly string[];
  readonly reuse?: number;
}

/** Returns the JSON pointer of a claim (RFC 6901). Some claims contain a slash. */
function pointTo(claim: string): string {
  return `/claims/${claim.replaceAll("~", "~0").replaceAll("/", "~1")}`;
}

/** Maximum number of trusts of a company. */
const trustsMax = 100;
const defaultTtlSeconds = 900;

/**
 * Creates a trust: from now on, runs whose tokens have exactly these claims may act on these keys.
 * @throws {AppError} VALIDATION_FAILED, and the errors of `may`.
 */
export async function createTrust(deps: Dependencies, call: Call<UserActor>, input: TrustInput): Promise<TrustRecord> {
  const { actor } = call;
  may(actor, "createTrust");
  const provider = deps.workloadTokens.providers[input.provider];
  const name = requireName(input.name);
  const issuer = input.issuer ?? provider.issuer;
  if (issuer === null) throw invalidField("/issuer", "is missing. Each installation of this provider has its own");
  if (!isIssuerOf(deps.workloadTokens, input.provider, issuer)) {
    throw invalidField("/issuer", "is not an issuer of this provider. The operator can list it in OIDC_ISSUERS");
  }
  const problems = checkExpectedClaims(provider, input.claims);
  refuseProblems([...problems].map(([claim, message]) => ({ path: pointTo(claim), message })));
  for (const [claim, value] of Object.entries(input.claims)) refuseSecret(pointTo(claim), value);
  const fromCidrs = readNetworks(input.fromCidrs ?? []);
  const reuse = input.reuse ?? provider.reuseMax;
  if (reuse > provider.reuseMax) throw invalidField("/reuse", `must be at most ${provider.reuseMax} for this provider`);
  return deps.transact(async (tx) => {
    const { trusts, companies } = tx.store;
    const { companyId } = actor;
    await companies.lock([companyId]);
    if ((await trusts.list(companyId)).length >= trustsMax) {
      throw invalidField("/name", `the company has ${trustsMax} trusts, the maximum. Remove one first`);
    }
    const keyIds = await requireActiveKeys(tx, companyId, input.keyIds);
    const trust: TrustRecord = {
      id: deps.newId(),
      companyId,
      name,
      provider: input.provider,
      issuer,
      claims: input.claims,
      may: input.may,
      keyIds,
      ttlSeconds: input.ttlSeconds ?? defaultTtlSeconds,
      fromCidrs,
      reuse,
      createdOn: deps.now().toISOString(),
      createdBy: { userId: actor.userId, email: actor.email, hasLeft: false },
      disabledOn: null,
      lastRun: null,
    };
    await trusts.insert(trust);
    const { id: trustId, provider: providerName, claims, ttlSeconds } = trust;
    const details = { provider: providerName, issuer, claims, may: trust.may, keyIds, ttlSeconds, fromCidrs, reuse };
    await recordCall(tx, call, {
      action: "trust.created",
      details: { trustId, trustName: name, ...details },
    });
    return trust;
  });
}

/** Returns the trusts of the company, oldest first. */
export async function listTrusts(deps: Dependencies, actor: Actor): Promise<TrustRecord[]> {
  may(actor, "listTrusts");
  return deps.store.trusts.list(actor.companyId);
}

/**
 * Returns a trust of the company, for an operation.
 * @throws {AppError} NOT_FOUND.
 */
export async function getTrust(
  deps: Dependencies,
  actor: Actor,
  id: string,
  operation: OperationId = "getTrust",
): Promise<TrustRecord> {
  may(actor, operation);
  return readTrust(deps, actor, id);
}

async function readTrust(
  { store }: Dependencies | Transaction,
  { companyId }: Actor,
  id: string,
): Promise<TrustRecord> {
  const trust = await store.trusts.find(companyId, id);
  if (trust === null) throw notFound();
  return trust;
}

/** Locks a trust of the company, and reads it under the lock. */
async function lockTrust(tx: Transaction, actor: Actor, id: string): Promise<TrustRecord> {
  await tx.store.trusts.lock((await readTrust(tx, actor, id)).id);
  return readTrust(tx, actor, id);
}

/**
 * Disables a trust and ends its tokens with the next request. Safe to repeat.
 * @throws {AppError} NOT_FOUND.
 */
export async function disableTrust(deps: Dependencies, call: Call<UserActor>, id: string): Promise<TrustRecord> {
  may(call.actor, "disableTrust");
  return deps.transact(async (tx) => {
    const trust = await lockTrust(tx, call.actor, id);
    if (trust.disabledOn !== null) return trust;
    const disabledOn = deps.now().toISOString();
    await tx.store.trusts.setDisabled(id, disabledOn);
    // Otherwise they would work again once the trust is enabled.
    await tx.store.runTokens.deleteOfTrust(id);
    const details = { trustId: id, trustName: trust.name };
    await recordCall(tx, call, { action: "trust.disabled", details });
    return { ...trust, disabledOn };
  });
}

/**
 * Enables a disabled trust. Safe to repeat.
 * @throws {AppError} NOT_FOUND.
 */
export async function enableTrust(deps: Dependencies, call: Call<UserActor>, id: string): Promise<TrustRecord> {
  may(call.actor, "enableTrust");
  return deps.transact(async (tx) => {
    const trust = await lockTrust(tx, call.actor, id);
    if (trust.disabledOn === null) return trust;
    await tx.store.trusts.setDisabled(id, null);
    const details = { trustId: id, trustName: trust.name };
    await recordCall(tx, call, { action: "trust.enabled", details });
    return { ...trust, disabledOn: null };
  });
}

/** Number of events that are removed in one step. With SQLite, the whole process waits for a step. */
const eventsPerStep = 500;

/**
 * Removes a trust with its log, and ends its tokens with the next request. A long log is removed in several steps, so
 * that others do not wait (S-63). If the server stops in between, the trust is disabled and can be removed again.
 * @throws {AppError} NOT_FOUND.
 */
export async function removeTrust(deps: Dependencies, call: Call<UserActor>, id: string): Promise<void> {
  may(call.actor, "removeTrust");
  let isRemoved = await deps.transact(async (tx) => {
    const { name } = await lockTrust(tx, call.actor, id);
    const details = { trustId: id, trustName: name };
    await recordCall(tx, call, { action: "trust.removed", details });
    return removeStep(tx, id);
  });
  while (!isRemoved) {
    await deps.turns.next();
    isRemoved = await deps.transact(async (tx) => {
      // Another call may have removed it in the meantime.
      return !(await tx.store.trusts.lock(id)) || removeStep(tx, id);
    });
  }
}

/** Removes a trust with a short log, or part of a long log. Returns whether the trust is removed. */
async function removeStep(tx: Transaction, id: string): Promise<boolean> {
  const { trusts, runTokens } = tx.store;
  if ((await trusts.deleteEventsOf(id, eventsPerStep)) < eventsPerStep) {
    await trusts.remove(id);
    return true;
  }
  await trusts.setDisabled(id, tx.now().toISOString());
  await runTokens.deleteOfTrust(id);
  return false;
}

/**
 * Compares claims with those that a trust expects. Changes nothing.
 * @throws {AppError} NOT_FOUND.
 */
export async function testTrust(
  deps: Dependencies,
  actor: Actor,
  id: string,
  claims: Claims,
): Promise<readonly ClaimVerdict[]> {
  const trust = await getTrust(deps, actor, id, "testTrust");
  return matchClaims(deps.workloadTokens.providers[trust.provider], trust.claims, claims);
}

/**
 * Returns exchanges of a trust, newest first.
 * @throws {AppError} NOT_FOUND, VALIDATION_FAILED.
 */
export async function listTrustEvents(
  deps: Dependencies,
  actor: Actor,
  trustId: string,
  query: PageQuery & { readonly refused?: boolean },
): Promise<Page<TrustEventRecord>> {
  await getTrust(deps, actor, trustId, "listTrustEvents");
  const { refused = false, limit = 100, cursor } = query;
  const place = readPlace(cursor);
  const after = place && { createdOn: place.rank, id: place.id };
  // Read one event more than the page has, to find out whether there is a next page.
  const page = { outcome: refused ? ("refused" as const) : undefined, after, limit: limit + 1 };
  const events = await deps.store.trusts.listEvents(trustId, page);
  const items = events.slice(0, limit);
  const last = events.length > limit ? items.at(-1) : undefined;
  return { items, nextCursor: last === undefined ? null : encodeCursor([last.createdOn, last.id]) };
}
