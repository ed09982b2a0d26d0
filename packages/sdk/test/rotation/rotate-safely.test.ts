import { getEventListeners } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { inspect } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { BrikSync, type RotateSafelyOptions, type RotationProgress } from "../../src/index.ts";
import { catchError } from "../support/catch-error.ts";
import { startLosingProxy } from "../support/losing-proxy.ts";
import { type RealServer, startRealServer } from "../support/real-server.ts";
import {
  accepts,
  catchInterruption,
  createSink,
  deliverTo,
  describeSecrets,
  expectDone,
} from "../support/safe-rotation.ts";

const leaseSeconds = 3;

let server: RealServer;
let client: BrikSync;

beforeAll(async () => {
  server = await startRealServer({ ROTATION_LEASE_SECONDS: String(leaseSeconds), RATE_LIMIT_BURST: "100000" });
  client = new BrikSync({ baseUrl: server.url, accessToken: server.accessToken });
});

afterAll(() => server?.remove());

describe("a successful rotation", () => {
  it("C-09 starts, delivers, verifies and finishes, and the delivered secret always works", async () => {
    const sink = await createSink(client);
    const steps: RotationProgress[] = [];
    let isRunning = true;
    const watch = (async () => {
      let refused = 0;
      while (isRunning) if (!(await accepts(client, sink.secret))) refused++;
      return refused;
    })();
    const result = await client.keys.rotateSafely(sink.id, {
      ...deliverTo(sink),
      onProgress: (step) => steps.push(step),
    });
    isRunning = false;
    expect(await watch).toBe(0);
    expect(result).toMatchObject({
      isReplay: false,
      deliveries: 1,
      isFinished: true,
      key: { id: sink.id, rotation: null },
    });
    const { rotationId } = result;
    expect(steps).toEqual([
      { kind: "prepared", rotationId, isReplay: false, expiresOn: expect.stringMatching(/Z$/) },
      { kind: "delivering", delivery: 1 },
      { kind: "delivered", delivery: 1 },
      { kind: "verifying" },
      { kind: "verified" },
      { kind: "finishing" },
    ]);
    await expectDone(client, sink);
  });

  it("C-09 passes its lease at every renewal except the first, and at the finish", async () => {
    const sink = await createSink(client);
    const proxy = await startLosingProxy(server.url, () => "pass");
    const through = new BrikSync({ baseUrl: proxy.url, accessToken: server.accessToken });
    const given: string[] = [];
    const renew = through.keys.rotations.renew.bind(through.keys.rotations);
    through.keys.rotations.renew = async (...input) => {
      const lease = await renew(...input);
      given.push(lease.leaseExpiresOn);
      return lease;
    };
    await through.keys.rotateSafely(sink.id, deliverTo(sink));
    const posts = proxy.requests.filter(({ method }) => method === "POST");
    expect(posts.map(({ path }) => path.split("/").at(-1))).toEqual(["rotate", "renew", "renew", "renew", "finish"]);
    const named = posts.slice(1).map(({ body }) => JSON.parse(body).leaseExpiresOn as string | undefined);
    // Each renewal names the lease of the previous response, and the finish names the lease of the last renewal.
    expect(given).toHaveLength(3);
    expect(new Set(given).size).toBe(3);
    expect(named).toEqual([undefined, ...given]);
  });

  it("applies the grace period to the old secret, and passes its options to the server", async () => {
    const sink = await createSink(client);
    let remainingMs = 0;
    let serverMs = 0;
    await client.keys.rotateSafely(sink.id, {
      deliver: async ({ keyId, rotationId, clientId, clientSecret }, context) => {
        expect(keyId).toBe(sink.id);
        expect((await client.keys.get(keyId)).rotation?.map(({ id }) => id)).toEqual([rotationId]);
        expect(clientId).toMatch(/^api_/);
        remainingMs = context.leaseRemainingMs;
        serverMs = context.serverTime.getTime();
        expect(context.signal.aborted).toBe(false);
        sink.secret = clientSecret.reveal();
      },
      verify: async ({ clientSecret }) => expect(await accepts(client, clientSecret.reveal())).toBe(true),
      beforeFinish: async ({ keyId }) => {
        expect(describeSecrets(await client.keys.rotations.list(keyId))).toBe("current pending");
      },
      graceSeconds: 600,
    });
    expect(remainingMs).toBeGreaterThan(leaseSeconds * 1000 * 0.5);
    expect(remainingMs).toBeLessThanOrEqual(leaseSeconds * 1000 * 0.75);
    expect(Math.abs(serverMs - Date.now())).toBeLessThan(2_000);
    expect(describeSecrets(await client.keys.rotations.list(sink.id))).toBe("current retiring");
    expect(await accepts(client, sink.old)).toBe(true);
  });

  it("stops before the finish with finish: false, and both secrets work", async () => {
    const sink = await createSink(client);
    const result = await client.keys.rotateSafely(sink.id, { ...deliverTo(sink), verify: false, finish: false });
    expect(result).toMatchObject({ isFinished: false, deliveries: 1 });
    expect(describeSecrets(await client.keys.rotations.list(sink.id))).toBe("current pending");
    await client.keys.rotations.finish(sink.id, result.rotationId);
    await expectDone(client, sink);
  });

  it("accepts a correct secret that is not allowed from this machine", async () => {
    const sink = await createSink(client);
    await client.keys.allowIp(sink.id, { cidr: "203.0.113.0/24" });
    const steps: RotationProgress[] = [];
    await client.keys.rotateSafely(sink.id, { ...deliverTo(sink), onProgress: (step) => steps.push(step) });
    expect(steps).toContainEqual({ kind: "verified", refusedFor: "IP_NOT_ALLOWED" });
  });

  it("renews the lease during a long delivery, and removes its listeners from the signal", async () => {
    const sink = await createSink(client);
    const { signal } = new AbortController();
    const result = await client.keys.rotateSafely(sink.id, {
      deliver: async ({ clientSecret }, context) => {
        await sleep(leaseSeconds * 1000 + 500);
        context.signal.throwIfAborted();
        sink.secret = clientSecret.reveal();
      },
      signal,
    });
    expect(result.deliveries).toBe(1);
    expect(getEventListeners(signal, "abort")).toHaveLength(0);
    await expectDone(client, sink);
  });
});

describe("failures of the caller's functions", () => {
  it.each(["deliver", "verify", "beforeFinish"] as const)("C-09 ends nothing when %s throws", async (name) => {
    const sink = await createSink(client);
    const fault = new Error("disk full");
    const options = { ...deliverTo(sink), [name]: () => Promise.reject(fault) };
    const error = await catchInterruption(client.keys.rotateSafely(sink.id, options));
    expect(error).toMatchObject({ type: "ROTATION_INTERRUPTED", secrets: "both-work", cause: fault, retryable: true });
    expect(error.step).toBe(name === "beforeFinish" ? "drain" : name);
    expect(error.delivery).toBe(name === "deliver" ? "unknown" : "done");
    expect(error.reason).toMatch(/: disk full\.$/);
    expect(await accepts(client, sink.old)).toBe(true);
    expect(await accepts(client, sink.secret)).toBe(true);
    await client.keys.rotateSafely(sink.id, { ...deliverTo(sink), idempotencyKey: error.idempotencyKey });
    await expectDone(client, sink);
  });

  it("K-04 shows neither the secret nor the idempotency key, even if the error of the delivery contains them", async () => {
    const sink = await createSink(client);
    const texts: string[] = [];
    const error = await catchInterruption(
      client.keys.rotateSafely(sink.id, {
        deliver: async ({ clientSecret }) => {
          texts.push(clientSecret.reveal());
          throw new Error(`curl -d ${clientSecret.reveal()} failed\u001b[2J`);
        },
      }),
    );
    texts.push(error.idempotencyKey);
    for (const text of texts) {
      expect(error.message).not.toContain(text);
      expect(JSON.stringify(error)).not.toContain(text);
      expect(inspect(error, { depth: 9 })).not.toContain(text);
      expect(inspect(structuredClone(error), { depth: 9 })).not.toContain(text);
    }
    expect(error.cause).toBeInstanceOf(Error);
    expect(error.message).not.toContain("\u001b");
    expect(error.message).toContain("The new secret was not delivered: curl -d [redacted] failed");
    expect(error.message).toContain("The old and the new secret both work.");
    expect(error.message).toContain("call rotateSafely again with the same idempotencyKey");
  });

  it("refuses invalid options before anything is sent", async () => {
    const { keys } = client;
    const wrong = [
      {},
      { deliver: "x" },
      { deliver: async () => {}, waitMs: -1 },
      { deliver: async () => {}, waitMs: "5" },
    ];
    for (const options of wrong) {
      const call = keys.rotateSafely("k1", options as unknown as RotateSafelyOptions);
      expect(await catchError(call)).toMatchObject({ name: "ConfigurationError" });
    }
  });

  it("ignores errors of a listener", async () => {
    const sink = await createSink(client);
    const onProgress = (): never => {
      throw new Error("listener");
    };
    await client.keys.rotateSafely(sink.id, { ...deliverTo(sink), onProgress });
    await expectDone(client, sink);
  });
});
