import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import * as sdk from "../src/index.ts";
import { catchError } from "./catch-error.ts";
import { startRawServer, writeHttp } from "./raw-server.ts";
import { type Reply, startRecordingServer } from "./recording-server.ts";
import { makeSampleKey, SAMPLE_SECRET } from "./sample-key.ts";

const { BrikSync } = sdk;
const html = "<!doctype html><title>Welcome</title>";

/** The error of a GET against a server that answers this. */
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
  it("K-04 reads the error body of /external/v1 with its extensions", async () => {
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
    ["a list for an object", { json: [] }, { status: 200 }, /200 with application\/json/],
    ["an object without its fields", { json: { id: 5 } }, { status: 200 }, /200 with application\/json/],
    [
      "cut JSON",
      { headers: { "content-type": "application/json" }, text: '{"id":"k1","na' },
      { status: 200 },
      /so it is not a BrikSync server/,
    ],
    ["JSON that is no error", { status: 400, json: "no" }, { status: 400 }, /400 with application\/json/],
    ["an error without message", { status: 500, json: { error: {} } }, { status: 500, outcome: "unknown" }, /500 with/],
  ])("K-04 makes a ResponseError of %s", async (_name, reply, facts, message) => {
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
    ["announced", { "content-length": String(17 * 1024 * 1024) }],
    ["in chunks", { "transfer-encoding": "chunked" }],
  ])("K-04 does not read an endless answer (%s)", async (_name, headers) => {
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

  it("C-06 does not follow redirects or send credentials elsewhere", async () => {
    const other = await startRecordingServer(() => ({ json: makeSampleKey() }));
    for (const status of [301, 302, 303, 307, 308]) {
      const server = await startRecordingServer(() => ({ status, headers: { location: `${other.url}/x?token=1` } }));
      const client = new BrikSync({ ...transport, baseUrl: server.url, accessToken: "token" });
      const error = await catchError(client.keys.get("k1"));
      expect(error).toMatchObject({ name: "ResponseError", status });
      expect(error.message).toContain(`redirects to ${other.url}.`);
      expect(error.message).not.toContain("token=1");
    }
    expect(other.requests).toHaveLength(0);
  });

  it("K-04 removes secrets from errors in any form: in a type, in a host, escaped or encoded", async () => {
    const token = "Canary-Token-5F2A9C7E";
    const password = 'Canary "pass/wörd\\ \ud800 8B1D4E6F';
    const encoded = encodeURIComponent(password.replace("\ud800", "\ufffd"));
    const replies: Reply[] = [
      { headers: { "content-type": token }, text: html },
      { headers: { "content-type": `text/${token}; charset=${token}` }, text: html },
      { headers: { "content-type": `text/html; charset=${token}` }, text: html },
      { status: 302, headers: { location: `https://${token}.example.com/` } },
      { status: 302, headers: { location: `https://8b1d4e6f.${token.toLowerCase()}/` } },
      { status: 400, json: { error: { code: 400, message: JSON.stringify({ currentPassword: password }) } } },
      { status: 400, json: { error: { code: 400, message: `in /signin?p=${encoded}&t=${token.toUpperCase()}` } } },
      { status: 400, json: { error: { code: 400, message: `in /signin?p=${encoded.toLowerCase()}` } } },
    ];
    for (const [index, reply] of replies.entries()) {
      const server = await startRecordingServer(() => reply);
      const client = new BrikSync({ ...transport, baseUrl: server.url, accessToken: token, maxRetries: 0 });
      const change = { currentPassword: password, newPassword: "another password" };
      const error = await catchError(client.auth.changePassword(change));
      const shown = `${error} ${inspect(error, { depth: 10, showHidden: true })}`.toLowerCase();
      expect(shown).not.toContain("5f2a9c7e");
      if (index !== 4) expect(shown, String(index)).not.toContain("8b1d4e6f");
      if (index === 2) expect(error.message).toContain("status 200 with text/html,");
    }
  });

  it("K-04 keeps canary secrets out of message, inspect, JSON and structured clone", async () => {
    const token = "canary-token-5f2a9c7e";
    const password = "canary-password-8b1d4e6f";
    const refreshToken = "canary-refresh-3c7e9a1b";
    const secrets = [token, password, refreshToken, SAMPLE_SECRET];
    const echoing: ((echo: string) => Reply)[] = [
      (echo) => ({
        status: 422,
        headers: { "x-request-id": echo },
        json: {
          error: { code: 422, message: echo, type: "VALIDATION_FAILED", details: [{ path: "/x", message: echo }] },
        },
      }),
      (echo) => ({ status: 500, json: { data: null, error: echo } }),
      (echo) => ({ status: 502, headers: { "content-type": "text/html" }, text: echo }),
      (echo) => ({ status: 200, headers: { "content-type": "text/html" }, text: echo }),
      (echo) => ({ status: 200, json: { echo } }),
      (echo) => ({ status: 302, headers: { location: `/?${encodeURIComponent(echo)}` } }),
      () => (response) => response.destroy(),
    ];
    for (const makeReply of echoing) {
      const server = await startRecordingServer(({ url, headers, body }) => {
        const echo = `you sent ${headers.authorization} ${headers["x-api-secret"]} ${body}`;
        return url.endsWith("/refresh") ? { status: 401, json: { error: { message: echo } } } : makeReply(echo);
      });
      const seen: unknown[] = [];
      const options = {
        ...transport,
        baseUrl: server.url,
        maxRetries: 0,
        onEvent: (event: unknown) => seen.push(event),
      };
      const signedIn = new BrikSync({ ...options, session: { accessToken: token, refreshToken } });
      const verifier = new BrikSync({ ...options, clientId: "api_1", clientSecret: SAMPLE_SECRET });
      const calls = [
        signedIn.keys.create({ name: "CRM" }),
        signedIn.auth.changePassword({ currentPassword: password, newPassword: password }),
        signedIn.auth.refresh(),
        verifier.verify(),
      ];
      const outcomes = await Promise.allSettled(calls);
      const failures = outcomes.map((outcome) => (outcome.status === "rejected" ? outcome.reason : outcome.value));
      expect(outcomes.filter(({ status }) => status === "rejected").length).toBeGreaterThanOrEqual(3);
      seen.push(...failures, signedIn, verifier);
      for (const thing of seen) {
        const texts = [
          String(thing),
          inspect(thing, { depth: 10, showHidden: true }),
          JSON.stringify(thing),
          thing instanceof BrikSync ? "" : inspect(structuredClone(thing), { depth: 10, showHidden: true }),
        ];
        for (const secret of secrets) expect(texts.join("\n")).not.toContain(secret);
      }
    }
  });
});

it("K-04 has one base and literal names, also for subclasses bundlers rename", async () => {
  const facts = { type: "INTERNAL", outcome: "unknown", retryable: false, attempts: 1 } as const;
  const classes = [
    sdk.ApiError,
    sdk.ConnectionError,
    sdk.TimeoutError,
    sdk.AbortedError,
    sdk.ResponseError,
    sdk.ConfigurationError,
  ];
  const names = ["ApiError", "ConnectionError", "TimeoutError", "AbortedError", "ResponseError", "ConfigurationError"];
  classes.forEach((Class, index) => {
    const error = new Class("what happened", facts);
    expect(error.name).toBe(names[index]);
    expect(error).toBeInstanceOf(sdk.BrikSyncError);
    expect(error).toBeInstanceOf(Error);
    expect(String(error)).toBe(`${names[index]}: what happened`);
    expect(error.stack).toContain(`${names[index]}: what happened`);
    expect(sdk.isBrikSyncError(error)).toBe(true);
    expect(sdk.isApiError(error)).toBe(names[index] === "ApiError");
  });
});

it("K-04 recognizes errors of another copy of the package, but not lookalikes", async () => {
  // The query makes the module loader give a second, separate copy.
  const copy = (await import(
    "../src/errors/errors.ts?second-copy" as string
  )) as typeof import("../src/errors/errors.ts");
  const foreign = new copy.ApiError("no", {
    type: "NOT_FOUND",
    status: 404,
    outcome: "rejected",
    retryable: false,
    attempts: 1,
  });
  expect(foreign).not.toBeInstanceOf(sdk.ApiError);
  expect(sdk.isBrikSyncError(foreign)).toBe(true);
  expect(sdk.isApiError(foreign, "NOT_FOUND")).toBe(true);
  expect(sdk.isApiError(foreign, "FORBIDDEN")).toBe(false);
  for (const other of [null, undefined, "ApiError", { name: "ApiError" }, new Error("no")]) {
    expect(sdk.isBrikSyncError(other)).toBe(false);
    expect(sdk.isApiError(other)).toBe(false);
  }
});

it("K-04 has a JSON form without stack, cause and Idempotency-Key", async () => {
  const server = await startRecordingServer(() => ({
    status: 503,
    headers: { "retry-after": "9", "x-request-id": "req-1" },
    json: { error: { code: 503, message: "busy", type: "UNAVAILABLE" } },
  }));
  const client = new BrikSync({ baseUrl: server.url, accessToken: "token", timeoutMs: 5_000 });
  const error = await catchError(client.keys.create({ name: "CRM" }, { idempotencyKey: "mine-1" }));
  expect(JSON.parse(JSON.stringify(error))).toEqual({
    name: "ApiError",
    message: "busy",
    type: "UNAVAILABLE",
    status: 503,
    requestId: "req-1",
    retryAfterSeconds: 9,
    outcome: "rejected",
    retryable: true,
    attempts: 1,
  });
  expect(error.idempotencyKey).toBe("mine-1");
  expect(inspect(error)).not.toContain("mine-1");
});

it("K-04 replaces control characters in a message of the server", async () => {
  const message = "line\r\nbreak \u001b[31mred\u001b[0m \u202etxt.exe";
  const error = await getError({ status: 400, json: { error: { code: 400, message } } }, {});
  expect(error.message).toBe("line break  [31mred [0m  txt.exe");
});

it("ignores errors of a listener", async () => {
  const server = await startRecordingServer(() => ({ json: makeSampleKey() }));
  const onEvent = (): never => {
    throw new Error("listener");
  };
  const client = new BrikSync({ baseUrl: server.url, accessToken: "token", onEvent });
  expect((await client.keys.get("k1")).status).toBe("active");
});

it("K-04 does not accept an HTML page as the response of a call without a body", async () => {
  const server = await startRecordingServer(() => ({ headers: { "content-type": "text/html" }, text: html }));
  const client = new BrikSync({ baseUrl: server.url, accessToken: "token" });
  const error = await catchError(client.keys.disallowIp("k1", "e1"));
  expect(error).toMatchObject({ name: "ResponseError", status: 200, outcome: "unknown" });
});
