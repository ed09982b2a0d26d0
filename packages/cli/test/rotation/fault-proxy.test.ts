import { connect, createServer, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";
import { describe, expect, it, onTestFinished } from "vitest";
import { type Fault, type FaultProxy, type ProxyPlan, startFaultProxy } from "../support/fault-proxy.ts";
import { readHttpFrame } from "../support/http-frame.ts";

const pass: ProxyPlan = { decide: () => ({ kind: "pass" }) };

function writeMessage(startLine: string, body: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`${startLine}\r\nContent-Length: ${body.length}\r\n\r\n`, "latin1"), body]);
}

const request = writeMessage("POST /keys HTTP/1.1", Buffer.from("what is asked"));
const response = writeMessage("HTTP/1.1 200 OK", Buffer.from("what is answered"));

/** Sends bytes in parts of the given lengths. */
async function sendParts(socket: Socket, bytes: Buffer, lengths: readonly number[]): Promise<void> {
  let rest = bytes;
  for (const length of lengths) {
    if (rest.length === 0 || socket.destroyed) return;
    socket.write(rest.subarray(0, length));
    rest = rest.subarray(length);
    await sleep(0);
  }
  if (rest.length > 0 && !socket.destroyed) socket.write(rest);
}

interface Server {
  readonly url: string;
  /** The bytes that each connection sent. */
  readonly received: Buffer[];
  /** Complete messages. */
  readonly whole: Buffer[];
}

/** Starts a server that sends the next of these responses for each complete request. */
async function startServer(responses: readonly Buffer[], lengths: readonly number[] = []): Promise<Server> {
  const received: Buffer[] = [];
  const whole: Buffer[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    const place = received.push(Buffer.alloc(0)) - 1;
    let waiting = Buffer.alloc(0);
    socket.on("error", () => undefined);
    socket.on("data", async (chunk) => {
      received[place] = Buffer.concat([received[place] ?? Buffer.alloc(0), chunk]);
      waiting = Buffer.concat([waiting, chunk]);
      const length = readHttpFrame(waiting)?.length ?? Number.POSITIVE_INFINITY;
      if (waiting.length < length) return;
      const index = whole.push(waiting.subarray(0, length)) - 1;
      waiting = waiting.subarray(length);
      await sendParts(socket, responses[index % responses.length] ?? response, lengths);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return { url: `http://127.0.0.1:${address.port}`, received, whole };
}

async function startProxy(server: Server, plan: ProxyPlan): Promise<FaultProxy> {
  const proxy = await startFaultProxy(server.url, plan);
  onTestFinished(() => proxy.stop());
  return proxy;
}

interface Client {
  readonly socket: Socket;
  /** Returns the bytes received so far. */
  received(): Buffer;
  /** Resolves when the other side has closed the connection. */
  readonly ended: Promise<void>;
}

function openClient({ url }: FaultProxy): Client {
  const socket = connect(Number(new URL(url).port), "127.0.0.1");
  onTestFinished(() => void socket.destroy());
  let bytes = Buffer.alloc(0);
  socket.on("data", (chunk) => {
    bytes = Buffer.concat([bytes, chunk]);
  });
  socket.on("error", () => undefined);
  return {
    socket,
    received: () => bytes,
    ended: new Promise((resolve) => {
      socket.on("close", () => resolve());
    }),
  };
}

/** Sends one request through a proxy with this fault. */
async function callWith(fault: Fault): Promise<{ server: Server; proxy: FaultProxy; client: Client }> {
  const server = await startServer([response]);
  const proxy = await startProxy(server, { decide: () => fault });
  const client = openClient(proxy);
  client.socket.write(request);
  return { server, proxy, client };
}

describe("the fault proxy", () => {
  it("forwards all bytes unchanged in both directions if there is no fault, in chunks of any size", async () => {
    const body = fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from(bytes));
    const lengths = fc.array(fc.integer({ min: 1, max: 200 }), { maxLength: 6 });
    const exchange = fc.record({ question: body, reply: body });
    await fc.assert(
      fc.asyncProperty(
        fc.array(exchange, { minLength: 1, maxLength: 4 }),
        lengths,
        lengths,
        async (exchanges, up, down) => {
          const questions = exchanges.map(({ question }) => writeMessage("POST /a HTTP/1.1", question));
          const replies = exchanges.map(({ reply }) => writeMessage("HTTP/1.1 200 OK", reply));
          const server = await startServer(replies, down);
          const proxy = await startProxy(server, pass);
          const client = openClient(proxy);
          let expected = 0;
          for (const [index, question] of questions.entries()) {
            await sendParts(client.socket, question, up);
            expected += replies[index]?.length ?? 0;
            await expect.poll(() => client.received().length, { interval: 1 }).toBe(expected);
          }
          expect(client.received().equals(Buffer.concat(replies))).toBe(true);
          expect(server.received.map((bytes) => bytes.toString("hex"))).toEqual([
            Buffer.concat(questions).toString("hex"),
          ]);
          expect(proxy.requests.map(({ index }) => index)).toEqual(questions.map((_, index) => index));
          client.socket.destroy();
        },
      ),
      { numRuns: 25 },
    );
  }, 120_000);

  it("cuts a request after any number of bytes, and the server receives exactly these", async () => {
    for (let afterBytes = 0; afterBytes < request.length; afterBytes += 3) {
      const { server, client } = await callWith({ kind: "cut-request", afterBytes });
      await client.ended;
      await expect
        .poll(() => server.received[0]?.toString() ?? "", { interval: 1 })
        .toBe(request.toString("latin1", 0, afterBytes));
      expect(server.whole).toEqual([]);
      expect(client.received()).toHaveLength(0);
    }
  });

  it("cuts a response after any number of bytes, and the client receives exactly these", async () => {
    for (let afterBytes = 0; afterBytes <= response.length; afterBytes += 3) {
      const { server, client } = await callWith({ kind: "cut-response", afterBytes });
      await client.ended;
      expect(client.received().toString()).toBe(response.toString("latin1", 0, afterBytes));
      expect(server.whole).toHaveLength(1);
    }
  });

  it("loses only the response if the request is cut after its last byte", async () => {
    const { server, client } = await callWith({ kind: "cut-request", afterBytes: request.length });
    await client.ended;
    await expect.poll(() => server.whole.length).toBe(1);
    expect(client.received()).toHaveLength(0);
  });

  it("delays a request or response until the client disconnects", async () => {
    for (const [kind, arrived] of [
      ["stall-request", 0],
      ["stall-response", 1],
    ] as const) {
      const { server, client } = await callWith({ kind, afterBytes: 5 });
      await expect.poll(() => server.received[0]?.length ?? 0).toBeGreaterThan(4);
      await sleep(30);
      expect(server.whole).toHaveLength(arrived);
      expect(client.received()).toHaveLength(arrived * 5);
      expect(client.socket.readyState).toBe("open");
      client.socket.destroy();
    }
  });

  it("delivers a late request after it has closed the client's connection", async () => {
    let release = (): void => undefined;
    const until = new Promise<void>((resolve) => {
      release = resolve;
    });
    const { server, client, proxy } = await callWith({ kind: "late", until });
    await client.ended;
    expect(client.received()).toHaveLength(0);
    expect(server.whole).toEqual([]);
    release();
    await proxy.stop();
    expect(server.whole.map(String)).toEqual([String(request)]);
  });

  it("calls the plan at each point of each request, and waits for it", async () => {
    const server = await startServer([response]);
    const points: string[] = [];
    const note =
      (point: string) =>
      async ({ index, path }: { index: number; path: string }) => {
        await sleep(10);
        points.push(`${point} ${index} ${path}: ${server.whole.length} whole, ${client.received().length > 0}`);
      };
    const proxy = await startProxy(server, {
      decide: async (passing) => {
        await note("decide")(passing);
        return passing.index === 1 ? { kind: "cut-response", afterBytes: 0 } : { kind: "pass" };
      },
      beforeResponse: note("before"),
      afterResponse: note("after"),
    });
    const client = openClient(proxy);
    client.socket.write(request);
    await expect.poll(() => points.length).toBe(3);
    client.socket.write(request);
    await client.ended;
    expect(points).toEqual([
      "decide 0 /keys: 0 whole, false",
      "before 0 /keys: 1 whole, false",
      "after 0 /keys: 1 whole, true",
      "decide 1 /keys: 1 whole, true",
      "before 1 /keys: 2 whole, true",
    ]);
  });

  it("closes the client's connection if the server is unreachable", async () => {
    const proxy = await startFaultProxy("http://127.0.0.1:9", pass);
    const client = openClient(proxy);
    client.socket.write(request);
    await client.ended;
    await proxy.stop();
  });
});
