import { getEventListeners } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { BrikSync } from "../../src/index.ts";
import { catchError } from "../support/catch-error.ts";
import { type RawServer, startRawServer, writeHttp } from "../support/raw-server.ts";
import { startRecordingServer } from "../support/recording-server.ts";

/** Servers that stop sending at a certain position of their response. */
const stalls: [string, () => Promise<RawServer>][] = [
  ["before the head", () => startRawServer(() => {})],
  ["in the head", () => startRawServer((socket) => socket.write("HTTP/1.1 200 OK\r\ncontent-ty"))],
  ["after the head", () => startRawServer((socket) => socket.write("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n"))],
  ["in the body", () => startRawServer((socket) => socket.write(writeHttp(200, "[]".padEnd(90)).slice(0, -50)))],
];

describe.each([
  ["undici", {}],
  ["fetch", { fetch: globalThis.fetch }],
])("over %s", (_, transport) => {
  it.each(stalls)(
    "K-03 ends a call at its timeout if the server stalls %s, and closes the socket",
    async (_place, start) => {
      const server = await start();
      const client = new BrikSync({ ...transport, baseUrl: server.url, accessToken: "token", timeoutMs: 300 });
      const startedMs = performance.now();
      const error = await catchError(client.keys.listPage());
      expect(performance.now() - startedMs).toBeGreaterThan(280);
      expect(error).toMatchObject({ name: "TimeoutError", type: "TIMEOUT", attempts: 1, retryable: true });
      expect(error.message).toBe("No response within 300 ms.");
      await expect.poll(() => server.sockets.size).toBe(0);
    },
  );

  it.each(stalls)("K-03 ends a call at its signal if the server stalls %s", async (_place, start) => {
    const server = await start();
    const client = new BrikSync({ ...transport, baseUrl: server.url, accessToken: "token" });
    const controller = new AbortController();
    const call = catchError(client.keys.listPage({}, { signal: controller.signal }));
    await expect.poll(() => server.requests.length).toBe(1);
    controller.abort("enough");
    const error = await call;
    expect(error).toMatchObject({ name: "AbortedError", type: "ABORTED", retryable: false, cause: "enough" });
    await expect.poll(() => server.sockets.size).toBe(0);
    expect(getEventListeners(controller.signal, "abort")).toHaveLength(0);
  });

  it("K-03 reports an unknown outcome for a create that times out", async () => {
    const server = await startRawServer(() => {});
    const client = new BrikSync({ ...transport, baseUrl: server.url, accessToken: "token", timeoutMs: 200 });
    const error = await catchError(client.keys.create({ name: "CRM" }));
    expect(error).toMatchObject({ name: "TimeoutError", outcome: "unknown", retryable: false });
    expect(error.idempotencyKey).toBeDefined();
  });

  it("K-03 sends nothing if the signal is already aborted", async () => {
    const server = await startRecordingServer(() => ({ json: [] }));
    const client = new BrikSync({ ...transport, baseUrl: server.url, accessToken: "token" });
    const error = await catchError(client.keys.listPage({}, { signal: AbortSignal.abort() }));
    expect(error).toMatchObject({ name: "AbortedError", outcome: "not-sent", attempts: 0 });
    expect(server.requests).toHaveLength(0);
  });

  it("K-03 ends the wait between attempts when the signal aborts", async () => {
    const server = await startRecordingServer(() => ({ status: 503, headers: { "retry-after": "20" } }));
    const client = new BrikSync({ ...transport, baseUrl: server.url, accessToken: "token" });
    const controller = new AbortController();
    const call = catchError(client.keys.listPage({}, { signal: controller.signal }));
    await expect.poll(() => server.requests.length).toBe(1);
    controller.abort();
    expect(await call).toMatchObject({ name: "AbortedError" });
    expect(server.requests).toHaveLength(1);
  });

  it("K-03 applies one timeout to all attempts and waits", async () => {
    const server = await startRecordingServer(async () => {
      await new Promise((resolve) => setTimeout(resolve, 150));
      return { status: 503 };
    });
    const client = new BrikSync({
      ...transport,
      baseUrl: server.url,
      accessToken: "token",
      timeoutMs: 400,
      maxRetries: 50,
    });
    const { type } = await catchError(client.keys.listPage());
    // The wait before a retry is random. If it does not fit into the remaining time, the last response is the error.
    expect(["TIMEOUT", "INVALID_RESPONSE"]).toContain(type);
    // With a separate timeout for each attempt, there would be 51 requests.
    expect(server.requests.length).toBeLessThan(5);
  });

  it("K-03 uses the timeout of the call instead of the client's", async () => {
    const server = await startRawServer(() => {});
    const client = new BrikSync({ ...transport, baseUrl: server.url, accessToken: "token", timeoutMs: 20_000 });
    const error = await catchError(client.keys.listPage({}, { timeoutMs: 100 }));
    expect(error.message).toBe("No response within 100 ms.");
  });

  it("K-03 does not time out if the response arrives in time, also beyond the range of a timer", async () => {
    const server = await startRecordingServer(async () => {
      await new Promise((resolve) => setTimeout(resolve, 50));
      return { json: [] };
    });
    for (const timeoutMs of [Number.POSITIVE_INFINITY, 2 ** 40]) {
      const client = new BrikSync({ ...transport, baseUrl: server.url, accessToken: "token", timeoutMs });
      expect((await client.keys.listPage()).items).toEqual([]);
    }
  });

  it("K-03 leaks no listener, timer or socket over 10,000 calls with one signal", { timeout: 120_000 }, async () => {
    const server = await startRecordingServer(() => ({ json: [] }));
    const client = new BrikSync({ ...transport, baseUrl: server.url, accessToken: "token" });
    const { signal } = new AbortController();
    let most = 0;
    let left = 10_000;
    const work = async (): Promise<void> => {
      while (left-- > 0) {
        await client.keys.listPage({}, { signal });
        if (left % 1000 === 0) most = Math.max(most, server.sockets.size);
      }
    };
    await Promise.all(Array.from({ length: 20 }, work));
    expect(server.requests).toHaveLength(10_000);
    expect(getEventListeners(signal, "abort")).toHaveLength(0);
    expect(process.getActiveResourcesInfo().filter((name) => name === "Timeout").length).toBeLessThan(100);
    // A pool may open a second socket just before the first becomes free. The number must not grow with the calls.
    expect(most).toBeLessThanOrEqual(40);
  });
});

it("K-03 applies the timeout to connecting: nothing is sent if a TLS handshake never ends", async () => {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  const client = new BrikSync({ baseUrl: `https://127.0.0.1:${port}`, accessToken: "token", timeoutMs: 300 });
  const error = await catchError(client.keys.create({ name: "CRM" }));
  expect(error).toMatchObject({ name: "TimeoutError", outcome: "not-sent", retryable: true });
});

it("K-03 has no unhandled rejection if a call times out while its session is loading", async () => {
  const unheard: unknown[] = [];
  const listen = (reason: unknown): void => void unheard.push(reason);
  process.on("unhandledRejection", listen);
  onTestFinished(() => void process.off("unhandledRejection", listen));
  let loads = 0;
  const store = {
    load: async () => {
      loads++;
      await new Promise((resolve) => setTimeout(resolve, 60));
      throw new Error("the keychain is locked");
    },
    save: async () => {},
  };
  const client = new BrikSync({ session: store });
  const before = await catchError(client.keys.listPage({}, { signal: AbortSignal.abort() }));
  expect(before).toMatchObject({ name: "AbortedError", attempts: 0 });
  expect(loads).toBe(0);
  const during = await catchError(client.keys.listPage({}, { timeoutMs: 20 }));
  expect(during).toMatchObject({ name: "TimeoutError", outcome: "not-sent", attempts: 0 });
  expect(loads).toBe(1);
  await new Promise((resolve) => setTimeout(resolve, 100));
  expect(unheard).toEqual([]);
});

it("K-03 refuses invalid timeouts", () => {
  for (const timeoutMs of [0, -1, Number.NaN, "5" as unknown as number]) {
    expect(() => new BrikSync({ timeoutMs })).toThrow("timeoutMs must be a number greater than 0.");
  }
});
