import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  BrikSync,
  type RotateSafelyOptions,
  type RotationInterruptedError,
  type RotationProgress,
} from "../../src/index.ts";
import { catchError } from "../support/catch-error.ts";
import { makeDeferred } from "../support/deferred.ts";
import { startLosingProxy } from "../support/losing-proxy.ts";
import { type RealServer, startRealServer } from "../support/real-server.ts";
import {
  accepts,
  catchInterruption,
  countStarts,
  createSink,
  deliverTo,
  expectDone,
  type Sink,
} from "../support/safe-rotation.ts";

const leaseSeconds = 3;

let server: RealServer;
let client: BrikSync;

beforeAll(async () => {
  server = await startRealServer({ ROTATION_LEASE_SECONDS: String(leaseSeconds), RATE_LIMIT_BURST: "100000" });
  client = new BrikSync({ baseUrl: server.url, accessToken: server.accessToken });
});

afterAll(() => server?.remove());

describe("two runs of one key", () => {
  it("C-08 lets one run continue and tells the other who holds the lease", async () => {
    const sink = await createSink(client);
    const hasStarted = makeDeferred();
    const go = makeDeferred();
    const first = client.keys.rotateSafely(sink.id, {
      deliver: async ({ clientSecret }) => {
        hasStarted.resolve();
        await go.promise;
        sink.secret = clientSecret.reveal();
      },
    });
    await hasStarted.promise;
    const error = await catchError(client.keys.rotateSafely(sink.id, deliverTo(sink)));
    expect(error).toMatchObject({ type: "ROTATION_IN_PROGRESS", outcome: "rejected", retryable: true });
    expect(error.retryAfterSeconds).toBeGreaterThan(0);
    go.resolve();
    await first;
    await expectDone(client, sink);
  });

  it("C-08 lets the other run wait, and both succeed", async () => {
    const sink = await createSink(client);
    const waits: RotationProgress[] = [];
    const slow = async (): Promise<void> => {
      await client.keys.rotateSafely(sink.id, {
        deliver: async ({ clientSecret }) => {
          await sleep(300);
          sink.secret = clientSecret.reveal();
        },
        waitMs: 20_000,
        onProgress: (step) => step.kind === "waiting" && waits.push(step),
      });
    };
    await Promise.all([slow(), slow(), slow()]);
    expect(waits.length).toBeGreaterThan(0);
    expect(waits[0]).toMatchObject({ holder: { startedBy: "ada@partner.com" }, delayMs: expect.any(Number) });
    await expectDone(client, sink);
  });

  it("C-09 shares one rotation between two runs with the same idempotencyKey", async () => {
    const sink = await createSink(client);
    const both = { ...deliverTo(sink), idempotencyKey: "twins" };
    await Promise.all([client.keys.rotateSafely(sink.id, both), client.keys.rotateSafely(sink.id, both)]);
    expect(await countStarts(client, sink.id)).toBe(1);
    await expectDone(client, sink);
    const third = await client.keys.rotateSafely(sink.id, both);
    expect(third).toMatchObject({ isReplay: true, deliveries: 0, isFinished: true });
  });

  /** Starts a run whose renewals are lost during its delivery. To the server, the run seems to stall. */
  async function startStalling(sink: Sink, options: Partial<RotateSafelyOptions> = {}) {
    const stalled = makeDeferred();
    const go = makeDeferred();
    let isStalled = false;
    const proxy = await startLosingProxy(server.url, () => (isStalled ? "lose-request" : "pass"));
    const through = new BrikSync({ baseUrl: proxy.url, accessToken: server.accessToken, maxRetries: 0 });
    const steps: RotationProgress[] = [];
    const aborts: boolean[] = [];
    const run = through.keys.rotateSafely(sink.id, {
      deliver: async ({ clientSecret }, { signal }) => {
        if (steps.filter(({ kind }) => kind === "delivering").length === 1) {
          isStalled = true;
          stalled.resolve();
          await go.promise;
          isStalled = false;
          aborts.push(signal.aborted);
          signal.throwIfAborted();
        }
        sink.secret = clientSecret.reveal();
      },
      onProgress: (step) => steps.push(step),
      ...options,
    });
    const settled = run.then(
      (result) => ({ result }),
      (error: unknown) => ({ error }),
    );
    await stalled.promise;
    return { settled, go, steps, aborts };
  }

  it("C-09 stops a delivery whose lease expired, and delivers again if no other run held it", async () => {
    const sink = await createSink(client);
    const { settled, go, steps, aborts } = await startStalling(sink);
    await sleep(leaseSeconds * 1000);
    go.resolve();
    expect(await settled).toMatchObject({ result: { deliveries: 2, isFinished: true } });
    expect(aborts).toEqual([true]);
    expect(steps).toContainEqual({ kind: "lease-lost", reason: "expired" });
    await expectDone(client, sink);
  });

  it("C-09 never ends the secret of another run that finished in between", async () => {
    const sink = await createSink(client);
    const { settled, go } = await startStalling(sink);
    await client.keys.rotateSafely(sink.id, { ...deliverTo(sink), waitMs: 20_000 });
    const delivered = sink.secret;
    go.resolve();
    const { error } = (await settled) as { error: RotationInterruptedError };
    expect(error).toMatchObject({ type: "IDEMPOTENCY_SUPERSEDED", secrets: "superseded", retryable: false });
    expect(sink.secret).toBe(delivered);
    await expectDone(client, sink);
  });

  it("C-09 delivers again after another run held the lease and stopped", async () => {
    const sink = await createSink(client);
    const { settled, go, steps } = await startStalling(sink, { waitMs: 20_000 });
    const dead = client.keys.rotateSafely(sink.id, {
      ...deliverTo(sink),
      waitMs: 20_000,
      beforeFinish: () => Promise.reject(new Error("killed")),
    });
    expect(await catchInterruption(dead)).toMatchObject({ step: "drain" });
    const between = sink.secret;
    go.resolve();
    expect(await settled).toMatchObject({ result: { deliveries: 2 } });
    expect(steps.map(({ kind }) => kind)).toContain("waiting");
    expect(sink.secret).not.toBe(between);
    await expectDone(client, sink);
  });

  it("C-09 reports the other rotation if it may not wait", async () => {
    const sink = await createSink(client);
    const { settled, go } = await startStalling(sink);
    await sleep(leaseSeconds * 1000);
    const other = await client.keys.rotate(sink.id, { mode: "staged" });
    go.resolve();
    const { error } = (await settled) as { error: RotationInterruptedError };
    expect(error).toMatchObject({ type: "ROTATION_IN_PROGRESS", secrets: "both-work", delivery: "unknown" });
    expect(error.holder).toMatchObject({ rotationId: other.id, startedBy: "ada@partner.com" });
    expect(error.advice).toContain(`Rotation "${other.id}" blocks this one.`);
  });

  it("C-09 stops without ending a secret if a takeover happens during the delivery", async () => {
    const sink = await createSink(client);
    const error = await catchInterruption(
      client.keys.rotateSafely(sink.id, {
        deliver: async (_secret, { holdLease }) => {
          await client.keys.rotate(sink.id, { mode: "staged", takeOver: true });
          await holdLease();
        },
      }),
    );
    expect(error).toMatchObject({ step: "deliver", type: "ROTATION_IN_PROGRESS", secrets: "both-work" });
    expect(await accepts(client, sink.old)).toBe(true);
  });

  it("C-09 reports an immediate rotation or revocation in between as superseded", async () => {
    const sink = await createSink(client);
    const rotate = async (): Promise<void> => {
      sink.secret = (await client.keys.rotate(sink.id)).clientSecret.reveal();
    };
    const replaced = await catchInterruption(client.keys.rotateSafely(sink.id, { deliver: rotate }));
    expect(replaced).toMatchObject({ step: "verify", secrets: "superseded", retryable: false });
    expect(replaced.standing).toContain("The rotation was finished, aborted or replaced");
    await expectDone(client, sink);
    const unverified = { deliver: rotate, verify: false } as const;
    const unnoticed = await catchInterruption(client.keys.rotateSafely(sink.id, unverified));
    expect(unnoticed).toMatchObject({ step: "deliver", type: "IDEMPOTENCY_SUPERSEDED", secrets: "superseded" });
    const revoke = async (): Promise<void> => {
      await client.keys.revoke(sink.id);
    };
    const revoked = await catchInterruption(client.keys.rotateSafely(sink.id, { deliver: revoke, verify: false }));
    expect(revoked).toMatchObject({ type: "KEY_REVOKED", status: 409, secrets: "superseded" });
  });
});
