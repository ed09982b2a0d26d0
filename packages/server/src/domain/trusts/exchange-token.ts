import { createHash } from "node:crypto";
import { AppError, type ErrorType } from "../../errors.ts";
import type { Origin } from "../access.ts";
import { recordAudit } from "../audit/record-audit.ts";
import type { Dependencies, Transaction } from "../dependencies.ts";
import { generateCheckedText } from "../keys/client-secret.ts";
import { findClientNetworks, findTurnHolder } from "../network/client-networks.ts";
import { addSeconds } from "../timestamp.ts";
import { digestPipelineToken } from "../tokens/authenticate-pipeline.ts";
import { evaluateRun, type KnownRun, plainDenial, type RunEvaluation, type RunRefusal } from "./evaluate-run.ts";
import type { Assertion } from "./workload-tokens.ts";

/** Request of {@link exchangeToken} and {@link explainToken}. */
export interface ExchangeRequest {
  /** The token of the platform. */
  readonly token: string;
  readonly trustId: string;
  /** Origin of this server. Null if it is unknown. */
  readonly audience: string | null;
}

/** A token of a run, which is returned only once. */
export interface IssuedRunToken {
  readonly token: string;
  readonly expiresInSeconds: number;
}

/** Whether an exchange would be allowed, without the values that the trust expects. */
export interface Explanation {
  readonly type: ErrorType | null;
  readonly claims: readonly { readonly claim: string; readonly has: string | null; readonly isOk: boolean }[];
}

/**
 * How long a spent assertion is kept after it expires, in seconds. A node with a wrong clock must not forget it
 * earlier.
 */
const spentKeptSeconds = 60 * 60;

/**
 * Returns the digest that identifies a spent assertion. The ID of an assertion is not secret, so the digest has no key.
 */
function digestAssertion({ issuer, id }: Assertion): Buffer {
  return createHash("sha256")
    .update(JSON.stringify([issuer, id]))
    .digest();
}

/** A refusal that {@link exchangeToken} finds only while it spends the token. */
class LateRefusal extends Error {
  readonly refusal: RunRefusal;

  constructor(refusal: RunRefusal) {
    super(refusal.type);
    this.refusal = refusal;
  }
}

const replayed: RunRefusal = { type: "ASSERTION_REPLAYED", problem: null, claim: null, has: null };

/**
 * Exchanges the token of a platform for a token of the run (RFC 8693). Spends the old token and issues the new one in
 * one transaction. A refused exchange only adds an entry to the log of the trust and to the audit trail.
 * @throws {AppError} ASSERTION_INVALID, ASSERTION_REPLAYED, TRUST_DENIED, PLAN_UPGRADE_REQUIRED, RATE_LIMITED.
 */
export async function exchangeToken(
  deps: Dependencies,
  request: ExchangeRequest,
  origin: Origin,
): Promise<IssuedRunToken> {
  const { refusal, known } = await evaluate(deps, request, origin);
  if (refusal !== null) throw await refuse(deps, known, refusal, origin);
  deps.callLimits.trustExchanges.admit(known.trust.id);
  try {
    return await deps.transact((tx) => mint(tx, known, origin));
  } catch (error) {
    if (!(error instanceof LateRefusal)) throw error;
    throw await refuse(deps, known, error.refusal, origin);
  }
}

/**
 * Explains whether an exchange would be allowed. Spends nothing, logs nothing, and never returns expected values.
 * Unknown and disabled trusts, and trusts of other organizations, get the same explanation.
 * @throws {AppError} RATE_LIMITED.
 */
export async function explainToken(deps: Dependencies, request: ExchangeRequest, origin: Origin): Promise<Explanation> {
  const { refusal, known } = await evaluate(deps, request, origin);
  const claims = (known?.claims ?? []).map(({ claim, has, isOk }) => ({ claim, has, isOk }));
  return { type: refusal?.type ?? null, claims };
}

/** Evaluates a request within the limits of its client network and its repository. */
async function evaluate(deps: Dependencies, request: ExchangeRequest, { ip }: Origin): Promise<RunEvaluation> {
  deps.callLimits.networkExchanges.admit(findClientNetworks(ip)?.network ?? "");
  // Signatures are verified in turns, so that a flood of made-up tokens does not slow down verify (S-63).
  if (!(await deps.exchangeTurns.next(findTurnHolder(ip))))
    throw new AppError("RATE_LIMITED", { retryAfterSeconds: 1 });
  const evaluation = await evaluateRun(deps, { ...request, ip }, (tenant) =>
    deps.callLimits.tenantExchanges.admit(tenant),
  );
  if (evaluation.refusal !== null) return evaluation;
  const { known } = evaluation;
  // Check this first, so that spent tokens do not use up the limit of the trust. They must not take the write lock
  // either, which all changes wait for.
  const uses = await deps.store.runTokens.countUses(digestAssertion(known.assertion));
  return uses < known.trust.reuse ? evaluation : { refusal: replayed, known };
}

async function mint(tx: Transaction, { trust, assertion, run }: KnownRun, origin: Origin): Promise<IssuedRunToken> {
  const { trusts, runTokens } = tx.store;
  const now = tx.now();
  const createdOn = now.toISOString();
  // A trust that is removed or disabled at the same time issues no token.
  if (!(await trusts.lock(trust.id))) throw new LateRefusal(plainDenial);
  const locked = await trusts.find(trust.companyId, trust.id);
  if (locked === null || locked.disabledOn !== null) throw new LateRefusal(plainDenial);
  const spent = {
    digest: digestAssertion(assertion),
    expiresOn: addSeconds(assertion.endsOn, spentKeptSeconds),
  };
  if (!(await runTokens.spend(spent, trust.reuse))) throw new LateRefusal(replayed);
  const token = generateCheckedText("run", tx.randomBytes);
  await runTokens.insert({
    digest: digestPipelineToken(tx.secretHasher, "run", token),
    trustId: trust.id,
    createdOn,
    expiresOn: addSeconds(now, trust.ttlSeconds),
    ...run,
  });
  await trusts.setLastRun(trust.id, { on: createdOn, ...run });
  await log(tx, { trust, run }, null, origin);
  return { token, expiresInSeconds: trust.ttlSeconds };
}

/** Logs a refusal of a known run, and returns its error. */
async function refuse(
  deps: Dependencies,
  known: KnownRun | null,
  refusal: RunRefusal,
  origin: Origin,
): Promise<AppError> {
  const { type, problem, claim, has } = refusal;
  if (known !== null && deps.callLimits.loggedRefusals.mayTake(known.trust.id)) {
    await deps.transact(async (tx) => {
      // The trust may have been removed in the meantime, with its log.
      if (await tx.store.trusts.lock(known.trust.id)) await log(tx, known, refusal, origin);
    });
  }
  return new AppError(type, {
    ...(problem === null ? {} : { message: problem }),
    ...(claim === null ? {} : { details: [{ path: claim, message: has ?? "The token does not have this claim" }] }),
  });
}

/** Writes an exchange into the log of its trust and into the audit trail. */
async function log(
  tx: Transaction,
  { trust, run }: Pick<KnownRun, "trust" | "run">,
  refusal: RunRefusal | null,
  origin: Origin,
): Promise<void> {
  const { type = null, claim = null, has = null } = refusal ?? {};
  await tx.store.trusts.insertEvent({
    id: tx.newId(),
    trustId: trust.id,
    createdOn: tx.now().toISOString(),
    outcome: refusal === null ? "allowed" : "refused",
    type,
    claim,
    has,
    ...run,
    ip: origin.ip,
  });
  await recordAudit(tx, {
    action: refusal === null ? "trust.run_allowed" : "trust.run_refused",
    companyId: trust.companyId,
    actor: { kind: "trust", id: trust.id, name: trust.name, run },
    origin,
    details: refusal === null ? {} : { type, claim, has },
  });
}
