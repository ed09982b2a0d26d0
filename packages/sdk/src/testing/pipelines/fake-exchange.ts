import type { JsonRecord } from "../../call/json.ts";
import type { KnownApiErrorType } from "../../errors/error-types.ts";
import type { PipelineRun, TrustLogEntry } from "../../models/trust.ts";
import { allow } from "../fake-actors.ts";
import { recordEvent } from "../fake-audit.ts";
import { redeemDeviceCode } from "../fake-device-sign-ins.ts";
import { isAmong } from "../fake-networks.ts";
import { FakeRefusal } from "../fake-refusal.ts";
import { type FakeRequest, reply } from "../fake-request.ts";
import type { FakeState, FakeTrust } from "../fake-state.ts";
import { actAs, mintGrant } from "./fake-grants.ts";
import { fakeProviders } from "./fake-providers.ts";
import { matchClaims } from "./fake-trusts.ts";

const grantType = "urn:ietf:params:oauth:grant-type:token-exchange";
const deviceGrantType = "urn:ietf:params:oauth:grant-type:device_code";
const jwtType = "urn:ietf:params:oauth:token-type:jwt";
const leewaySeconds = 60;
const lifetimeSecondsMax = 3600;
const accessTokenType = "urn:ietf:params:oauth:token-type:access_token";

interface Decision {
  readonly type: Extract<
    KnownApiErrorType,
    "ASSERTION_INVALID" | "ASSERTION_REPLAYED" | "TRUST_DENIED" | "PLAN_UPGRADE_REQUIRED"
  > | null;
  /** Null if the token is not valid. */
  readonly claims: JsonRecord | null;
  readonly verdicts: ReturnType<typeof matchClaims>["claims"];
}

function decide(request: FakeRequest, trust: FakeTrust | null, idToken: string): Decision {
  const { state, origin, ip } = request;
  const claims = readClaims(state, idToken, origin);
  if (claims === null) return { type: "ASSERTION_INVALID", claims: null, verdicts: [] };
  if (trust === null || trust.disabledOn !== null) return { type: "TRUST_DENIED", claims: null, verdicts: [] };
  const { allowed, claims: verdicts } = matchClaims(trust, claims);
  const { owner = [] } = fakeProviders[trust.provider] ?? {};
  const isOwn = claims["iss"] === trust.issuer && verdicts.every(({ claim, ok }) => ok || !owner.includes(claim));
  if (!isOwn) return { type: "TRUST_DENIED", claims: null, verdicts: [] };
  if (!allowed || !isAmong(trust.fromCidrs, ip)) return { type: "TRUST_DENIED", claims, verdicts };
  const plan = state.companies.get(trust.companyId)?.plan;
  if (plan !== "BUSINESS") return { type: "PLAN_UPGRADE_REQUIRED", claims, verdicts };
  const isSpent = (state.spent.get(nameSpent(idToken, claims)) ?? 0) >= trust.reuse;
  return { type: isSpent ? "ASSERTION_REPLAYED" : null, claims, verdicts };
}

function refuse({ type, verdicts }: Decision): FakeRefusal {
  const wrong = verdicts.find(({ ok }) => !ok);
  if (type !== "TRUST_DENIED" || wrong === undefined) return new FakeRefusal(type ?? "ASSERTION_INVALID");
  const { claim, has } = wrong;
  return new FakeRefusal(type, {
    message: `In the token, ${claim} is ${has === null ? "missing" : JSON.stringify(has)}`,
    details: [{ path: claim, message: has ?? "The token does not have this claim" }],
  });
}

function readExchange({ state, text }: FakeRequest): { readonly idToken: string; readonly trust: FakeTrust | null } {
  const form = new URLSearchParams(text);
  const isKnown = form.get("grant_type") === grantType && form.get("subject_token_type") === jwtType;
  const [idToken, trustId] = [form.get("subject_token"), form.get("trust_id")];
  if (!isKnown || idToken === null || trustId === null) throw new FakeRefusal("ASSERTION_INVALID");
  return { idToken, trust: state.trusts.get(trustId) ?? null };
}

/** Returns the claims of a token that this fake server issued, if its times and its audience are valid. */
function readClaims(state: FakeState, idToken: string, audience: string): JsonRecord | null {
  const claims = state.idTokens.get(idToken);
  if (claims === undefined) return null;
  const { exp, iat, aud } = claims;
  const nowSeconds = state.now().getTime() / 1000;
  if (typeof exp !== "number" || typeof iat !== "number" || !Number.isFinite(exp) || aud !== audience) return null;
  const isLive = exp > nowSeconds - leewaySeconds && iat < nowSeconds + leewaySeconds;
  return isLive && exp - iat <= lifetimeSecondsMax ? claims : null;
}

function nameSpent(idToken: string, { iss, jti }: JsonRecord): string {
  return jti === undefined ? idToken : `${iss} ${jti}`;
}

function describeRun({ provider }: FakeTrust, claims: JsonRecord): PipelineRun {
  const rules = fakeProviders[provider];
  const [repository, workflow, runId] = (rules?.run ?? []).map((claim) => rules?.read(claims, claim) ?? "");
  return { repository: repository ?? "", workflow: workflow ?? "", runId: runId ?? "" };
}

function log(request: FakeRequest, trust: FakeTrust, { type, claims, verdicts }: Decision): void {
  const wrong = verdicts.find(({ ok }) => !ok);
  const run = describeRun(trust, claims ?? {});
  const entry: TrustLogEntry = {
    id: crypto.randomUUID(),
    on: request.state.now().toISOString(),
    outcome: type === null ? "allowed" : "refused",
    type,
    claim: wrong?.claim ?? null,
    has: wrong?.has ?? null,
    run,
    ip: request.ip,
  };
  trust.log.push(entry);
  const { claim, has } = entry;
  recordEvent(request, type === null ? "trust.run_allowed" : "trust.run_refused", {
    actor: actAs("trust", trust, run),
    details: type === null ? {} : { type, claim, has },
  });
}

/**
 * Returns an unsigned token in the form of a JSON Web Token, and remembers its claims. No other fake server accepts it.
 */
export function issueIdToken(state: FakeState, claims: JsonRecord): string {
  const payload = JSON.stringify(claims);
  const parts = [JSON.stringify({ alg: "RS256", typ: "JWT", kid: "fake" }), payload, "not a signature"];
  const idToken = parts.map(encodeBase64Url).join(".");
  state.idTokens.set(idToken, JSON.parse(payload));
  return idToken;
}

function encodeBase64Url(text: string): string {
  const binary = String.fromCharCode(...new TextEncoder().encode(text));
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** The operations of the exchange of tokens. */
export const exchangeRoutes = {
  // Exchanges a token of a platform or the code of a device. A refusal changes only the log of the trust.
  exchangeToken: allow.everybody("POST", "/token", (request) => {
    const { state, text } = request;
    if (new URLSearchParams(text).get("grant_type") === deviceGrantType) return redeemDeviceCode(request);
    const { idToken, trust } = readExchange(request);
    const decided = decide(request, trust, idToken);
    if (trust !== null && decided.claims !== null) log(request, trust, decided);
    if (decided.type !== null || trust === null || decided.claims === null) throw refuse(decided);
    const { claims } = decided;
    state.spent.set(nameSpent(idToken, claims), (state.spent.get(nameSpent(idToken, claims)) ?? 0) + 1);
    const run = describeRun(trust, claims);
    trust.lastRun = { on: state.now().toISOString(), ...run };
    const expiresAtMs = state.now().getTime() + trust.ttlSeconds * 1000;
    const token = mintGrant(state, "run", { kind: "trust", id: trust.id, expiresAtMs, run });
    return reply({
      access_token: token,
      issued_token_type: accessTokenType,
      token_type: "Bearer",
      expires_in: trust.ttlSeconds,
      scope: trust.may.join(" "),
    });
  }),

  // The verdict of the exchange, without expected values. Spends nothing.
  explainToken: allow.everybody("POST", "/token/explain", (request) => {
    const { idToken, trust } = readExchange(request);
    const { type, verdicts } = decide(request, trust, idToken);
    const claims = verdicts.map(({ claim, has, ok }) => ({ claim, has, ok }));
    return reply({ allowed: type === null, type, claims });
  }),
};
