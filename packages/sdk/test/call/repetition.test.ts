import { describe, expect, it } from "vitest";
import { replayHeader } from "../../src/call/replay-support.ts";
import { BrikSync, type TransportEvent } from "../../src/index.ts";
import { catchError } from "../support/catch-error.ts";
import { startRawServer, writeHttp } from "../support/raw-server.ts";
import { startRecordingServer } from "../support/recording-server.ts";
import { makeSampleKey, sampleSecret } from "../support/sample-key.ts";

const refused = { status: 503, json: { error: { code: 503, message: "busy", type: "UNAVAILABLE" } } };
const created = { id: "k1", clientId: "api_1", clientSecret: sampleSecret };

describe.each([
  ["undici", {}],
  ["fetch", { fetch: globalThis.fetch }],
])("over %s", (_, transport) => {
  /** The outcome of a refused call if the server announces no replay and the runtime may have sent the call twice. */
  const refusal = "fetch" in transport ? "unknown" : "rejected";

  it("K-01 retries a GET after 503 and returns its response", async () => {
    const server = await startRecordingServer((_request, index) => (index < 2 ? refused : { json: [makeSampleKey()] }));
    const events: TransportEvent[] = [];
    const options = {
      ...transport,
      baseUrl: server.url,
      accessToken: "token",
      onEvent: (event: TransportEvent) => events.push(event),
    };
    const page = await new BrikSync(options).keys.listPage();
    expect(page.items).toHaveLength(1);
    expect(server.requests).toHaveLength(3);
    expect(events.map(({ kind, attempt }) => `${kind} ${attempt}`)).toEqual([
      "request 1",
      "response 1",
      "retry 1",
      "request 2",
      "response 2",
      "retry 2",
      "request 3",
      "response 3",
    ]);
  });

  it("K-01 retries a GET if the connection closes before or during the response", async () => {
    const body = JSON.stringify(makeSampleKey());
    const server = await startRawServer((socket, index) => {
      if (index === 0) socket.destroy();
      else if (index === 1) socket.end(writeHttp(200, body).slice(0, -20));
      else socket.write(writeHttp(200, body));
    });
    const key = await new BrikSync({ ...transport, baseUrl: server.url, accessToken: "token" }).keys.get("k1");
    expect(key.name).toBe("Payroll Integration");
    expect(server.requests).toHaveLength(3);
  });

  it("K-01 does not retry createKey after an unknown outcome, and returns the Idempotency-Key", async () => {
    const server = await startRawServer((socket) => socket.destroy());
    const client = new BrikSync({ ...transport, baseUrl: server.url, accessToken: "token" });
    const error = await catchError(client.keys.create({ name: "CRM" }));
    expect(server.requests).toHaveLength(1);
    expect(error).toMatchObject({ name: "ConnectionError", outcome: "unknown", retryable: false, attempts: 1 });
    const sent = /idempotency-key: (.*)\r\n/i.exec(server.requests[0] ?? "")?.[1];
    expect(sent).toMatch(/^[0-9a-f]{32}$/);
    expect(error.idempotencyKey).toBe(sent);
  });

  it("K-01 retries createKey and rotateKey with the same key if the server announces replay", async () => {
    const server = await startRecordingServer(({ headers }, index) => {
      if (index % 2 === 0) return { ...refused, headers: { [replayHeader]: "supported" } };
      return { status: 201, json: { ...created, name: String(headers["idempotency-key"]) } };
    });
    const client = new BrikSync({ ...transport, baseUrl: server.url, accessToken: "token" });
    await client.keys.create({ name: "CRM" }, { idempotencyKey: "mine-1" });
    await client.keys.rotate("k1");
    const keys = server.requests.map(({ headers }) => headers["idempotency-key"]);
    expect(keys.slice(0, 2)).toEqual(["mine-1", "mine-1"]);
    expect(keys[2]).toMatch(/^[0-9a-f]{32}$/);
    expect(keys[3]).toBe(keys[2]);
  });

  it("K-01 stops retrying keyed calls if the server no longer announces replay", async () => {
    const server = await startRecordingServer((_request, index) => {
      if (index === 0) return { json: [], headers: { [replayHeader]: "supported" } };
      return index === 1 ? { json: [] } : refused;
    });
    const client = new BrikSync({ ...transport, baseUrl: server.url, accessToken: "token" });
    await client.keys.listPage();
    await client.keys.listPage();
    const error = await catchError(client.keys.create({ name: "CRM" }));
    expect(server.requests).toHaveLength(3);
    expect(error).toMatchObject({ status: 503, outcome: refusal, retryable: refusal === "rejected" });
  });

  it("K-01 keeps the worst outcome of all attempts", async () => {
    const conflict = JSON.stringify({ error: { code: 409, message: "revoked", type: "KEY_REVOKED" } });
    const server = await startRawServer((socket, index) => {
      if (index === 1) socket.destroy();
      else
        socket.write(
          writeHttp(index === 0 ? 200 : 409, index === 0 ? "[]" : conflict, { [replayHeader]: "supported" }),
        );
    });
    const client = new BrikSync({ ...transport, baseUrl: server.url, accessToken: "token" });
    await client.keys.listPage();
    const error = await catchError(client.keys.create({ name: "CRM" }));
    expect(error).toMatchObject({ type: "KEY_REVOKED", status: 409, outcome: "unknown", attempts: 2 });
  });

  it("K-01 remembers that the server replays after a response of a gateway", async () => {
    const supported = { [replayHeader]: "supported" };
    const server = await startRecordingServer((_request, index) => {
      if (index === 1) return { status: 502, text: "<h1>Bad gateway</h1>", headers: { "content-type": "text/html" } };
      return index === 0 ? { json: [], headers: supported } : { status: 201, json: created, headers: supported };
    });
    const client = new BrikSync({ ...transport, baseUrl: server.url, accessToken: "token" });
    await client.keys.listPage();
    expect((await client.keys.create({ name: "CRM" })).isReplay).toBe(false);
    const [, first, second] = server.requests.map(({ headers }) => headers["idempotency-key"]);
    expect(second).toBe(first);
  });

  it("K-01 remembers that the server replays after a call to its data plane, which does not announce it", async () => {
    const supported = { [replayHeader]: "supported" };
    const server = await startRawServer((socket, index) => {
      const verified = JSON.stringify({ keyId: "k1", clientId: "api_1", companyId: "c1" });
      if (index === 0) socket.write(writeHttp(200, "[]", supported));
      else if (index === 1) socket.write(writeHttp(200, verified));
      else if (index === 2) socket.destroy();
      else socket.write(writeHttp(201, JSON.stringify(created), supported));
    });
    const client = new BrikSync({ ...transport, baseUrl: server.url, accessToken: "token" });
    await client.keys.listPage();
    await client.verify({ headers: { authorization: "Bearer sec_1" } });
    expect((await client.keys.create({ name: "CRM" })).id).toBe("k1");
  });

  it.each([
    ["finish", (client: BrikSync) => client.keys.rotations.finish("k1", "r1"), JSON.stringify(makeSampleKey())],
    [
      "renew",
      (client: BrikSync) => client.keys.rotations.renew("k1", "r1"),
      '{"id":"r1","leaseExpiresOn":"2026-02-01T10:30:00.000Z","leaseSeconds":120,"wasTakenOver":false}',
    ],
    ["abort", (client: BrikSync) => client.keys.rotations.abort("k1", "r1"), ""],
    ["list", (client: BrikSync) => client.keys.rotations.list("k1"), "[]"],
  ])("K-01 retries rotations.%s after an unknown outcome", async (_name, call, body) => {
    const server = await startRawServer((socket, index) => {
      if (index === 0) socket.destroy();
      else socket.write(writeHttp(200, body));
    });
    await call(new BrikSync({ ...transport, baseUrl: server.url, accessToken: "token" }));
    expect(server.requests).toHaveLength(2);
  });

  it.each([
    ["signIn", (client: BrikSync) => client.auth.signIn({ email: "a@b.c", password: "correct horse battery" })],
    ["revoke", (client: BrikSync) => client.keys.revoke("k1")],
    ["rename", (client: BrikSync) => client.keys.rename("k1", "CRM")],
    ["allowIp", (client: BrikSync) => client.keys.allowIp("k1", { cidr: "203.0.113.0/24" })],
    ["disallowIp", (client: BrikSync) => client.keys.disallowIp("k1", "e1")],
    ["changePassword", (client: BrikSync) => client.auth.changePassword({ currentPassword: "a", newPassword: "b" })],
  ])("K-01 sends %s only once after an unknown outcome, even if the server replays", async (_name, call) => {
    const server = await startRawServer((socket, index) => {
      if (index === 0) socket.write(writeHttp(200, "[]", { [replayHeader]: "supported" }));
      else socket.destroy();
    });
    const client = new BrikSync({ ...transport, baseUrl: server.url, accessToken: "token" });
    await client.keys.listPage();
    const error = await catchError(call(client));
    expect(server.requests).toHaveLength(2);
    expect(error).toMatchObject({ name: "ConnectionError", outcome: "unknown", retryable: false });
    expect(error.idempotencyKey).toBeUndefined();
  });

  it("K-01 retries even signIn if nothing was sent", async () => {
    const server = await startRecordingServer(() => ({ json: [] }));
    await server.close();
    const options = { ...transport, baseUrl: server.url, maxRetries: 1 };
    const error = await catchError(new BrikSync(options).auth.signIn({ email: "a@b.c", password: "p" }));
    expect(error).toMatchObject({ name: "ConnectionError", outcome: "not-sent", attempts: 2, retryable: true });
    expect(error.message).toContain("ECONNREFUSED");
  });

  it("K-01 does not retry permanent failures", async () => {
    for (const status of [400, 401, 403, 404, 409, 413, 415, 422, 500]) {
      const server = await startRecordingServer(() => ({ status, json: { error: { code: status, message: "no" } } }));
      await catchError(new BrikSync({ ...transport, baseUrl: server.url, accessToken: "token" }).keys.listPage());
      expect(server.requests, String(status)).toHaveLength(1);
    }
  });
});
