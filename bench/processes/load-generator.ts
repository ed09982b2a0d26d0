import autocannon from "autocannon";
import { makeCredential } from "../fixtures/credentials.ts";
import type { LoadMessage, LoadOrder } from "../harness/load.ts";

/**
 * Number of requests that each connection prepares, each with a random key. After the last one, it starts again. With
 * 50 connections, there are 50,000 random keys.
 */
const requestsPerConnection = 1000;
const timeoutSeconds = 10;
const sampleIntervalMs = 100;

function send(message: LoadMessage): void {
  process.send?.(message);
}

/** The counts of one server. */
interface Count {
  readonly responses: number;
  readonly failures: number;
  readonly p99Ms: number;
}

/** Loads one server. Calls `onStart` when the first requests are sent. */
function load(order: LoadOrder, url: string, connections: number, onStart: () => void): Promise<Count> {
  const drawRequest = (): autocannon.Request => {
    const credential = makeCredential(order.credentials, Math.floor(Math.random() * order.keyCount));
    return { headers: { authorization: `Bearer ${credential}` } };
  };
  // autocannon counts whole milliseconds, which is coarse for a server that responds within a few.
  const times: number[] = [];
  return new Promise((resolve, reject) => {
    const instance = autocannon(
      {
        url,
        connections,
        duration: order.seconds,
        timeout: timeoutSeconds,
        sampleInt: sampleIntervalMs,
        setupClient: (client) => client.setRequests(Array.from({ length: requestsPerConnection }, drawRequest)),
      },
      (error, result) => {
        if (error !== null) return reject(error);
        times.sort((a, b) => a - b);
        resolve({
          responses: result["2xx"],
          failures: result.non2xx + result.errors + result.timeouts,
          p99Ms: times[Math.floor(times.length * 0.99)] ?? 0,
        });
      },
    );
    instance.on("start", onStart);
    instance.on("response", (_client, _statusCode, _bytes, timeMs) => times.push(timeMs));
  });
}

async function run(order: LoadOrder): Promise<void> {
  let startedAt = 0;
  const start = (): void => {
    if (startedAt > 0) return;
    startedAt = performance.now();
    send({ kind: "started" });
  };
  const connections = Math.ceil(order.connections / order.urls.length);
  const counts = await Promise.all(order.urls.map((url) => load(order, url, connections, start)));
  send({
    kind: "finished",
    responses: counts.reduce((sum, { responses }) => sum + responses, 0),
    failures: counts.reduce((sum, { failures }) => sum + failures, 0),
    seconds: (performance.now() - startedAt) / 1000,
    p99Ms: Math.max(...counts.map(({ p99Ms }) => p99Ms)),
  });
}

process.on("message", (order: LoadOrder) => void run(order));
process.on("disconnect", () => process.exit());
