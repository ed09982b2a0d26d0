import type { ErrorType } from "../../errors.ts";
import type { CompanyRecord, TrustRecord } from "../../store/records.ts";
import type { PipelineRun } from "../access.ts";
import type { Dependencies } from "../dependencies.ts";
import { isFromNetwork } from "../tokens/authenticate-pipeline.ts";
import { findProvidersOf } from "./issuers.ts";
import { type ClaimVerdict, matchClaims } from "./match-claims.ts";
import type { Assertion } from "./workload-tokens.ts";

/** A request of a job: its token, the trust that it names, and the audience that the token must have. */
export interface RunRequest {
  readonly token: string;
  readonly trustId: string;
  /** Null if the server does not know its own URL. */
  readonly audience: string | null;
  readonly ip: string | null;
}

/** Why a run is refused. */
export interface RunRefusal {
  readonly type: Extract<
    ErrorType,
    "ASSERTION_INVALID" | "ASSERTION_REPLAYED" | "TRUST_DENIED" | "PLAN_UPGRADE_REQUIRED"
  >;
  /** What the caller learns besides the type. Null if the message of the type is enough. */
  readonly problem: string | null;
  /** The claim that is not as expected, and its value in the token. */
  readonly claim: string | null;
  readonly has: string | null;
}

/** The details of a run whose trust belongs to its own organization. */
export interface KnownRun {
  readonly trust: TrustRecord;
  readonly company: CompanyRecord;
  readonly assertion: Assertion;
  readonly run: PipelineRun;
  /** Empty for a disabled trust. */
  readonly claims: readonly ClaimVerdict[];
}

/** The result for a request. `known` is null if the caller must not learn whether the trust exists. */
export type RunEvaluation =
  | { readonly refusal: null; readonly known: KnownRun }
  | { readonly refusal: RunRefusal; readonly known: KnownRun | null };

/** The refusal of unknown and disabled trusts, and of trusts of other organizations (I-04). */
export const plainDenial: RunRefusal = { type: "TRUST_DENIED", problem: null, claim: null, has: null };

/**
 * Evaluates a request of a job without changing anything. Verifies the token before it looks up the trust, so that
 * nobody without a valid token learns which trusts exist. Calls `admit` for each valid token, which throws to refuse
 * the call.
 * @throws {IdentityProviderUnavailableError} if the issuer does not return its keys.
 */
export async function evaluateRun(
  deps: Pick<Dependencies, "store" | "workloadTokens">,
  { token, trustId, audience, ip }: RunRequest,
  admit: (tenant: string) => void,
): Promise<RunEvaluation> {
  const { store, workloadTokens } = deps;
  const issuer = workloadTokens.readIssuer(token);
  const invalid = (problem: string): RunEvaluation => ({
    refusal: { type: "ASSERTION_INVALID", problem, claim: null, has: null },
    known: null,
  });
  if (audience === null) return invalid("This server has no PUBLIC_URL, which the audience of the token must be");
  if (issuer === null) return invalid("The token is not a signed JWT with an issuer");
  const providers = await findProvidersOf(workloadTokens, store.trusts, issuer);
  if (providers.length === 0) return invalid("No trust names the issuer of the token");
  const allowsAudienceList = providers.some((name) => workloadTokens.providers[name].hasAudienceList);
  const read = await workloadTokens.verify(token, { issuer, audience, allowsAudienceList });
  if (!read.ok) return invalid(read.problem);
  const { assertion } = read;
  // Any company can create a trust that names this issuer with another provider. That provider's claims are missing in
  // these tokens. So combine the claims of all providers, or such a trust would make all tokens one tenant.
  const repositories = providers.map((name) => workloadTokens.providers[name].describeRun(assertion.claims).repository);
  admit([issuer, ...repositories].join(" "));

  const found = await store.trusts.findForRun(trustId);
  if (found === null || found.trust.issuer !== issuer) return { refusal: plainDenial, known: null };
  const { trust, company } = found;
  const provider = workloadTokens.providers[trust.provider];
  const verdicts = matchClaims(provider, trust.claims, assertion.claims);
  const isOwn = verdicts.every(({ claim, isOk }) => isOk || !provider.owner.includes(claim));
  if (!isOwn) return { refusal: plainDenial, known: null };
  const known = {
    trust,
    company,
    assertion,
    run: describeForLog(provider.describeRun(assertion.claims)),
    claims: verdicts,
  };
  if (trust.disabledOn !== null) return { refusal: plainDenial, known: { ...known, claims: [] } };
  if (Array.isArray(assertion.claims["aud"]) && !provider.hasAudienceList) {
    return { ...invalid("The audience of the token is a list"), known };
  }
  const refusal = findRefusal(known, ip);
  return refusal === null ? { refusal, known } : { refusal, known };
}

function findRefusal({ trust, company, claims }: KnownRun, ip: string | null): RunRefusal | null {
  const different = claims.find(({ isOk }) => !isOk);
  if (different !== undefined) {
    const { claim } = different;
    const has = different.has === null ? null : toLogText(different.has);
    const problem = `In the token, ${claim} is ${has === null ? "missing" : JSON.stringify(has)}`;
    return { type: "TRUST_DENIED", problem, claim, has };
  }
  if (!isFromNetwork(trust, ip)) {
    const problem = `The trust does not allow requests from ${ip ?? "an address that cannot be read"}`;
    return { type: "TRUST_DENIED", problem, claim: "ip", has: ip };
  }
  if (company.plan === "BUSINESS") return null;
  return { type: "PLAN_UPGRADE_REQUIRED", problem: null, claim: null, has: null };
}

/** Maximum length of the texts of a token in logs and messages. */
const textCharactersMax = 400;
/** Control and format characters. With them, a branch name could forge a line or reverse the direction of a text. */
const invisible = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu;

/**
 * Returns a text of a token in the form for logs and messages. Anybody may have written it, for example as a branch
 * name.
 */
function toLogText(text: string): string {
  return text.slice(0, textCharactersMax).replace(invisible, "\ufffd");
}

function describeForLog({ repository, workflow, runId }: PipelineRun): PipelineRun {
  return { repository: toLogText(repository), workflow: toLogText(workflow), runId: toLogText(runId) };
}
