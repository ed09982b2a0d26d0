import { expect, it } from "vitest";
import { useTestServer } from "../support/lifetimes.ts";
import { createSignedIn } from "../support/people.ts";

const auth = "/external/v1/auth";
const ours = "https://app.example.com";

it("S-33 lets the listed origins call the management plane, and nothing else", async () => {
  const server = await useTestServer({ CORS_ORIGINS: `${ours}, https://other.example.com` });
  const admin = await createSignedIn(server);
  const preflight = await server.call("OPTIONS", `${auth}/keys/x`, {
    headers: {
      origin: ours,
      "access-control-request-method": "PATCH",
      "access-control-request-headers": "authorization,content-type,idempotency-key",
    },
  });
  expect(preflight.status).toBe(204);
  expect(preflight.headers).toMatchObject({
    "access-control-allow-origin": ours,
    "access-control-allow-methods": "GET, POST, PATCH, DELETE",
    "access-control-allow-headers": "authorization,content-type,idempotency-key",
  });
  const listed = await server.call("GET", `${auth}/keys`, { token: admin.token, headers: { origin: ours } });
  expect(listed.headers).toMatchObject({
    "access-control-allow-origin": ours,
    "access-control-expose-headers":
      "idempotency-replayed, link, ratelimit-limit, ratelimit-remaining, ratelimit-reset, retry-after, x-briksync-idempotency-replay, x-briksync-unknown-route, x-request-id",
    vary: "Origin",
  });
  expect(listed.headers["access-control-allow-credentials"]).toBeUndefined();
  const refused = await server.call("GET", `${auth}/me`, { headers: { origin: ours } });
  expect([refused.status, refused.headers["access-control-allow-origin"]]).toEqual([401, ours]);

  for (const origin of [
    "https://evil.example",
    "https://app.example.com.evil.example",
    "http://app.example.com",
    "null",
  ]) {
    const { headers } = await server.call("GET", `${auth}/keys`, { token: admin.token, headers: { origin } });
    expect(headers["access-control-allow-origin"], origin).toBeUndefined();
  }
  const verify = await server.call("GET", `${auth}/verify`, { headers: { origin: ours } });
  expect(verify.headers["access-control-allow-origin"]).toBeUndefined();
});

it.each([
  ["without CORS_ORIGINS", {}],
  ["with CORS_ORIGINS", { CORS_ORIGINS: ours }],
])("S-68 refuses OPTIONS without a preflight like any unsupported method, %s", async (_name, config) => {
  const server = await useTestServer(config);
  const admin = await createSignedIn(server);
  for (const path of [`${auth}/keys`, `${auth}/keys/x/rotate`, `${auth}/nothing`, "/api/health", "/nothing"]) {
    for (const headers of [{}, { origin: ours }, { "access-control-request-method": "GET" }]) {
      const response = await server.call("OPTIONS", path, { token: admin.token, headers });
      expect(response.status, path).toBe(404);
      expect(response.headers["content-type"]).toBe("application/json; charset=utf-8");
      expect(response.headers["x-request-id"]).toMatch(/^[0-9a-f-]{36}$/);
      if (!path.startsWith("/api")) expect(response.body.error.type).toBe("NOT_FOUND");
      expect(response.headers["access-control-allow-methods"]).toBeUndefined();
    }
  }
  const { status } = await server.call("OPTIONS", `${auth}/verify`, { headers: { authorization: "Bearer wrong" } });
  expect(status).toBe(401);
});

it("S-33 allows no cross-origin browser requests if no origin is listed", async () => {
  const server = await useTestServer();
  const preflight = await server.call("OPTIONS", `${auth}/keys`, {
    headers: { origin: ours, "access-control-request-method": "GET" },
  });
  expect(preflight.status).toBe(404);
  expect(preflight.headers["access-control-allow-origin"]).toBeUndefined();
});
