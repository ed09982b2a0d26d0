import { isRecord, type JsonRecord } from "../../call/json.ts";
import type { Trust, TrustVerdict, TrustWarning } from "../../models/trust.ts";
import { allow, type FakeUserActor } from "../fake-actors.ts";
import { recordEvent } from "../fake-audit.ts";
import { FakeFields } from "../fake-fields.ts";
import { refuseField } from "../fake-refusal.ts";
import { answerPage, type FakeAnswer, type FakeRequest, findOwn, listOwn, reply } from "../fake-request.ts";
import type { FakeCreator, FakeState, FakeTrust } from "../fake-state.ts";
import { fakeProviders } from "./fake-providers.ts";

const defaultTtlSeconds = 900;
const longTtlSeconds = 1800;
const listMax = 100;

/** Enables or disables a trust. Safe to repeat. */
function setDisabled(request: FakeRequest, actor: FakeUserActor, isDisabled: boolean): FakeAnswer {
  const trust = findTrust(request, actor);
  if ((trust.disabledOn !== null) !== isDisabled) {
    trust.disabledOn = isDisabled ? request.state.now().toISOString() : null;
    if (isDisabled) endRunTokens(request.state, trust.id);
    recordTrust(request, actor, isDisabled ? "trust.disabled" : "trust.enabled", trust);
  }
  return reply(presentTrust(request.state, trust));
}

/** Compares the claims of a token with those that a trust expects, each as a whole. */
export function matchClaims(trust: FakeTrust, claims: JsonRecord): TrustVerdict {
  const rules = fakeProviders[trust.provider];
  const verdicts = Object.entries(trust.claims).map(([claim, wants]) => {
    const has = rules?.read(claims, claim) ?? null;
    return { claim, has, wants: wants as string | null, ok: has === wants };
  });
  const refused = rules?.findRefused(claims, Object.keys(trust.claims)) ?? null;
  if (refused !== null) {
    verdicts.push({ claim: refused, has: rules?.read(claims, refused) ?? null, wants: null, ok: false });
  }
  return { allowed: verdicts.every(({ ok }) => ok), claims: verdicts };
}

/** Returns the fields that trusts and automation tokens share. Refuses keys of other companies. */
export function readGrantFields(request: FakeRequest, actor: FakeUserActor, fields: FakeFields) {
  const { may, keyIds } = fields.values;
  if (!Array.isArray(may) || may.length !== 1 || may[0] !== "rotate") throw refuseField("/may", 'must be ["rotate"]');
  if (!Array.isArray(keyIds) || keyIds.length === 0 || keyIds.length > listMax) {
    throw refuseField("/keyIds", "must have 1 to 100 entries");
  }
  for (const [index, id] of keyIds.entries()) {
    const key = request.state.keys.get(String(id));
    const isActive = key?.companyId === actor.company.id && key.revokedOn === null;
    if (!isActive) throw refuseField(`/keyIds/${index}`, "is not the ID of an active key of this company");
  }
  const sorted = [...new Set(keyIds.map(String))].sort();
  return { may: ["rotate"], keyIds: sorted, fromCidrs: fields.cidrs("fromCidrs") };
}

/** Returns the creator of a trust or a token. */
export function presentCreator(state: FakeState, { companyId, createdById }: FakeCreator) {
  const user = state.users.get(createdById);
  return { email: user?.email ?? "", hasLeft: user?.privileges.has(companyId) !== true };
}

function readClaims(value: unknown, provider: string): Record<string, string> {
  if (!isRecord(value)) throw refuseField("/claims", "must be object");
  const { required = [], optional = [] } = fakeProviders[provider] ?? {};
  const known = [...required.flat(), ...optional];
  for (const [claim, text] of Object.entries(value)) {
    if (!known.includes(claim)) throw refuseField(pointTo(claim), "is not a claim that a trust can pin");
    if (typeof text !== "string" || text === "") throw refuseField(pointTo(claim), "must be a non-empty string");
  }
  for (const choices of required) {
    if (choices.some((claim) => value[claim] !== undefined)) continue;
    const advice = choices.length === 1 ? "" : `. Pin ${choices.join(" or ")}`;
    throw refuseField(pointTo(choices[0] ?? ""), `is missing${advice}`);
  }
  return value as Record<string, string>;
}

/** Returns the JSON pointer of a claim. Some claims contain a slash. */
function pointTo(claim: string): string {
  return `/claims/${claim.replaceAll("~", "~0").replaceAll("/", "~1")}`;
}

function readIssuer(fields: FakeFields, byDefault: string | null): string {
  if (fields.has("issuer")) return fields.text("issuer");
  if (byDefault !== null) return byDefault;
  throw refuseField("/issuer", "is missing. Each installation of this provider has its own");
}

function findTrust(request: FakeRequest, actor: FakeUserActor): FakeTrust {
  return findOwn(request.state.trusts, request, actor);
}

function endRunTokens(state: FakeState, trustId: string): void {
  for (const [token, grant] of state.grants)
    if (grant.kind === "trust" && grant.id === trustId) state.grants.delete(token);
}

function recordTrust(request: FakeRequest, actor: FakeUserActor, action: string, trust: FakeTrust): void {
  recordEvent(request, action, { actor, details: { trustId: trust.id, trustName: trust.name } });
}

function presentTrust(state: FakeState, trust: FakeTrust): Trust {
  const { companyId: _, createdById: __, log: ___, ...shown } = trust;
  return { ...shown, createdBy: presentCreator(state, trust), warnings: listWarnings(state, trust) };
}

function listWarnings(
  state: FakeState,
  { provider, claims, keyIds, companyId, ttlSeconds }: FakeTrust,
): TrustWarning[] {
  const active = listOwn(state.keys, companyId).filter(({ revokedOn }) => revokedOn === null);
  const hasEnvironments = provider === "github" || provider === "gitlab";
  const isOpen = hasEnvironments && claims["environment"] === undefined;
  const isUnprotected = provider === "gitlab" ? claims["ref_protected"] === "false" : provider === "github" && isOpen;
  const found: [boolean, TrustWarning["type"], string][] = [
    [
      isOpen,
      "NO_ENVIRONMENT",
      "The trust pins no environment, so no reviewer approves its runs. Pin an environment with required reviewers",
    ],
    [
      isUnprotected,
      "UNPROTECTED_REF",
      "Everybody who may push to the branch can run the workflow. Protect the branch, or pin an environment",
    ],
    [
      active.every(({ id }) => keyIds.includes(id)),
      "ALL_KEYS",
      "The trust covers all keys of the company. Name only the keys that the pipeline rotates",
    ],
    [
      ttlSeconds > longTtlSeconds,
      "LONG_TOKENS",
      `The tokens of a run work for ${Math.round(ttlSeconds / 60)} minutes. A stolen token works as long`,
    ],
  ];
  return found.flatMap(([isWeak, type, message]) => (isWeak ? [{ type, message }] : []));
}

/** The operations of trusts. */
export const trustRoutes = {
  listTrusts: allow.keyManager("GET", "/trusts", ({ state }, { company }) =>
    reply(listOwn(state.trusts, company.id).map((trust) => presentTrust(state, trust))),
  ),

  // Requires the BUSINESS plan, and each claim that the provider requires.
  createTrust: allow.payingKeyManager("POST", "/trusts", (request, actor) => {
    const { state } = request;
    const optional = ["issuer", "ttlSeconds", "fromCidrs", "reuse"];
    const fields = new FakeFields(request.body, ["name", "provider", "claims", "may", "keyIds"], optional);
    const name = fields.name();
    const provider = fields.text("provider");
    const rules = Object.hasOwn(fakeProviders, provider) ? fakeProviders[provider] : undefined;
    if (rules === undefined) throw refuseField("/provider", "is not a known provider");
    const issuer = readIssuer(fields, rules.issuer);
    const claims = readClaims(fields.values["claims"], provider);
    const trust: FakeTrust = {
      id: crypto.randomUUID(),
      companyId: actor.company.id,
      name,
      provider,
      issuer,
      claims,
      ...readGrantFields(request, actor, fields),
      ttlSeconds: fields.seconds("ttlSeconds", 60, 3600) ?? defaultTtlSeconds,
      reuse: fields.seconds("reuse", 1, rules.reuse) ?? rules.reuse,
      createdOn: state.now().toISOString(),
      createdById: actor.user.id,
      disabledOn: null,
      lastRun: null,
      log: [],
    };
    if (listOwn(state.trusts, actor.company.id).length >= listMax) {
      throw refuseField("/name", "A company can have at most 100 trusts");
    }
    state.trusts.set(trust.id, trust);
    recordTrust(request, actor, "trust.created", trust);
    return reply(presentTrust(state, trust), 201);
  }),

  getTrust: allow.keyManager("GET", "/trusts/{id}", (request, actor) =>
    reply(presentTrust(request.state, findTrust(request, actor))),
  ),

  removeTrust: allow.keyManager("DELETE", "/trusts/{id}", (request, actor) => {
    const trust = findTrust(request, actor);
    request.state.trusts.delete(trust.id);
    endRunTokens(request.state, trust.id);
    recordTrust(request, actor, "trust.removed", trust);
    return { status: 204 };
  }),

  // Newest first, in pages.
  listTrustEvents: allow.keyManager("GET", "/trusts/{id}/log", (request, actor) => {
    const isRefusedOnly = request.query.get("refused") === "true";
    const { log } = findTrust(request, actor);
    return answerPage(request, log.filter(({ outcome }) => !isRefusedOnly || outcome === "refused").reverse());
  }),

  // Compares claims and changes nothing.
  testTrust: allow.keyManager("POST", "/trusts/{id}/test", (request, actor) => {
    const trust = findTrust(request, actor);
    const { claims } = new FakeFields(request.body, ["claims"]).values;
    if (!isRecord(claims)) throw refuseField("/claims", "must be object");
    return reply(matchClaims(trust, claims));
  }),

  disableTrust: allow.keyManager("POST", "/trusts/{id}/disable", (request, actor) => setDisabled(request, actor, true)),
  enableTrust: allow.keyManager("POST", "/trusts/{id}/enable", (request, actor) => setDisabled(request, actor, false)),
};
