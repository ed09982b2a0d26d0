import { getEventListeners } from "node:events";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { BrikSync, isRotationInterrupted } from "../../src/index.ts";
import { catchError } from "../support/catch-error.ts";
import { makeDeferred } from "../support/deferred.ts";
import { type RequestHandling, startLosingProxy } from "../support/losing-proxy.ts";
import { type RealServer, startRealServer } from "../support/real-server.ts";
import {
  accepts,
  catchInterruption,
  countStarts,
  createSink,
  deliverTo,
  expectDone,
} from "../support/safe-rotation.ts";

let server: RealServer;
let client: BrikSync;

beforeAll(async () => {
  server = await startRealServer({ ROTATION_LEASE_SECONDS: "3", RATE_LIMIT_BURST: "100000" });
  client = new BrikSync({ baseUrl: server.url, accessToken: server.accessToken });
});

afterAll(() => server?.remove());

describe("a rotation with lost calls", () => {
  const names = ["list", "stage", "renew", "renew again", "verify", "renew last", "finish"];

  it.each(
    names.flatMap((name, index) =>
      (["lose-request", "lose-response"] as const).map((handling) => [handling, name, index] as const),
    ),
  )("K-01 C-09 succeeds after one %s of %s (call %i), with one rotation", async (handling, _name, index) => {
    const sink = await createSink(client);
    const proxy = await startLosingProxy(server.url, (_request, number) => (number === index ? handling : "pass"));
    const through = new BrikSync({ baseUrl: proxy.url, accessToken: server.accessToken });
    const result = await through.keys.rotateSafely(sink.id, deliverTo(sink));
    expect(result.isFinished).toBe(true);
    expect(proxy.requests).toHaveLength(names.length + 1);
    expect(await countStarts(client, sink.id)).toBe(1);
    const sent = proxy.requests.flatMap(({ headers }) => headers["idempotency-key"] ?? []);
    expect(new Set(sent).size).toBe(1);
    await expectDone(client, sink);
  });

  it.each(
    names.flatMap((name, index) =>
      (["lose-request", "lose-response"] as const).map((handling) => [handling, name, index] as const),
    ),
  )(
    "C-09 stops if the network fails permanently (%s from %s on, call %i), and a rerun completes it",
    async (handling, _name, index) => {
      const sink = await createSink(client);
      const proxy = await startLosingProxy(server.url, (_request, number) => (number >= index ? handling : "pass"));
      const through = new BrikSync({ baseUrl: proxy.url, accessToken: server.accessToken, maxRetries: 0 });
      const idempotencyKey = `lost-${handling}-${index}`;
      const error = await catchError(through.keys.rotateSafely(sink.id, { ...deliverTo(sink), idempotencyKey }));
      expect(error).toMatchObject({ type: "CONNECTION_FAILED" });
      expect(await accepts(client, sink.secret)).toBe(true);
      if (isRotationInterrupted(error)) {
        expect(error).toMatchObject({ keyId: sink.id, idempotencyKey, retryable: true, outcome: "unknown" });
        const step = ["prepare", "prepare", "deliver", "deliver", "verify", "finish", "finish"][index];
        expect(error.step).toBe(step);
        if (error.secrets !== "unknown") expect(await accepts(client, sink.old)).toBe(true);
      }
      const { isReplay } = await client.keys.rotateSafely(sink.id, { ...deliverTo(sink), idempotencyKey });
      expect(isReplay).toBe(index > 1 || (index === 1 && handling === "lose-response"));
      expect(await countStarts(client, sink.id)).toBe(1);
      await expectDone(client, sink);
    },
  );

  it.each([0, 2])(
    "C-09 repeats a finish that hangs (maxRetries: %i), and the late one changes nothing",
    async (maxRetries) => {
      const sink = await createSink(client);
      const late = makeDeferred();
      const finishes: string[] = [];
      const proxy = await startLosingProxy(server.url, ({ path, body }): RequestHandling => {
        if (!path.endsWith("/finish")) return "pass";
        return finishes.push(`${path} ${body}`) === 1 ? { late: late.promise } : "pass";
      });
      const through = new BrikSync({ baseUrl: proxy.url, accessToken: server.accessToken, maxRetries });
      await through.keys.rotateSafely(sink.id, deliverTo(sink));
      // The SDK repeats the same call with the same lease.
      expect(finishes).toHaveLength(2);
      expect(finishes[1]).toBe(finishes[0]);
      // Start another rotation, so that two secrets work. A late finish that has an effect would end one of them.
      const staged = await client.keys.rotate(sink.id, { mode: "staged" });
      const before = await client.keys.rotations.list(sink.id);
      late.resolve();
      await expect.poll(() => proxy.late.length).toBe(1);
      expect(proxy.late[0]).toBeGreaterThanOrEqual(200);
      expect(await client.keys.rotations.list(sink.id)).toEqual(before);
      expect(await accepts(client, sink.secret)).toBe(true);
      expect(await accepts(client, staged.clientSecret.reveal())).toBe(true);
    },
  );

  it("K-04 reports an unknown state if it cannot find out whether the old secret has ended", async () => {
    const sink = await createSink(client);
    const proxy = await startLosingProxy(server.url, (_request, number) => (number >= 6 ? "lose-response" : "pass"));
    const through = new BrikSync({ baseUrl: proxy.url, accessToken: server.accessToken, maxRetries: 0 });
    const error = await catchInterruption(through.keys.rotateSafely(sink.id, deliverTo(sink)));
    expect(error).toMatchObject({ step: "finish", secrets: "unknown", delivery: "done" });
    expect(error.standing).toBe("The new secret was delivered and works. The old secret may or may not work.");
    await expectDone(client, sink);
  });
});

describe("a rotation that its signal stops", () => {
  const moments = ["prepared", "delivering", "delivered", "verifying", "verified", "finishing"] as const;

  it.each(moments)("C-08 C-09 at %s keeps both secrets working, and a rerun completes it", async (moment) => {
    const sink = await createSink(client);
    const stop = new AbortController();
    const idempotencyKey = `stop-${moment}`;
    const error = await catchInterruption(
      client.keys.rotateSafely(sink.id, {
        ...deliverTo(sink),
        idempotencyKey,
        signal: stop.signal,
        onProgress: ({ kind }) => {
          if (kind === moment) stop.abort();
        },
      }),
    );
    expect(error).toMatchObject({ type: "ABORTED", keyId: sink.id, idempotencyKey, secrets: "both-work" });
    expect(error.rotationId).toMatch(/^[0-9a-f-]{36}$/);
    expect(error.delivery).toBe(moment === "prepared" ? "none" : moment === "delivering" ? "unknown" : "done");
    expect(await accepts(client, sink.old)).toBe(true);
    expect(await accepts(client, sink.secret)).toBe(true);
    expect(getEventListeners(stop.signal, "abort")).toHaveLength(0);
    const { isReplay, rotationId } = await client.keys.rotateSafely(sink.id, { ...deliverTo(sink), idempotencyKey });
    expect({ isReplay, rotationId }).toEqual({ isReplay: true, rotationId: error.rotationId });
    await expectDone(client, sink);
  });

  it("C-08 before it starts sends nothing", async () => {
    const sink = await createSink(client);
    const call = client.keys.rotateSafely(sink.id, { ...deliverTo(sink), signal: AbortSignal.abort() });
    expect(await catchError(call)).toMatchObject({ name: "AbortedError", outcome: "not-sent" });
    expect(await countStarts(client, sink.id)).toBe(0);
  });

  it("C-08 ends immediately, even if the delivery ignores the signal", async () => {
    const sink = await createSink(client);
    const stop = new AbortController();
    const deliver = (): Promise<void> => {
      setTimeout(() => stop.abort());
      return new Promise(() => {});
    };
    const call = client.keys.rotateSafely(sink.id, { deliver, signal: stop.signal });
    expect(await catchInterruption(call)).toMatchObject({ type: "ABORTED", step: "deliver", delivery: "unknown" });
  });

  it("C-08 while it waits for another run is not started", async () => {
    const sink = await createSink(client);
    await client.keys.rotate(sink.id, { mode: "staged" });
    const signal = AbortSignal.timeout(300);
    const call = client.keys.rotateSafely(sink.id, { ...deliverTo(sink), waitMs: 60_000, signal });
    expect(await catchError(call)).toMatchObject({ name: "AbortedError", type: "ABORTED", outcome: "not-sent" });
    expect(await countStarts(client, sink.id)).toBe(1);
  });
});
