import { listAuditEvents } from "./fake-audit.ts";
import { getSignInMethods, startDeviceSignIn } from "./fake-device-sign-ins.ts";
import { exchangeToken, explainToken } from "./fake-exchange.ts";
import { getGrant } from "./fake-grants.ts";
import { allowIp, createKey, disallowIp, getKey, listAllowedIps, listKeys, renameKey, revokeKey } from "./fake-keys.ts";
import { endOtherSessions, endSession, listSessions } from "./fake-own-sessions.ts";
import type { FakeAnswer, FakeRequest } from "./fake-request.ts";
import { rotateKey } from "./fake-rotate.ts";
import { abortRotation, finishRotation, listRotations, renewRotation } from "./fake-rotations.ts";
import { changePassword, getSession, refreshSession, signIn, signOut, switchCompany } from "./fake-sessions.ts";
import { createToken, getToken, listTokens, revokeToken, rotateToken } from "./fake-tokens.ts";
import {
  createTrust,
  disableTrust,
  enableTrust,
  getTrust,
  listTrustEvents,
  listTrusts,
  removeTrust,
  testTrust,
} from "./fake-trusts.ts";
import { verify } from "./fake-verify.ts";

const HANDLERS = {
  signIn,
  getSignInMethods,
  startDeviceSignIn,
  refreshSession,
  signOut,
  getSession,
  switchCompany,
  changePassword,
  listSessions,
  endSession,
  endOtherSessions,
  listKeys,
  createKey,
  getKey,
  renameKey,
  rotateKey,
  revokeKey,
  listRotations,
  finishRotation,
  abortRotation,
  renewRotation,
  listAllowedIps,
  allowIp,
  disallowIp,
  listAuditEvents,
  listTrusts,
  createTrust,
  getTrust,
  disableTrust,
  enableTrust,
  removeTrust,
  listTrustEvents,
  testTrust,
  exchangeToken,
  explainToken,
  getGrant,
  listTokens,
  createToken,
  getToken,
  rotateToken,
  revokeToken,
  verify,
} satisfies Record<string, (request: FakeRequest) => FakeAnswer>;

/** An operation of the server: its operationId in the OpenAPI document. */
export type FakeOperation = keyof typeof HANDLERS;

const ROUTES: readonly (readonly [method: string, path: RegExp, operation: FakeOperation])[] = [
  ["POST", /^\/signin$/, "signIn"],
  ["GET", /^\/signin\/methods$/, "getSignInMethods"],
  ["POST", /^\/device$/, "startDeviceSignIn"],
  ["POST", /^\/refresh$/, "refreshSession"],
  ["POST", /^\/signout$/, "signOut"],
  ["GET", /^\/me$/, "getSession"],
  ["POST", /^\/switch-company$/, "switchCompany"],
  ["POST", /^\/password$/, "changePassword"],
  ["GET", /^\/sessions$/, "listSessions"],
  ["DELETE", /^\/sessions\/(?<id>[^/]+)$/, "endSession"],
  ["DELETE", /^\/sessions$/, "endOtherSessions"],
  ["GET", /^\/keys$/, "listKeys"],
  ["POST", /^\/keys$/, "createKey"],
  ["GET", /^\/keys\/(?<id>[^/]+)$/, "getKey"],
  ["PATCH", /^\/keys\/(?<id>[^/]+)$/, "renameKey"],
  ["POST", /^\/keys\/(?<id>[^/]+)\/rotate$/, "rotateKey"],
  ["POST", /^\/keys\/(?<id>[^/]+)\/revoke$/, "revokeKey"],
  ["GET", /^\/keys\/(?<id>[^/]+)\/rotations$/, "listRotations"],
  ["POST", /^\/keys\/(?<id>[^/]+)\/rotations\/(?<rotationId>[^/]+)\/finish$/, "finishRotation"],
  ["POST", /^\/keys\/(?<id>[^/]+)\/rotations\/(?<rotationId>[^/]+)\/abort$/, "abortRotation"],
  ["POST", /^\/keys\/(?<id>[^/]+)\/rotations\/(?<rotationId>[^/]+)\/renew$/, "renewRotation"],
  ["GET", /^\/keys\/(?<id>[^/]+)\/ip-allowlist$/, "listAllowedIps"],
  ["POST", /^\/keys\/(?<id>[^/]+)\/ip-allowlist$/, "allowIp"],
  ["DELETE", /^\/keys\/(?<id>[^/]+)\/ip-allowlist\/(?<entryId>[^/]+)$/, "disallowIp"],
  ["GET", /^\/audit$/, "listAuditEvents"],
  ["GET", /^\/trusts$/, "listTrusts"],
  ["POST", /^\/trusts$/, "createTrust"],
  ["GET", /^\/trusts\/(?<id>[^/]+)$/, "getTrust"],
  ["DELETE", /^\/trusts\/(?<id>[^/]+)$/, "removeTrust"],
  ["POST", /^\/trusts\/(?<id>[^/]+)\/disable$/, "disableTrust"],
  ["POST", /^\/trusts\/(?<id>[^/]+)\/enable$/, "enableTrust"],
  ["GET", /^\/trusts\/(?<id>[^/]+)\/log$/, "listTrustEvents"],
  ["POST", /^\/trusts\/(?<id>[^/]+)\/test$/, "testTrust"],
  ["POST", /^\/token$/, "exchangeToken"],
  ["POST", /^\/token\/explain$/, "explainToken"],
  ["GET", /^\/grant$/, "getGrant"],
  ["GET", /^\/tokens$/, "listTokens"],
  ["POST", /^\/tokens$/, "createToken"],
  ["GET", /^\/tokens\/(?<id>[^/]+)$/, "getToken"],
  ["POST", /^\/tokens\/(?<id>[^/]+)\/rotate$/, "rotateToken"],
  ["POST", /^\/tokens\/(?<id>[^/]+)\/revoke$/, "revokeToken"],
  ["*", /^\/verify$/, "verify"],
];

/** Returns the operation of a request with its path values and handler, or null. */
export function findRoute(method: string, path: string) {
  for (const [routeMethod, pattern, operation] of ROUTES) {
    const match = routeMethod === method || routeMethod === "*" ? pattern.exec(path) : null;
    if (match === null) continue;
    const params = Object.entries(match.groups ?? {}).map(([name, value]) => [name, decodeURIComponent(value)]);
    return { operation, params: Object.fromEntries(params) as Record<string, string>, answer: HANDLERS[operation] };
  }
  return null;
}
