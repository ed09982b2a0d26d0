/**
 * Who may call an operation. `mint-secrets` is `manage-keys` on a plan with API keys, because the response contains a
 * new secret. `client-secret` is a key itself. `pipeline` is a run or an automation token, and not a user.
 */
export type Caller =
  | "anyone"
  | "session"
  | "manage-keys"
  | "mint-secrets"
  | "pipeline"
  | "client-secret"
  | "cron"
  | "stripe";

/** An operation of the API, for tests that call every operation. `operations.test.ts` compares it with the API. */
export interface Operation {
  readonly id: string;
  readonly method: "GET" | "POST" | "PATCH" | "DELETE";
  /** Path with parameters in braces, as in the OpenAPI document. */
  readonly path: string;
  readonly caller: Caller;
  /** A valid body. Undefined for operations without a body. */
  readonly body?: Readonly<Record<string, unknown>>;
  /** Whether the body is optional. */
  readonly isBodyOptional?: true;
  /** Whether the body is a form. */
  readonly isForm?: true;
}

const auth = "/external/v1/auth";
const key = `${auth}/keys/{id}`;
const rotation = `${key}/rotations/{rotationId}`;
const trust = `${auth}/trusts/{id}`;
const token = `${auth}/tokens/{id}`;
const exchangeForm = {
  grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
  subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
  subject_token: "x",
  trust_id: "x",
};

/** All operations of the API. */
export const operations: readonly Operation[] = [
  {
    id: "signIn",
    method: "POST",
    path: `${auth}/signin`,
    caller: "anyone",
    body: { email: "a@b.example", password: "x" },
  },
  { id: "getSignInMethods", method: "GET", path: `${auth}/signin/methods`, caller: "anyone" },
  {
    id: "startDeviceSignIn",
    method: "POST",
    path: `${auth}/device`,
    caller: "anyone",
    body: { host_name: "x", client_version: "y" },
    isForm: true,
  },
  { id: "refreshSession", method: "POST", path: `${auth}/refresh`, caller: "anyone", body: { refreshToken: "x" } },
  { id: "signOut", method: "POST", path: `${auth}/signout`, caller: "session" },
  { id: "getSession", method: "GET", path: `${auth}/me`, caller: "session" },
  { id: "switchCompany", method: "POST", path: `${auth}/switch-company`, caller: "session", body: { companyId: "x" } },
  {
    id: "changePassword",
    method: "POST",
    path: `${auth}/password`,
    caller: "session",
    body: { currentPassword: "x", newPassword: "y" },
  },
  { id: "listSessions", method: "GET", path: `${auth}/sessions`, caller: "session" },
  { id: "endSession", method: "DELETE", path: `${auth}/sessions/{id}`, caller: "session" },
  { id: "endOtherSessions", method: "DELETE", path: `${auth}/sessions`, caller: "session" },
  { id: "listKeys", method: "GET", path: `${auth}/keys`, caller: "manage-keys" },
  {
    id: "createKey",
    method: "POST",
    path: `${auth}/keys`,
    caller: "mint-secrets",
    body: { name: "x" },
  },
  { id: "getKey", method: "GET", path: key, caller: "manage-keys" },
  { id: "renameKey", method: "PATCH", path: key, caller: "manage-keys", body: { name: "x" } },
  {
    id: "rotateKey",
    method: "POST",
    path: `${key}/rotate`,
    caller: "mint-secrets",
    body: {},
    isBodyOptional: true,
  },
  { id: "revokeKey", method: "POST", path: `${key}/revoke`, caller: "manage-keys", body: {}, isBodyOptional: true },
  { id: "listRotations", method: "GET", path: `${key}/rotations`, caller: "manage-keys" },
  {
    id: "finishRotation",
    method: "POST",
    path: `${rotation}/finish`,
    caller: "manage-keys",
    body: {},
    isBodyOptional: true,
  },
  {
    id: "abortRotation",
    method: "POST",
    path: `${rotation}/abort`,
    caller: "manage-keys",
    body: {},
    isBodyOptional: true,
  },
  {
    id: "renewRotation",
    method: "POST",
    path: `${rotation}/renew`,
    caller: "manage-keys",
    body: {},
    isBodyOptional: true,
  },
  { id: "listAllowedIps", method: "GET", path: `${key}/ip-allowlist`, caller: "manage-keys" },
  { id: "allowIp", method: "POST", path: `${key}/ip-allowlist`, caller: "manage-keys", body: { cidr: "10.0.0.1" } },
  { id: "disallowIp", method: "DELETE", path: `${key}/ip-allowlist/{entryId}`, caller: "manage-keys" },
  { id: "listAuditEvents", method: "GET", path: `${auth}/audit`, caller: "manage-keys" },
  {
    id: "createTrust",
    method: "POST",
    path: `${auth}/trusts`,
    caller: "mint-secrets",
    body: {
      name: "x",
      provider: "buildkite",
      claims: { organization_id: "x", pipeline_id: "x", build_branch: "x" },
      may: ["rotate"],
      keyIds: ["x"],
    },
  },
  { id: "listTrusts", method: "GET", path: `${auth}/trusts`, caller: "manage-keys" },
  { id: "getTrust", method: "GET", path: trust, caller: "manage-keys" },
  {
    id: "disableTrust",
    method: "POST",
    path: `${trust}/disable`,
    caller: "manage-keys",
    body: {},
    isBodyOptional: true,
  },
  { id: "enableTrust", method: "POST", path: `${trust}/enable`, caller: "manage-keys", body: {}, isBodyOptional: true },
  { id: "removeTrust", method: "DELETE", path: trust, caller: "manage-keys" },
  { id: "listTrustEvents", method: "GET", path: `${trust}/log`, caller: "manage-keys" },
  { id: "testTrust", method: "POST", path: `${trust}/test`, caller: "manage-keys", body: { claims: {} } },
  { id: "exchangeToken", method: "POST", path: `${auth}/token`, caller: "anyone", body: exchangeForm, isForm: true },
  {
    id: "explainToken",
    method: "POST",
    path: `${auth}/token/explain`,
    caller: "anyone",
    body: exchangeForm,
    isForm: true,
  },
  { id: "getGrant", method: "GET", path: `${auth}/grant`, caller: "pipeline" },
  {
    id: "createToken",
    method: "POST",
    path: `${auth}/tokens`,
    caller: "mint-secrets",
    body: { name: "x", may: ["rotate"], keyIds: ["x"], expiresAt: "2030-01-01T00:00:00Z" },
  },
  { id: "listTokens", method: "GET", path: `${auth}/tokens`, caller: "manage-keys" },
  { id: "getToken", method: "GET", path: token, caller: "manage-keys" },
  {
    id: "rotateToken",
    method: "POST",
    path: `${token}/rotate`,
    caller: "mint-secrets",
    body: {},
    isBodyOptional: true,
  },
  { id: "revokeToken", method: "POST", path: `${token}/revoke`, caller: "manage-keys", body: {}, isBodyOptional: true },
  { id: "verify", method: "GET", path: `${auth}/verify`, caller: "client-secret" },
  { id: "getHealth", method: "GET", path: "/api/health", caller: "anyone" },
  { id: "getReadiness", method: "GET", path: "/api/health/ready", caller: "anyone" },
  { id: "runJob", method: "POST", path: "/api/cron/{job}", caller: "cron" },
  { id: "receiveStripeEvent", method: "POST", path: "/api/webhooks/stripe", caller: "stripe" },
];

/** The operations under `/external/v1/auth`. */
export const externalOperations = operations.filter(({ path }) => path.startsWith(auth));

/** The operations that require a session. */
export const sessionOperations = operations.filter(({ caller }) =>
  ["session", "manage-keys", "mint-secrets"].includes(caller),
);

/** Returns the path with its parameters replaced. A missing parameter becomes `x`. */
export function fillPath(path: string, parameters: Readonly<Record<string, string>> = {}): string {
  return path.replaceAll(/\{(\w+)\}/g, (_, name: string) => parameters[name] ?? "x");
}
