import fc from "fast-check";
import { describe, expect, it } from "vitest";
import packageJson from "../../package.json" with { type: "json" };
import { fillPath, writeQuery } from "../../src/call/path.ts";
import { BrikSync, type BrikSyncOptions, Secret } from "../../src/index.ts";
import { version } from "../../src/version.ts";
import { catchError } from "../support/catch-error.ts";
import { startRecordingServer } from "../support/recording-server.ts";
import { makeSampleKey, sampleSecret } from "../support/sample-key.ts";

describe("paths", () => {
  it("K-05 encode each value as exactly one segment", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "grapheme", minLength: 1 }),
        fc.string({ unit: "binary", minLength: 1 }),
        (id, entryId) => {
          fc.pre(![".", ".."].includes(id) && ![".", ".."].includes(entryId));
          const path = fillPath("/keys/{id}/ip-allowlist/{entryId}", { id, entryId });
          const segments = new URL(path, "http://127.0.0.1").pathname.split("/");
          expect(segments.map(decodeURIComponent)).toEqual(["", "keys", id, "ip-allowlist", entryId]);
        },
      ),
    );
  });

  it("K-05 refuse values that would name another resource, before a request is sent", async () => {
    const server = await startRecordingServer(() => ({ json: makeSampleKey() }));
    const client = new BrikSync({ baseUrl: server.url, accessToken: "token" });
    for (const id of ["", ".", "..", "\ud800", undefined, null, 5, {}]) {
      const error = await catchError(client.keys.get(id as string));
      expect(error).toMatchObject({ name: "ConfigurationError", outcome: "not-sent" });
      expect(error.message).toBe('id must be an ID: a non-empty string other than "." and "..".');
    }
    expect(server.requests).toHaveLength(0);
  });

  it("K-05 encode special characters in IDs", async () => {
    const server = await startRecordingServer(() => ({ json: makeSampleKey() }));
    const client = new BrikSync({ baseUrl: server.url, accessToken: "token" });
    await client.keys.get("../../admin?x=1#y z\r\nHost: evil");
    expect(server.requests[0]?.url).toBe("/external/v1/auth/keys/..%2F..%2Fadmin%3Fx%3D1%23y%20z%0D%0AHost%3A%20evil");
  });

  it("K-05 have encoded queries, without unset values", () => {
    expect(writeQuery({ status: "a&b=c", limit: 5, cursor: undefined })).toBe("?status=a%26b%3Dc&limit=5");
    expect(writeQuery({ cursor: undefined })).toBe("");
    expect(writeQuery(undefined)).toBe("");
  });
});

describe("headers", () => {
  const injections = ["a\r\nx-evil: 1", "a\nb", "a\0b", " a", "a ", "ä", "\u2028", ""];

  it.each([
    ["accessToken", (text: string): BrikSyncOptions => ({ accessToken: text })],
    ["accessToken", (text: string): BrikSyncOptions => ({ accessToken: new Secret(text) })],
    ["clientSecret", (text: string): BrikSyncOptions => ({ clientSecret: text })],
    ["clientId", (text: string): BrikSyncOptions => ({ clientId: text, clientSecret: sampleSecret })],
    ["userAgent", (text: string): BrikSyncOptions => ({ userAgent: text })],
  ])("K-05 refuse an option %s that could inject headers, and do not repeat its value", (name, make) => {
    for (const text of injections) {
      expect(() => new BrikSync(make(text)), JSON.stringify(text)).toThrow(
        expect.objectContaining({
          name: "ConfigurationError",
          message: expect.stringMatching(`^${name} (must|contains)`),
        }),
      );
      expect(() => new BrikSync(make(`canary${text}\n`))).toThrow(expect.not.objectContaining({ message: /canary/ }));
    }
  });

  it("K-05 refuse the same in tokens and idempotency keys of calls", async () => {
    for (const text of injections) {
      const byFunction = new BrikSync({ accessToken: () => text });
      expect(await catchError(byFunction.keys.get("k1"))).toMatchObject({ name: "ConfigurationError" });
      const bySession = new BrikSync({ session: { accessToken: text } });
      expect(await catchError(bySession.keys.get("k1"))).toMatchObject({ name: "ConfigurationError" });
      const keyed = new BrikSync({ accessToken: "token" }).keys.create({ name: "CRM" }, { idempotencyKey: text });
      expect(await catchError(keyed)).toMatchObject({ name: "ConfigurationError" });
    }
  });

  it("K-05 are only these on Node", async () => {
    const server = await startRecordingServer(() => ({
      status: 201,
      json: { id: "1", clientId: "2", clientSecret: "3" },
    }));
    await new BrikSync({ baseUrl: server.url, accessToken: "token", userAgent: "acme/1.0" }).keys.create({
      name: "CRM",
    });
    const names = server.requests[0]?.rawHeaders
      .filter((_, index) => index % 2 === 0)
      .map((name) => name.toLowerCase());
    expect(names?.sort()).toEqual([
      "accept",
      "authorization",
      "connection",
      "content-length",
      "content-type",
      "host",
      "idempotency-key",
      "user-agent",
    ]);
    expect(server.requests[0]?.headers).toMatchObject({
      accept: "application/json",
      authorization: "Bearer token",
      "content-type": "application/json",
      "user-agent": `acme/1.0 briksync-sdk/${version}`,
    });
    expect(version).toBe(packageJson.version);
  });
});

describe("options", () => {
  it.each([
    ["not a url", /must be a URL such as/],
    ["ftp://127.0.0.1", /must be a URL such as/],
    ["https://user:canary@api.example.com", /must be a URL such as/],
    ["https://api.example.com/?x=1", /must be a URL such as/],
    ["https://api.example.com/#x", /must be a URL such as/],
    ["http://api.example.com", /plain HTTP for api\.example\.com/],
    ["http://127.0.0.1.example.com", /plain HTTP/],
    ["http://localhost.example.com", /plain HTTP/],
    ["http://192.168.1.1", /plain HTTP/],
  ])("refuse the URL %s", (baseUrl, message) => {
    expect(() => new BrikSync({ baseUrl })).toThrow(message);
    expect(() => new BrikSync({ baseUrl })).not.toThrow(/canary/);
  });

  it.each([
    "https://api.example.com",
    "http://localhost:4870",
    "http://api.localhost",
    "http://127.0.0.1:4870/",
    "http://127.8.9.10",
    "http://[::1]:4870",
  ])("accept the URL %s", (baseUrl) => {
    expect(() => new BrikSync({ baseUrl })).not.toThrow();
  });

  it("accept plain HTTP with allowInsecureHttp", () => {
    expect(() => new BrikSync({ baseUrl: "http://10.0.0.5", allowInsecureHttp: true })).not.toThrow();
  });

  it("add the path of baseUrl to each operation", async () => {
    const server = await startRecordingServer(() => ({ json: [] }));
    await new BrikSync({ baseUrl: `${server.url}/gateway/`, accessToken: "token" }).keys.listPage();
    expect(server.requests[0]?.url).toBe("/gateway/external/v1/auth/keys");
  });

  it("refuse unknown options and contradictory combinations", () => {
    const make = (options: unknown) => () => new BrikSync(options as BrikSyncOptions);
    expect(make({ timeout: 5 })).toThrow("Unknown option timeout. Known options: baseUrl, ");
    expect(make({ accessToken: "a", session: { accessToken: "a" } })).toThrow(
      "Pass either accessToken or session, not both.",
    );
    expect(make({ clientId: "api_1" })).toThrow("clientId requires clientSecret");
    expect(make("api_a1b2c3d4e5f6a1b2c3d4e5f6")).toThrow("so it is a client ID");
    expect(make({ maxRetries: -1 })).toThrow("maxRetries must be 0 or a positive whole number");
  });
});
