import { getGrant, requireActor, requireKeyManager, requireKeyUser } from "./fake-actors.ts";
import { listAuditEvents } from "./fake-audit.ts";
import { getSignInMethods, startDeviceSignIn } from "./fake-device-sign-ins.ts";
import { allowIp, createKey, disallowIp, getKey, listAllowedIps, listKeys, renameKey, revokeKey } from "./fake-keys.ts";
import type { FakeAnswer, FakeRequest } from "./fake-request.ts";
import { abortRotation, finishRotation, listRotations, renewRotation, rotateKey } from "./fake-rotations.ts";
import * as sessions from "./fake-sessions.ts";
import { verify } from "./fake-verify.ts";
import { exchangeToken, explainToken } from "./pipelines/fake-exchange.ts";
import { createToken, getToken, listTokens, revokeToken, rotateToken } from "./pipelines/fake-tokens.ts";
import * as trusts from "./pipelines/fake-trusts.ts";

/** Lets only these actors make a call. */
function only<Actor>(findActor: (request: FakeRequest) => Actor) {
  return (answer: (request: FakeRequest, actor: Actor) => FakeAnswer) =>
    (request: FakeRequest): FakeAnswer =>
      answer(request, findActor(request));
}

const asUser = only(requireActor);
const asKeyManager = only((request) => requireKeyManager(request));
const asPayingKeyManager = only((request) => requireKeyManager(request, true));
const asKeyUser = only((request) => requireKeyUser(request));
const asKeyChanger = only((request) => requireKeyUser(request, { changes: true }));
const asKeyRotator = only((request) => requireKeyUser(request, { changes: true, needsBusinessPlan: true }));

const ROUTES = {
  signIn: ["POST", "/signin", sessions.signIn],
  getSignInMethods: ["GET", "/signin/methods", getSignInMethods],
  startDeviceSignIn: ["POST", "/device", startDeviceSignIn],
  refreshSession: ["POST", "/refresh", sessions.refreshSession],
  signOut: ["POST", "/signout", asUser(sessions.signOut)],
  getSession: ["GET", "/me", asUser(sessions.getSession)],
  switchCompany: ["POST", "/switch-company", asUser(sessions.switchCompany)],
  changePassword: ["POST", "/password", asUser(sessions.changePassword)],
  listSessions: ["GET", "/sessions", asUser(sessions.listSessions)],
  endSession: ["DELETE", "/sessions/{id}", asUser(sessions.endSession)],
  endOtherSessions: ["DELETE", "/sessions", asUser(sessions.endOtherSessions)],
  listKeys: ["GET", "/keys", asKeyUser(listKeys)],
  createKey: ["POST", "/keys", asPayingKeyManager(createKey)],
  getKey: ["GET", "/keys/{id}", asKeyUser(getKey)],
  renameKey: ["PATCH", "/keys/{id}", asKeyManager(renameKey)],
  rotateKey: ["POST", "/keys/{id}/rotate", asKeyRotator(rotateKey)],
  revokeKey: ["POST", "/keys/{id}/revoke", asKeyManager(revokeKey)],
  listRotations: ["GET", "/keys/{id}/rotations", asKeyUser(listRotations)],
  finishRotation: ["POST", "/keys/{id}/rotations/{rotationId}/finish", asKeyChanger(finishRotation)],
  abortRotation: ["POST", "/keys/{id}/rotations/{rotationId}/abort", asKeyChanger(abortRotation)],
  renewRotation: ["POST", "/keys/{id}/rotations/{rotationId}/renew", asKeyChanger(renewRotation)],
  listAllowedIps: ["GET", "/keys/{id}/ip-allowlist", asKeyManager(listAllowedIps)],
  allowIp: ["POST", "/keys/{id}/ip-allowlist", asKeyManager(allowIp)],
  disallowIp: ["DELETE", "/keys/{id}/ip-allowlist/{entryId}", asKeyManager(disallowIp)],
  listAuditEvents: ["GET", "/audit", asKeyManager(listAuditEvents)],
  listTrusts: ["GET", "/trusts", asKeyManager(trusts.listTrusts)],
  createTrust: ["POST", "/trusts", asPayingKeyManager(trusts.createTrust)],
  getTrust: ["GET", "/trusts/{id}", asKeyManager(trusts.getTrust)],
  removeTrust: ["DELETE", "/trusts/{id}", asKeyManager(trusts.removeTrust)],
  disableTrust: [
    "POST",
    "/trusts/{id}/disable",
    asKeyManager((request, actor) => trusts.setDisabled(request, actor, true)),
  ],
  enableTrust: [
    "POST",
    "/trusts/{id}/enable",
    asKeyManager((request, actor) => trusts.setDisabled(request, actor, false)),
  ],
  listTrustEvents: ["GET", "/trusts/{id}/log", asKeyManager(trusts.listTrustEvents)],
  testTrust: ["POST", "/trusts/{id}/test", asKeyManager(trusts.testTrust)],
  exchangeToken: ["POST", "/token", exchangeToken],
  explainToken: ["POST", "/token/explain", explainToken],
  getGrant: ["GET", "/grant", getGrant],
  listTokens: ["GET", "/tokens", asKeyManager(listTokens)],
  createToken: ["POST", "/tokens", asPayingKeyManager(createToken)],
  getToken: ["GET", "/tokens/{id}", asKeyManager(getToken)],
  rotateToken: ["POST", "/tokens/{id}/rotate", asPayingKeyManager(rotateToken)],
  revokeToken: ["POST", "/tokens/{id}/revoke", asKeyManager(revokeToken)],
  verify: ["*", "/verify", verify],
} satisfies Record<string, readonly [method: string, path: string, answer: (request: FakeRequest) => FakeAnswer]>;

/** An operation of the server: its operationId in the OpenAPI document. */
export type FakeOperation = keyof typeof ROUTES;

/** Returns the operation of a request with its path values and handler, or null. */
export function findRoute(method: string, path: string) {
  for (const [operation, [routeMethod, template, answer]] of Object.entries(ROUTES)) {
    const pattern = new RegExp(`^${template.replaceAll(/\{(\w+)\}/g, "(?<$1>[^/]+)")}$`);
    const match = routeMethod === method || routeMethod === "*" ? pattern.exec(path) : null;
    if (match === null) continue;
    const params = Object.entries(match.groups ?? {}).map(([name, value]) => [name, decodeURIComponent(value)]);
    const named: Readonly<Record<string, string>> = Object.fromEntries(params);
    return { operation: operation as FakeOperation, params: named, answer };
  }
  return null;
}
