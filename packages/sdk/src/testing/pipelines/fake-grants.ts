import type { PipelineRun } from "../../models/trust.ts";
import { appendChecksum } from "../../secret/inspect-secret.ts";
import { type EventActor, recordEvent } from "../fake-audit.ts";
import { isAmong } from "../fake-networks.ts";
import { FakeRefusal } from "../fake-refusal.ts";
import { type FakeRequest, readBearer } from "../fake-request.ts";
import { createHex } from "../fake-secrets.ts";
import type { FakeAutomationToken, FakeCompany, FakeGrant, FakeState, FakeTrust } from "../fake-state.ts";

/** The grant of a token, and the trust or automation token that it belongs to. */
export interface FoundGrant {
  readonly grant: FakeGrant;
  readonly owner: FakeTrust | FakeAutomationToken;
  readonly company: FakeCompany;
}

/** Adds a token with this grant and returns it. */
export function mintGrant(state: FakeState, prefix: "run" | "aut", grant: FakeGrant): string {
  const token = appendChecksum(`${prefix}_${createHex(40)}`);
  state.grants.set(token, grant);
  return token;
}

/**
 * Returns the grant of a request's token. Null for other tokens. Throws if the token has expired or its trust was
 * removed.
 */
export function findGrant({ state, headers, ip }: FakeRequest): FoundGrant | null {
  const grant = state.grants.get(readBearer(headers) ?? "");
  if (grant === undefined) return null;
  const owner = state.trusts.get(grant.id) ?? state.automationTokens.get(grant.id);
  const company = owner && state.companies.get(owner.companyId);
  const isLive = grant.expiresAtMs > state.now().getTime();
  if (owner === undefined || company === undefined || !isLive) throw new FakeRefusal("UNAUTHORIZED");
  if (!isAmong(owner.fromCidrs, ip)) {
    const message = `This trust or automation token does not allow requests from ${ip}`;
    throw new FakeRefusal("IP_NOT_ALLOWED", { message });
  }
  return { grant, owner, company };
}

/** Returns the actor of the calls of a job or an automation token. */
export function actAs(
  kind: FakeGrant["kind"],
  { id, name, companyId }: FakeTrust | FakeAutomationToken,
  run: PipelineRun | null,
): EventActor & Pick<FakeGrant, "kind"> {
  const about = { actorKind: kind, [`${kind}Id`]: id, [`${kind}Name`]: name, ...run };
  return { kind, id, email: null, company: { id: companyId }, about };
}

/** Records an accepted call of an automation token. The first use of a pending token ends the old one. */
export function recordGrantUse(request: FakeRequest): void {
  const { state, headers, ip } = request;
  const text = readBearer(headers) ?? "";
  const token = state.automationTokens.get(state.grants.get(text)?.id ?? "");
  if (token === undefined) return;
  if (token.pending?.text === text) {
    state.grants.delete(token.current);
    Object.assign(token, { current: text, expiresAt: token.pending.expiresAt, pending: null });
    recordEvent(request, "token.rotated", { actor: actAs("token", token, null), details: { isFirstUse: true } });
  }
  Object.assign(token, { lastUsedAt: state.now().toISOString(), lastUsedIp: ip });
}
