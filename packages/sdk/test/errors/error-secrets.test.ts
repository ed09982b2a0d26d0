import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import * as sdk from "../../src/index.ts";
import { catchError } from "../support/catch-error.ts";
import { type Reply, startRecordingServer } from "../support/recording-server.ts";
import { makeSampleKey, sampleSecret } from "../support/sample-key.ts";

const { BrikSync } = sdk;
const html = "<!doctype html><title>Welcome</title>";

describe.each([
  ["undici", {}],
  ["fetch", { fetch: globalThis.fetch }],
])("over %s", (_, transport) => {
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
    const secrets = [token, password, refreshToken, sampleSecret];
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
      const verifier = new BrikSync({ ...options, clientId: "api_1", clientSecret: sampleSecret });
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
