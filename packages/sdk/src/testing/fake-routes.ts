import { allow, type FakeRoute, getGrant } from "./fake-actors.ts";
import { listAuditEvents } from "./fake-audit.ts";
import { deviceRoutes } from "./fake-device-sign-ins.ts";
import { keyRoutes } from "./fake-keys.ts";
import { rotationRoutes } from "./fake-rotations.ts";
import { sessionRoutes } from "./fake-sessions.ts";
import { verifyRoutes } from "./fake-verify.ts";
import { exchangeRoutes } from "./pipelines/fake-exchange.ts";
import { tokenRoutes } from "./pipelines/fake-tokens.ts";
import { trustRoutes } from "./pipelines/fake-trusts.ts";

const routes = {
  ...deviceRoutes,
  ...exchangeRoutes,
  ...keyRoutes,
  ...rotationRoutes,
  ...sessionRoutes,
  ...tokenRoutes,
  ...trustRoutes,
  ...verifyRoutes,
  getGrant: allow.everybody("GET", "/grant", getGrant),
  listAuditEvents: allow.keyManager("GET", "/audit", listAuditEvents),
} satisfies Record<string, FakeRoute>;

/** An operation of the server: its operationId in the OpenAPI document. */
export type FakeOperation = keyof typeof routes;

/** Returns the operation of a request with its path values and handler, or null. */
export function findRoute(method: string, path: string) {
  for (const [operation, [routeMethod, pattern, answer]] of Object.entries(routes)) {
    const match = routeMethod === method || routeMethod === "*" ? pattern.exec(path) : null;
    if (match === null) continue;
    const params = Object.entries(match.groups ?? {}).map(([name, value]) => [name, decodeURIComponent(value)]);
    const named: Readonly<Record<string, string>> = Object.fromEntries(params);
    return { operation: operation as FakeOperation, params: named, answer };
  }
  return null;
}
