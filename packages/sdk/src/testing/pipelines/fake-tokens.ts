import type { AutomationToken } from "../../models/automation-token.ts";
import { allow, type FakeUserActor } from "../fake-actors.ts";
import { recordEvent } from "../fake-audit.ts";
import { FakeFields } from "../fake-fields.ts";
import { runOnce } from "../fake-idempotency.ts";
import { FakeRefusal, refuseField } from "../fake-refusal.ts";
import { type FakeRequest, findOwn, listOwn, reply } from "../fake-request.ts";
import type { CreatedSecret, FakeAutomationToken, FakeState } from "../fake-state.ts";
import { mintGrant } from "./fake-grants.ts";
import { presentCreator, readGrantFields } from "./fake-trusts.ts";

const lifeMsMax = 365 * 86_400_000;

function mint(state: FakeState, { id }: FakeAutomationToken, expiresAt: string): string {
  return mintGrant(state, "aut", { kind: "token", id, expiresAtMs: Date.parse(expiresAt), run: null });
}

function readExpiry({ state }: FakeRequest, fields: FakeFields): string {
  const now = state.now();
  const time = fields.futureTime("expiresAt", now);
  if (time.getTime() - now.getTime() <= lifeMsMax) return time.toISOString();
  throw refuseField("/expiresAt", "must be at most 365 days from now");
}

function findToken(request: FakeRequest, actor: FakeUserActor): FakeAutomationToken {
  return findOwn(request.state.automationTokens, request, actor);
}

function recordToken(request: FakeRequest, actor: FakeUserActor, action: string, token: FakeAutomationToken): void {
  recordEvent(request, action, { actor, details: { tokenId: token.id, tokenName: token.name } });
}

function presentCreated(state: FakeState, token: FakeAutomationToken, text: string, status: number): CreatedSecret {
  return { status, body: { ...presentToken(state, token), token: text }, secretId: text };
}

function presentToken(state: FakeState, token: FakeAutomationToken): AutomationToken {
  const { companyId: _, createdById: __, current: ___, pending, lifeMs: ____, ...shown } = token;
  const expiresAt = pending?.expiresAt ?? token.expiresAt;
  return { ...shown, expiresAt, createdBy: presentCreator(state, token), pendingSince: pending?.since ?? null };
}

/** The operations of automation tokens. */
export const tokenRoutes = {
  listTokens: allow.keyManager("GET", "/tokens", ({ state }, { company }) => {
    const tokens = listOwn(state.automationTokens, company.id);
    return reply(tokens.map((token) => presentToken(state, token)));
  }),

  // Requires the BUSINESS plan and returns the token.
  createToken: allow.payingKeyManager("POST", "/tokens", (request, actor) => {
    const fields = new FakeFields(request.body, ["name", "may", "keyIds", "expiresAt"], ["fromCidrs"]);
    const name = fields.name();
    const grant = readGrantFields(request, actor, fields);
    const expiresAt = readExpiry(request, fields);
    return runOnce(request, actor, fields.values, () => {
      const nowMs = request.state.now().getTime();
      const token: FakeAutomationToken = {
        id: crypto.randomUUID(),
        companyId: actor.company.id,
        name,
        ...grant,
        createdOn: new Date(nowMs).toISOString(),
        createdById: actor.user.id,
        expiresAt,
        lifeMs: Date.parse(expiresAt) - nowMs,
        revokedOn: null,
        lastUsedAt: null,
        lastUsedIp: null,
        current: "",
        pending: null,
      };
      request.state.automationTokens.set(token.id, token);
      token.current = mint(request.state, token, expiresAt);
      recordToken(request, actor, "token.created", token);
      return presentCreated(request.state, token, token.current, 201);
    });
  }),

  getToken: allow.keyManager("GET", "/tokens/{id}", (request, actor) =>
    reply(presentToken(request.state, findToken(request, actor))),
  ),

  // The old token works until the new one is used.
  rotateToken: allow.payingKeyManager("POST", "/tokens/{id}/rotate", (request, actor) => {
    const fields = new FakeFields(request.body ?? {}, [], ["expiresAt"]);
    const given = fields.has("expiresAt") ? readExpiry(request, fields) : null;
    return runOnce(request, actor, fields.values, () => {
      const { state } = request;
      const token = findToken(request, actor);
      if (token.revokedOn !== null) {
        throw new FakeRefusal("KEY_REVOKED", { message: "This automation token is revoked. Create a new one" });
      }
      if (token.pending !== null) state.grants.delete(token.pending.text);
      const expiresAt = given ?? new Date(state.now().getTime() + token.lifeMs).toISOString();
      token.pending = { text: mint(state, token, expiresAt), since: state.now().toISOString(), expiresAt };
      recordToken(request, actor, "token.rotated", token);
      return presentCreated(state, token, token.pending.text, 200);
    });
  }),

  // Permanent, and safe to repeat.
  revokeToken: allow.keyManager("POST", "/tokens/{id}/revoke", (request, actor) => {
    const token = findToken(request, actor);
    if (token.revokedOn === null) {
      token.revokedOn = request.state.now().toISOString();
      for (const text of [token.current, token.pending?.text ?? ""]) request.state.grants.delete(text);
      token.pending = null;
      recordToken(request, actor, "token.revoked", token);
    }
    return reply(presentToken(request.state, token));
  }),
};
