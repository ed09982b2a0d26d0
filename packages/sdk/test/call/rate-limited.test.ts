import { expect, it, onTestFinished } from "vitest";
import { BrikSync, type TransportEvent } from "../../src/index.ts";
import { startRealServer } from "../support/real-server.ts";
import { startRecordingServer } from "../support/recording-server.ts";

const refused = {
  status: 429,
  headers: { "retry-after": "0" },
  json: { error: { code: 429, message: "Rate limit exceeded", type: "RATE_LIMITED" } },
};

it("K-01 continues under a rate limit: refusals with Retry-After do not use up the retry budget", async () => {
  const met = new Set<string>();
  const server = await startRecordingServer(({ url }) => {
    if (met.has(url)) return { json: { id: "k", name: "x", clientId: "api_1", status: "active" } };
    met.add(url);
    return refused;
  });
  const { keys } = new BrikSync({ baseUrl: server.url, accessToken: "token" });
  const found = await Promise.all(Array.from({ length: 250 }, (_, index) => keys.get(`k${index}`)));
  expect(found).toHaveLength(250);
  expect(server.requests).toHaveLength(500);
});

it("K-01 refusals without Retry-After use up the retry budget", async () => {
  const { headers: _, ...withoutTime } = refused;
  const server = await startRecordingServer(() => withoutTime);
  const { keys } = new BrikSync({ baseUrl: server.url, accessToken: "token", maxRetries: 1 });
  await Promise.allSettled(Array.from({ length: 250 }, (_, index) => keys.get(`k${index}`)));
  expect(server.requests).toHaveLength(350);
});

it("S-63 creating and listing more keys than the burst allows takes longer, but loses nothing", async () => {
  const server = await startRealServer({ MANAGEMENT_RATE_LIMIT_PER_MINUTE: "120", MANAGEMENT_RATE_LIMIT_BURST: "3" });
  onTestFinished(() => server.remove());
  const waits: TransportEvent[] = [];
  const onEvent = (event: TransportEvent): void => {
    if (event.kind === "retry") waits.push(event);
  };
  const { keys } = new BrikSync({ baseUrl: server.url, accessToken: server.accessToken, onEvent });
  const created: string[] = [];
  for (let index = 0; index < 5; index++) created.push((await keys.create({ name: `key ${index}` })).id);
  const listed: string[] = [];
  for await (const { id } of keys.list({ pageSize: 1 })) listed.push(id);
  expect(listed).toEqual(created);
  expect(waits.length).toBeGreaterThan(0);
  expect(waits.every((event) => event.kind === "retry" && event.type === "RATE_LIMITED")).toBe(true);
});
