import { expect, it } from "vitest";
import { createTestKey, verifyStatus } from "../support/keys.ts";
import { useTestServer } from "../support/lifetimes.ts";
import { createSignedIn } from "../support/people.ts";

it("S-36 /metrics counts by route template, and no ID, secret or address becomes a label", async () => {
  const server = await useTestServer();
  const admin = await createSignedIn(server);
  const key = await createTestKey(server, admin.token);
  const keys = "/external/v1/auth/keys";
  await server.call("GET", `${keys}/${key.id}`, { token: admin.token });
  const rotated = await server.call("POST", `${keys}/${key.id}/rotate`, { token: admin.token });
  await server.call("GET", `${keys}/canary-in-a-path`, { token: admin.token });
  await server.call("GET", `/canary-elsewhere?canary=${key.clientSecret}`);
  await server.call("PROPFIND", "/canary-elsewhere");
  await verifyStatus(server, rotated.body.clientSecret);
  await verifyStatus(server, "wrong");

  const { status, text, headers } = await server.call("GET", "/metrics");
  expect(status).toBe(200);
  expect(headers["content-type"]).toMatch(/^text\/plain/);
  const requests = text.split("\n").filter((line) => line.startsWith("briksync_http_requests_total{"));
  expect(requests.sort()).toEqual([
    'briksync_http_requests_total{method="GET",route="(none)",status="404"} 1',
    'briksync_http_requests_total{method="GET",route="/external/v1/auth/keys/:id",status="200"} 1',
    'briksync_http_requests_total{method="GET",route="/external/v1/auth/keys/:id",status="404"} 1',
    'briksync_http_requests_total{method="GET",route="/external/v1/auth/verify",status="200"} 1',
    'briksync_http_requests_total{method="GET",route="/external/v1/auth/verify",status="401"} 1',
    'briksync_http_requests_total{method="POST",route="/external/v1/auth/keys",status="201"} 1',
    'briksync_http_requests_total{method="POST",route="/external/v1/auth/keys/:id/rotate",status="200"} 1',
    'briksync_http_requests_total{method="POST",route="/external/v1/auth/signin",status="200"} 1',
    'briksync_http_requests_total{method="PROPFIND",route="(none)",status="404"} 1',
  ]);
  expect(text).toMatch(/^process_resident_memory_bytes \d/m);
  for (const told of [
    key.id,
    key.clientId,
    key.clientSecret,
    admin.companyId,
    admin.userId,
    admin.email,
    "canary",
    "127.0.0.1",
  ]) {
    expect(text).not.toContain(told);
  }
});

it("S-36 /metrics has the series of accepted verify calls before the first call", async () => {
  const server = await useTestServer();
  const { text } = await server.call("GET", "/metrics");
  const route = 'route="/external/v1/auth/verify"';
  expect(text).toContain(`briksync_http_requests_total{method="GET",${route},status="200"} 0`);
  expect(text).toContain(`briksync_http_request_duration_seconds_bucket{le="0.001",${route}} 0`);
  expect(text).toContain(`briksync_http_request_duration_seconds_count{${route}} 0`);
});

it("S-36 only counters have names that end in _total, and all of them do", async () => {
  const server = await useTestServer();
  const { text } = await server.call("GET", "/metrics");
  const types = [...text.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name = "", type = ""]) => ({ name, type }));
  expect(types.length).toBeGreaterThan(20);
  expect(types.filter(({ name, type }) => name.endsWith("_total") !== (type === "counter"))).toEqual([]);
  expect(types).toContainEqual({ name: "briksync_retention_removed_total", type: "counter" });
});
