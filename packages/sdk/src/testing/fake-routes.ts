import { listAuditEvents } from "./fake-audit.ts";
import { getSignInMethods, startDeviceSignIn } from "./fake-device-sign-ins.ts";
import { allowIp, createKey, disallowIp, getKey, listAllowedIps, listKeys, renameKey, revokeKey } from "./fake-keys.ts";
import { endOtherSessions, endSession, listSessions } from "./fake-own-sessions.ts";
import type { FakeAnswer, FakeRequest } from "./fake-request.ts";
import { rotateKey } from "./fake-rotate.ts";
import { abortRotation, finishRotation, listRotations, renewRotation } from "./fake-rotations.ts";
import { changePassword, getSession, refreshSession, signIn, signOut, switchCompany } from "./fake-sessions.ts";
import { verify } from "./fake-verify.ts";
import { exchangeToken, explainToken } from "./pipelines/fake-exchange.ts";
import { getGrant } from "./pipelines/fake-grants.ts";
import { createToken, getToken, listTokens, revokeToken, rotateToken } from "./pipelines/fake-tokens.ts";
import {
  createTrust,
  disableTrust,
  enableTrust,
  getTrust,
  listTrustEvents,
  listTrusts,
  removeTrust,
  testTrust,
} from "./pipelines/fake-trusts.ts";

const ROUTES = {
  signIn: ["POST", /^\/signin$/, signIn],
  getSignInMethods: ["GET", /^\/signin\/methods$/, getSignInMethods],
  startDeviceSignIn: ["POST", /^\/device$/, startDeviceSignIn],
  refreshSession: ["POST", /^\/refresh$/, refreshSession],
  signOut: ["POST", /^\/signout$/, signOut],
  getSession: ["GET", /^\/me$/, getSession],
  switchCompany: ["POST", /^\/switch-company$/, switchCompany],
  changePassword: ["POST", /^\/password$/, changePassword],
  listSessions: ["GET", /^\/sessions$/, listSessions],
  endSession: ["DELETE", /^\/sessions\/(?<id>[^/]+)$/, endSession],
  endOtherSessions: ["DELETE", /^\/sessions$/, endOtherSessions],
  listKeys: ["GET", /^\/keys$/, listKeys],
  createKey: ["POST", /^\/keys$/, createKey],
  getKey: ["GET", /^\/keys\/(?<id>[^/]+)$/, getKey],
  renameKey: ["PATCH", /^\/keys\/(?<id>[^/]+)$/, renameKey],
  rotateKey: ["POST", /^\/keys\/(?<id>[^/]+)\/rotate$/, rotateKey],
  revokeKey: ["POST", /^\/keys\/(?<id>[^/]+)\/revoke$/, revokeKey],
  listRotations: ["GET", /^\/keys\/(?<id>[^/]+)\/rotations$/, listRotations],
  finishRotation: ["POST", /^\/keys\/(?<id>[^/]+)\/rotations\/(?<rotationId>[^/]+)\/finish$/, finishRotation],
  abortRotation: ["POST", /^\/keys\/(?<id>[^/]+)\/rotations\/(?<rotationId>[^/]+)\/abort$/, abortRotation],
  renewRotation: ["POST", /^\/keys\/(?<id>[^/]+)\/rotations\/(?<rotationId>[^/]+)\/renew$/, renewRotation],
  listAllowedIps: ["GET", /^\/keys\/(?<id>[^/]+)\/ip-allowlist$/, listAllowedIps],
  allowIp: ["POST", /^\/keys\/(?<id>[^/]+)\/ip-allowlist$/, allowIp],
  disallowIp: ["DELETE", /^\/keys\/(?<id>[^/]+)\/ip-allowlist\/(?<entryId>[^/]+)$/, disallowIp],
  listAuditEvents: ["GET", /^\/audit$/, listAuditEvents],
  listTrusts: ["GET", /^\/trusts$/, listTrusts],
  createTrust: ["POST", /^\/trusts$/, createTrust],
  getTrust: ["GET", /^\/trusts\/(?<id>[^/]+)$/, getTrust],
  removeTrust: ["DELETE", /^\/trusts\/(?<id>[^/]+)$/, removeTrust],
  disableTrust: ["POST", /^\/trusts\/(?<id>[^/]+)\/disable$/, disableTrust],
  enableTrust: ["POST", /^\/trusts\/(?<id>[^/]+)\/enable$/, enableTrust],
  listTrustEvents: ["GET", /^\/trusts\/(?<id>[^/]+)\/log$/, listTrustEvents],
  testTrust: ["POST", /^\/trusts\/(?<id>[^/]+)\/test$/, testTrust],
  exchangeToken: ["POST", /^\/token$/, exchangeToken],
  explainToken: ["POST", /^\/token\/explain$/, explainToken],
  getGrant: ["GET", /^\/grant$/, getGrant],
  listTokens: ["GET", /^\/tokens$/, listTokens],
  createToken: ["POST", /^\/tokens$/, createToken],
  getToken: ["GET", /^\/tokens\/(?<id>[^/]+)$/, getToken],
  rotateToken: ["POST", /^\/tokens\/(?<id>[^/]+)\/rotate$/, rotateToken],
  revokeToken: ["POST", /^\/tokens\/(?<id>[^/]+)\/revoke$/, revokeToken],
  verify: ["*", /^\/verify$/, verify],
} satisfies Record<string, readonly [method: string, path: RegExp, answer: (request: FakeRequest) => FakeAnswer]>;

/** An operation of the server: its operationId in the OpenAPI document. */
export type FakeOperation = keyof typeof ROUTES;

/** Returns the operation of a request with its path values and handler, or null. */
export function findRoute(method: string, path: string) {
  for (const [operation, [routeMethod, pattern, answer]] of Object.entries(ROUTES)) {
    const match = routeMethod === method || routeMethod === "*" ? pattern.exec(path) : null;
    if (match === null) continue;
    const params = Object.entries(match.groups ?? {}).map(([name, value]) => [name, decodeURIComponent(value)]);
    const named: Readonly<Record<string, string>> = Object.fromEntries(params);
    return { operation: operation as FakeOperation, params: named, answer };
  }
  return null;
}
