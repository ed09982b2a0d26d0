import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { BrikSync } from "../../src/index.ts";
import { catchError } from "../support/catch-error.ts";
import { collectAll } from "../support/collect-all.ts";
import { type RequestHandling, startLosingProxy } from "../support/losing-proxy.ts";
import { type RealServer, startRealServer } from "../support/real-server.ts";
import { accepts, countStarts, createSink, describeSecrets } from "../support/safe-rotation.ts";

let server: RealServer;
let client: BrikSync;

beforeAll(async () => {
  server = await startRealServer({ RATE_LIMIT_BURST: "100000" });
  client = new BrikSync({ baseUrl: server.url, accessToken: server.accessToken });
});

afterAll(() => server?.remove());

/**
 * Returns a client behind a proxy that handles each POST as `decide` says. It already knows that the server replays.
 */
async function connect(decide: (index: number) => RequestHandling) {
  let posts = 0;
  const proxy = await startLosingProxy(server.url, ({ method }) => (method === "POST" ? decide(posts++) : "pass"));
  const through = new BrikSync({ baseUrl: proxy.url, accessToken: server.accessToken });
  await through.keys.listPage({ limit: 1 });
  const readKeys = () => proxy.requests.flatMap(({ headers }) => headers["idempotency-key"] ?? []);
  return { through, proxy, readKeys };
}

describe("one repeated call", () => {
  it("K-01 creates one key and returns its secret if the response is lost twice", async () => {
    const { through, readKeys } = await connect((index) => (index < 2 ? "lose-response" : "pass"));
    const created = await through.keys.create({ name: "lost twice" });
    expect(created.isReplay).toBe(true);
    expect(await accepts(client, created.clientSecret.reveal())).toBe(true);
    expect(readKeys()).toHaveLength(3);
    expect(new Set(readKeys()).size).toBe(1);
    const named = (await collectAll(client.keys.list())).filter(({ name }) => name === "lost twice");
    expect(named.map(({ id }) => id)).toEqual([created.id]);
  });

  it("K-01 creates one secret and returns it if the response of a rotate is lost", async () => {
    const { id } = await createSink(client);
    const { through } = await connect((index) => (index === 0 ? "lose-response" : "pass"));
    const rotated = await through.keys.rotate(id);
    expect(rotated.isReplay).toBe(true);
    expect(await accepts(client, rotated.clientSecret.reveal())).toBe(true);
    expect(await collectAll(client.audit.list({ keyId: id, action: "key.rotated" }))).toHaveLength(1);
  });

  it("K-01 C-10 returns the idempotency key if all responses are lost, so that a later call gets the secret", async () => {
    const { id } = await createSink(client);
    const { through } = await connect(() => "lose-response");
    const error = await catchError(through.keys.rotate(id));
    expect(error).toMatchObject({ outcome: "unknown", retryable: true, attempts: 3 });
    const idempotencyKey = error.idempotencyKey ?? "";
    const rotated = await client.keys.rotate(id, { idempotencyKey });
    expect(rotated.isReplay).toBe(true);
    expect(await accepts(client, rotated.clientSecret.reveal())).toBe(true);
    const again = await client.keys.rotate(id, { idempotencyKey });
    expect(again.clientSecret.reveal()).toBe(rotated.clientSecret.reveal());
    await client.keys.rotate(id);
    const late = await catchError(client.keys.rotate(id, { idempotencyKey }));
    expect(late).toMatchObject({ type: "IDEMPOTENCY_SUPERSEDED", outcome: "rejected", retryable: false });
  });

  it("K-01 refuses the idempotency key of another call", async () => {
    const { id } = await createSink(client);
    const idempotencyKey = "used";
    await client.keys.rotate(id, { idempotencyKey });
    for (const call of [
      () => client.keys.create({ name: "CRM" }, { idempotencyKey }),
      () => client.keys.rotate(id, { mode: "staged", idempotencyKey }),
      () => client.keys.rotate(id, { graceSeconds: 60, idempotencyKey }),
    ]) {
      expect(await catchError(call())).toMatchObject({ type: "IDEMPOTENCY_KEY_REUSED", status: 422 });
    }
  });

  it("K-01 accepts exactly the idempotency keys that the server accepts", async () => {
    for (const idempotencyKey of ["!", "~", "a".repeat(255), 'a"b\\']) {
      const { isReplay } = await client.keys.create({ name: "CRM" }, { idempotencyKey });
      expect(isReplay).toBe(false);
      expect((await client.keys.create({ name: "CRM" }, { idempotencyKey })).isReplay).toBe(true);
    }
    for (const idempotencyKey of ["", "two words", " a", "a\n", "é", '"a"', "a".repeat(256), 7 as never]) {
      const error = await catchError(client.keys.create({ name: "CRM" }, { idempotencyKey }));
      expect(error.message, String(idempotencyKey)).toContain("idempotencyKey must have 1 to 255 visible ASCII");
    }
  });
});

describe("50 concurrent calls with one idempotency key", () => {
  it("K-01 create one key with one secret", async () => {
    const calls = Array.from({ length: 50 }, () => client.keys.create({ name: "fifty" }, { idempotencyKey: "fifty" }));
    const created = await Promise.all(calls);
    expect(new Set(created.map(({ id }) => id)).size).toBe(1);
    expect(new Set(created.map(({ clientSecret }) => clientSecret.reveal())).size).toBe(1);
    expect(created.filter(({ isReplay }) => !isReplay)).toHaveLength(1);
    expect((await collectAll(client.keys.list())).filter(({ name }) => name === "fifty")).toHaveLength(1);
  });

  it("K-01 replace a secret once", async () => {
    const { id } = await createSink(client);
    const calls = Array.from({ length: 50 }, () => client.keys.rotate(id, { idempotencyKey: "fifty-rotate" }));
    const secrets = (await Promise.all(calls)).map(({ clientSecret }) => clientSecret.reveal());
    expect(new Set(secrets).size).toBe(1);
    expect(await accepts(client, secrets[0] ?? "")).toBe(true);
    expect(await collectAll(client.audit.list({ keyId: id, action: "key.rotated" }))).toHaveLength(1);
  });

  it("K-01 start one rotation", async () => {
    const { id } = await createSink(client);
    const options = { mode: "staged", idempotencyKey: "fifty-staged" } as const;
    const staged = await Promise.all(Array.from({ length: 50 }, () => client.keys.rotate(id, options)));
    expect(new Set(staged.map((rotation) => rotation.id)).size).toBe(1);
    expect(new Set(staged.map(({ clientSecret }) => clientSecret.reveal())).size).toBe(1);
    expect(await countStarts(client, id)).toBe(1);
  });
});

describe("repeated calls on rotations", () => {
  it("K-01 finish and renew once if the response is lost", async () => {
    const { id, old } = await createSink(client);
    const { through } = await connect((index) => (index % 2 === 0 ? "lose-response" : "pass"));
    const staged = await client.keys.rotate(id, { mode: "staged" });
    const { leaseExpiresOn } = await through.keys.rotations.renew(id, staged.id);
    const key = await through.keys.rotations.finish(id, staged.id, { leaseExpiresOn, graceSeconds: 600 });
    expect(key).toMatchObject({ id, rotation: null });
    expect(await accepts(client, old)).toBe(true);
    expect(await collectAll(client.audit.list({ keyId: id, action: "key.rotation_finished" }))).toHaveLength(1);
  });

  it("K-01 treat an abort with a lost response as done if the secret has ended", async () => {
    const { id } = await createSink(client);
    const { through } = await connect((index) => (index === 0 ? "lose-response" : "pass"));
    const staged = await client.keys.rotate(id, { mode: "staged" });
    await through.keys.rotations.abort(id, staged.id);
    expect(await accepts(client, staged.clientSecret.reveal())).toBe(false);
  });

  it("K-01 never treat an abort that was too late as done", async () => {
    const { id } = await createSink(client);
    const { through } = await connect((index) => (index === 0 ? "lose-request" : "pass"));
    const staged = await client.keys.rotate(id, { mode: "staged" });
    await client.keys.rotations.finish(id, staged.id);
    const error = await catchError(through.keys.rotations.abort(id, staged.id, { force: true }));
    expect(error).toMatchObject({ type: "NOT_FOUND", outcome: "unknown" });
    expect(await accepts(client, staged.clientSecret.reveal())).toBe(true);
    expect(await catchError(through.keys.rotations.abort(id, staged.id))).toMatchObject({ outcome: "rejected" });
  });

  it("show which secrets work, and where they were used", async () => {
    const { id, old } = await createSink(client);
    await accepts(client, old);
    const staged = await client.keys.rotate(id, { mode: "staged" });
    await accepts(client, staged.clientSecret.reveal());
    const secrets = await client.keys.rotations.list(id);
    expect(describeSecrets(secrets)).toBe("current pending");
    expect(secrets[1]).toMatchObject({
      id: staged.id,
      createdBy: "ada@partner.com",
      firstUsedOn: expect.stringMatching(/Z$/),
      leaseExpiresOn: staged.leaseExpiresOn,
      expiresOn: staged.expiresOn,
    });
    expect(staged.key.rotation?.map((rotation) => rotation.id)).toEqual([staged.id]);
  });
});
