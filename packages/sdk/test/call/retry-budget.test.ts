import { describe, expect, it } from "vitest";
import { BrikSync } from "../../src/index.ts";
import { catchError } from "../support/catch-error.ts";
import { startRecordingServer } from "../support/recording-server.ts";

const refused = { status: 503, json: { error: { code: 503, message: "busy", type: "UNAVAILABLE" } } };

describe.each([
  ["undici", {}],
  ["fetch", { fetch: globalThis.fetch }],
])("over %s", (_, transport) => {
  it("K-01 has a retry budget: a failing server gets 100 retries instead of two per call", async () => {
    const server = await startRecordingServer(() => ({ ...refused, headers: { "retry-after": "0" } }));
    const client = new BrikSync({ ...transport, baseUrl: server.url, accessToken: "token" });
    await Promise.all(Array.from({ length: 150 }, () => catchError(client.keys.get("k1"))));
    expect(server.requests).toHaveLength(250);
  });

  it("K-01 gains one retry for ten successful calls", async () => {
    const server = await startRecordingServer(({ url }) =>
      url.endsWith("/keys") ? { json: [] } : { ...refused, headers: { "retry-after": "0" } },
    );
    const client = new BrikSync({ ...transport, baseUrl: server.url, accessToken: "token" });
    const countAttempts = async (): Promise<number> => (await catchError(client.keys.get("k1"))).attempts;
    await Promise.all(Array.from({ length: 150 }, countAttempts));
    expect(await countAttempts()).toBe(1);
    // Eleven calls, because ten times 0.1 can be less than 1 in floating point.
    for (let index = 0; index < 11; index++) await client.keys.listPage();
    expect(await countAttempts()).toBe(2);
    expect(await countAttempts()).toBe(1);
  });
});
