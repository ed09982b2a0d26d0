import { expect, it } from "vitest";
import { BrikSync, createMemorySessionStore, isApiError, type ResponseError } from "../../src/index.ts";
import { catchError } from "../support/catch-error.ts";
import { collectAll } from "../support/collect-all.ts";
import { type Reply, startRecordingServer } from "../support/recording-server.ts";
import { makeSampleSignIn } from "../support/sample-key.ts";

const documentedKey = {
  id: "key-uuid",
  name: "Payroll Integration",
  clientId: "api_a1b2c3d4e5f6",
  status: "active",
  lastUsedAt: "2026-02-01T10:30:00.000Z",
  createdOn: "2026-01-15T08:00:00.000Z",
};
const secret = { id: "key-uuid", clientId: "api_a1b2c3d4e5f6", clientSecret: "sec_x7y8z9" };
const missing: Reply = { status: 404, json: { error: { code: 404, message: "Resource does not exist" } } };

/** Starts a server with only the operations of the public documentation. */
function startDocumentedServer(notFound: Reply = missing) {
  return startRecordingServer(({ method, url }): Reply => {
    const path = url.split("?")[0]?.replace("/external/v1/auth", "");
    if (method === "POST" && path === "/signin") return { json: makeSampleSignIn("eyJhbGciOiJIUzI1NiJ9.e30.sig") };
    if (method === "GET" && path === "/keys")
      return { json: [documentedKey, { ...documentedKey, id: "old", status: "revoked" }] };
    if (method === "POST" && path === "/keys") return { status: 200, json: secret };
    if (method === "POST" && path === "/keys/key-uuid/rotate") return { json: secret };
    if (method === "POST" && path === "/keys/key-uuid/revoke") return { json: { ...documentedKey, status: "revoked" } };
    return notFound;
  });
}

it("K-06 works with a server that supports only the documented operations", async () => {
  const server = await startDocumentedServer();
  const store = createMemorySessionStore();
  const client = new BrikSync({ baseUrl: server.url, session: store });
  const { session, user } = await client.auth.signIn({ email: "ada@partner.com", password: "your_password" });
  expect(session).toEqual({ accessToken: "eyJhbGciOiJIUzI1NiJ9.e30.sig", companyId: "c1" });
  expect(user.firstName).toBe("Ada");
  const again = await client.auth.signIn({
    email: "ada@partner.com",
    password: "your_password",
    deviceToken: undefined,
  });
  expect(again).not.toHaveProperty("deviceToken");
  expect(JSON.parse(server.requests.at(-1)?.body ?? "")).toEqual({
    email: "ada@partner.com",
    password: "your_password",
  });

  expect(await collectAll(client.keys.list({ namePrefix: "PAYROLL  i", status: "active" }))).toMatchObject([
    { id: "key-uuid" },
  ]);
  expect(await collectAll(client.keys.list({ namePrefix: "roll" }))).toEqual([]);
  const all = await collectAll(client.keys.list());
  expect(all.map(({ id }) => id)).toEqual(["key-uuid", "old"]);
  expect(all[0]?.ipAllowlist).toBeUndefined();
  expect((await collectAll(client.keys.list({ status: "active" }))).map(({ id }) => id)).toEqual(["key-uuid"]);

  const created = await client.keys.create({ name: "Payroll Integration" });
  expect(created).toMatchObject({ id: "key-uuid", clientId: "api_a1b2c3d4e5f6" });
  expect(created.clientSecret.reveal()).toBe("sec_x7y8z9");
  expect((await client.keys.rotate("key-uuid")).clientSecret.reveal()).toBe("sec_x7y8z9");
  expect((await client.keys.revoke("key-uuid")).status).toBe("revoked");
});

it.each<[string, Reply]>([
  ["the documented 404", missing],
  ["an HTML 404", { status: 404, headers: { "content-type": "text/html" }, text: "<h1>Not found</h1>" }],
  ["an empty 405", { status: 405 }],
  ["the 404 of /api", { status: 404, json: { data: null, error: "Not found" } }],
])("K-06 names the missing operation if the server responds with %s", async (_name, notFound) => {
  const server = await startDocumentedServer(notFound);
  const client = new BrikSync({ baseUrl: server.url, accessToken: "token" });
  const calls: [string, () => Promise<unknown>][] = [
    ["auth.getSession", () => client.auth.getSession()],
    ["auth.signOut", () => client.auth.signOut()],
    ["auth.switchCompany", () => client.auth.switchCompany("c2")],
    ["auth.changePassword", () => client.auth.changePassword({ currentPassword: "a", newPassword: "b" })],
    ["auth.listSessions", () => collectAll(client.auth.listSessions())],
    ["auth.endSession", () => client.auth.endSession("s1")],
    ["auth.endOtherSessions", () => client.auth.endOtherSessions()],
    ["keys.get", () => client.keys.get("key-uuid")],
    ["keys.rename", () => client.keys.rename("key-uuid", "CRM")],
    ["keys.rotations", () => client.keys.rotate("key-uuid", { mode: "staged" })],
    ["keys.rotations", () => client.keys.rotate("key-uuid", { graceSeconds: 60 })],
    ["keys.rotations", () => client.keys.rotateSafely("key-uuid", { deliver: async () => {} })],
    ["keys.rotations.list", () => client.keys.rotations.list("key-uuid")],
    ["keys.rotations.finish", () => client.keys.rotations.finish("key-uuid", "r1")],
    ["keys.rotations.abort", () => client.keys.rotations.abort("key-uuid", "r1")],
    ["keys.rotations.renew", () => client.keys.rotations.renew("key-uuid", "r1")],
    ["keys.listAllowedIps", () => client.keys.listAllowedIps("key-uuid")],
    ["keys.allowIp", () => client.keys.allowIp("key-uuid", { cidr: "203.0.113.0/24" })],
    ["keys.disallowIp", () => client.keys.disallowIp("key-uuid", "e1")],
    ["audit.list", () => collectAll(client.audit.list())],
    ["verify", () => client.verify({ headers: { authorization: "Bearer sec_1" } })],
  ];
  for (const [feature, call] of calls) {
    const error = await catchError(call());
    expect(error, feature).toMatchObject({ name: "ApiError", outcome: "rejected", feature });
    expect(isApiError(error)).toBe(true);
  }
  // A server that ignores unknown fields would end the old secret immediately.
  expect(server.requests.filter(({ url }) => url.endsWith("/rotate"))).toEqual([]);
});

it("K-06 sends an immediate rotation as documented: one request without a body", async () => {
  const server = await startDocumentedServer();
  const { keys } = new BrikSync({ baseUrl: server.url, accessToken: "token" });
  await keys.rotate("key-uuid");
  await keys.rotate("key-uuid", { mode: "immediate", graceSeconds: 0 });
  expect(server.requests.map(({ method, url, body }) => `${method} ${url.split("/").at(-1)} ${body}`)).toEqual([
    "POST rotate ",
    "POST rotate ",
  ]);
});

it("K-06 returns the new secret if the server lists rotations but then replaces the secret immediately", async () => {
  const server = await startRecordingServer(({ method }) => ({ json: method === "GET" ? [] : secret }));
  const { keys } = new BrikSync({ baseUrl: server.url, accessToken: "token" });
  for (const call of [
    () => keys.rotate("key-uuid", { mode: "staged" }),
    () => keys.rotateSafely("key-uuid", { deliver: async () => {} }),
  ]) {
    const error = await catchError(call());
    expect(error).toMatchObject({ name: "ResponseError", outcome: "unknown", retryable: false });
    expect((error as ResponseError).clientSecret?.reveal()).toBe("sec_x7y8z9");
    expect(JSON.stringify(error) + error.message).not.toContain("sec_x7y8z9");
    expect(Object.keys(error)).not.toContain("clientSecret");
  }
});

it.each<[string, unknown]>([
  ["a page", "<h1>Welcome</h1>"],
  ["keys", [documentedKey].map(({ status: _, ...key }) => key)],
  ["one key", documentedKey],
])("K-06 does not mistake %s for the list of secrets", async (_name, json) => {
  const server = await startRecordingServer(({ method }) => ({ json: method === "GET" ? json : secret }));
  const { keys } = new BrikSync({ baseUrl: server.url, accessToken: "token" });
  const error = await catchError(keys.rotate("key-uuid", { mode: "staged" }));
  expect(error).toMatchObject({ name: "ResponseError", type: "INVALID_RESPONSE" });
  expect(server.requests.filter(({ method }) => method === "POST")).toEqual([]);
});

it("K-06 does not mistake a missing key for a missing operation if the error has a type", async () => {
  const server = await startRecordingServer(() => ({
    status: 404,
    json: { error: { code: 404, message: "Resource does not exist", type: "NOT_FOUND" } },
  }));
  const error = await catchError(new BrikSync({ baseUrl: server.url, accessToken: "token" }).keys.get("k1"));
  expect(isApiError(error, "NOT_FOUND")).toBe(true);
  expect(error).not.toHaveProperty("feature");
});

it("K-06 reports a missing operation for a typed 404 if the server says that the route is unknown", async () => {
  const server = await startRecordingServer(() => ({
    status: 404,
    headers: { "x-briksync-unknown-route": "true" },
    json: { error: { code: 404, message: "Resource does not exist", type: "NOT_FOUND" } },
  }));
  const error = await catchError(new BrikSync({ baseUrl: server.url, accessToken: "token" }).keys.get("k1"));
  expect(error).toMatchObject({ name: "ApiError", status: 404, outcome: "rejected", feature: "keys.get" });
});

it("K-06 never reports a documented operation as missing", async () => {
  const server = await startRecordingServer(() => missing);
  const client = new BrikSync({ baseUrl: server.url, accessToken: "token" });
  const { keys } = client;
  for (const call of [() => keys.rotate("k1"), () => keys.revoke("k1"), () => keys.listPage()]) {
    expect(await catchError(call())).not.toHaveProperty("feature");
  }
});
