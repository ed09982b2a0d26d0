import { describe, expect, it } from "vitest";
import * as sdk from "../../src/index.ts";
import { catchError } from "../support/catch-error.ts";
import { startRawServer, writeHttp } from "../support/raw-server.ts";
import { type Reply, startRecordingServer } from "../support/recording-server.ts";
import { makeSampleKey } from "../support/sample-key.ts";

const { BrikSync } = sdk;
const html = "<!doctype html><title>Welcome</title>";

/** Returns the error of a GET from a server that sends this response. */
async function getError(reply: Reply, transport: sdk.BrikSyncOptions): Promise<sdk.BrikSyncError> {
  const server = await startRecordingServer(() => reply);
  return catchError(
    new BrikSync({ ...transport, baseUrl: server.url, accessToken: "token", maxRetries: 0 }).keys.get("k1"),
  );
}

describe.each([
  ["undici", {}],
  ["fetch", { fetch: globalThis.fetch }],
])("over %s", (_, transport) => {
  it("K-04 reads the error body of /external/v1 with its additional fields", async () => {
    const details = [{ path: "/name", message: "is missing" }];
    const error = await getError(
      {
        status: 422,
        headers: { "x-request-id": "req-7" },
        json: {
          error: { code: 422, message: "name is missing", type: "VALIDATION_FAILED", requestId: "req-7", details },
        },
      },
      transport,
    );
    expect(error).toMatchObject({
      name: "ApiError",
      message: "name is missing",
      type: "VALIDATION_FAILED",
      status: 422,
      requestId: "req-7",
      outcome: "rejected",
      retryable: false,
      attempts: 1,
      details,
    });
  });

  it.each([
    [401, { error: { code: 401, message: "Invalid API credentials" } }, "INVALID_CREDENTIALS"],
    [401, { error: { code: 401, message: "Missing API credentials" } }, "MISSING_CREDENTIALS"],
    [401, { error: { code: 401, message: "Unauthorized" } }, "UNAUTHORIZED"],
    [403, { error: { code: 403, message: "Forbidden" } }, "FORBIDDEN"],
    [429, { error: { code: 429, message: "Rate limit exceeded" } }, "RATE_LIMITED"],
    [500, { error: { code: 500, message: "An error occurred" } }, "INTERNAL"],
    [418, { error: { message: "teapot" } }, "BAD_REQUEST"],
    [401, { data: null, error: "Unauthorized" }, "UNAUTHORIZED"],
    [403, { data: null, error: "Upgrade", code: "PLAN_UPGRADE_REQUIRED" }, "PLAN_UPGRADE_REQUIRED"],
    [503, { data: null, error: "Later" }, "UNAVAILABLE"],
    [400, { error: { code: 400, message: "new", type: "SOMETHING_NEW" } }, "SOMETHING_NEW"],
    [404, { error: { code: 404, message: "odd", type: "not a type" } }, "NOT_FOUND"],
  ])("K-04 names the type of %i %j", async (status, json, type) => {
    const error = await getError({ status, json }, transport);
    expect(error).toMatchObject({ name: "ApiError", type, status });
    expect(error.message).not.toBe("");
  });

  it.each<[string, Reply, Partial<sdk.BrikSyncError>, RegExp]>([
    [
      "HTML with 200",
      { headers: { "content-type": "text/html" }, text: html },
      { status: 200, outcome: "unknown" },
      /200 with text\/html/,
    ],
    [
      "HTML with 502",
      { status: 502, headers: { "content-type": "text/html" }, text: html },
      { status: 502, retryable: true },
      /502 with text\/html/,
    ],
    ["an empty 200", {}, { status: 200 }, /200 with an empty body/],
    ["an empty 401", { status: 401 }, { status: 401, outcome: "rejected" }, /401 with an empty body/],
    ["a list instead of an object", { json: [] }, { status: 200 }, /200 with application\/json/],
    ["an object without the required fields", { json: { id: 5 } }, { status: 200 }, /200 with application\/json/],
    [
      "truncated JSON",
      { headers: { "content-type": "application/json" }, text: '{"id":"k1","na' },
      { status: 200 },
      /so it is not a BrikSync server/,
    ],
    ["JSON that is not an error", { status: 400, json: "no" }, { status: 400 }, /400 with application\/json/],
    [
      "an error without a message",
      { status: 500, json: { error: {} } },
      { status: 500, outcome: "unknown" },
      /500 with/,
    ],
  ])("K-04 throws a ResponseError for %s", async (_name, reply, facts, message) => {
    const error = await getError(reply, transport);
    expect(error).toMatchObject({ name: "ResponseError", type: "INVALID_RESPONSE", ...facts });
    expect(error.message).toMatch(message);
    expect(error.message).not.toContain("Welcome");
  });

  it("K-04 throws a ResponseError for a truncated response", async () => {
    const server = await startRawServer((socket) =>
      socket.end(writeHttp(200, JSON.stringify(makeSampleKey())).slice(0, -9)),
    );
    const client = new BrikSync({ ...transport, baseUrl: server.url, accessToken: "token", maxRetries: 0 });
    const error = await catchError(client.keys.rename("k1", "CRM"));
    expect(error).toMatchObject({ name: "ResponseError", status: 200, outcome: "unknown", retryable: false });
    expect(error.message).toContain("closed in the middle of the response");
  });

  it.each([
    ["with a Content-Length", { "content-length": String(17 * 1024 * 1024) }],
    ["in chunks", { "transfer-encoding": "chunked" }],
  ])("K-04 does not read an endless response (%s)", async (_name, headers) => {
    let sentBytes = 0;
    const server = await startRecordingServer(() => (response) => {
      response.writeHead(200, headers);
      const block = Buffer.alloc(1024 * 1024, " ");
      const pump = (): void => {
        while (!response.destroyed && sentBytes < 64 * block.length) {
          sentBytes += block.length;
          if (!response.write(block)) return void response.once("drain", pump);
        }
      };
      pump();
    });
    const client = new BrikSync({ ...transport, baseUrl: server.url, accessToken: "token", maxRetries: 0 });
    const error = await catchError(client.keys.get("k1"));
    expect(error).toMatchObject({ name: "ResponseError", status: 200, retryable: false });
    expect(error.message).toContain("too large");
    expect(sentBytes).toBeLessThan(40 * 1024 * 1024);
    await expect.poll(() => server.sockets.size).toBe(0);
  });

  it("K-04 reads a large response and characters split between chunks", async () => {
    const name = "é".repeat(50_000);
    const server = await startRecordingServer(() => (response) => {
      const bytes = Buffer.from(JSON.stringify(makeSampleKey({ name })));
      response.writeHead(200, { "content-type": "application/json" });
      response.write(bytes.subarray(0, 1001));
      setTimeout(() => response.end(bytes.subarray(1001)), 30);
    });
    const client = new BrikSync({ ...transport, baseUrl: server.url, accessToken: "token" });
    expect((await client.keys.get("k1")).name).toBe(name);
  });

  it("K-04 throws a ResponseError if the response is not HTTP", async () => {
    const server = await startRawServer((socket) => socket.end("SSH-2.0-OpenSSH_9.9\r\n"));
    const client = new BrikSync({ ...transport, baseUrl: server.url, accessToken: "token" });
    const error = await catchError(client.keys.get("k1"));
    expect(error).toMatchObject({ name: "ResponseError", attempts: 1, retryable: false });
    expect(error.message).toMatch(/^Cannot reach http:\/\/127.0.0.1:\d+: the server does not speak HTTP\.$/);
  });

  it("K-04 reports an unknown host as not sent, and does not retry", async () => {
    const options = { ...transport, baseUrl: "https://does-not-exist.invalid", accessToken: "token" };
    const error = await catchError(new BrikSync(options).keys.create({ name: "CRM" }));
    expect(error).toMatchObject({ name: "ConnectionError", type: "CONNECTION_FAILED", outcome: "not-sent" });
    expect(error.message).toMatch(/^Cannot reach https:\/\/does-not-exist\.invalid: /);
  });
});

it("K-04 does not accept an HTML page as the response of a call without a body", async () => {
  const server = await startRecordingServer(() => ({ headers: { "content-type": "text/html" }, text: html }));
  const client = new BrikSync({ baseUrl: server.url, accessToken: "token" });
  const error = await catchError(client.keys.disallowIp("k1", "e1"));
  expect(error).toMatchObject({ name: "ResponseError", status: 200, outcome: "unknown" });
});
