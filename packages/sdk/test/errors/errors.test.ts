import { inspect } from "node:util";
import { expect, it } from "vitest";
import * as sdk from "../../src/index.ts";
import { catchError } from "../support/catch-error.ts";
import { type Reply, startRecordingServer } from "../support/recording-server.ts";
import { makeSampleKey } from "../support/sample-key.ts";

const { BrikSync } = sdk;

/** Returns the error of a GET from a server that sends this response. */
async function getError(reply: Reply, transport: sdk.BrikSyncOptions): Promise<sdk.BrikSyncError> {
  const server = await startRecordingServer(() => reply);
  return catchError(
    new BrikSync({ ...transport, baseUrl: server.url, accessToken: "token", maxRetries: 0 }).keys.get("k1"),
  );
}

it("K-04 has one base class, and literal names even if a bundler renames the classes", async () => {
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
  // The query makes the module loader load a separate second copy.
  const copy = (await import(
    "../../src/errors/errors.ts?second-copy" as string
  )) as typeof import("../../src/errors/errors.ts");
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
