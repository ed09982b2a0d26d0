import autocannon from "autocannon";
import { makeCredential } from "../fixtures/credentials.ts";
import type { LoadMessage, LoadOrder } from "../harness/load.ts";

/**
 * How many requests each connection has ready, each with a key of its own draw; then it begins again. With 50 connections
 * a round goes through 50,000 draws.
 */
const requestsPerConnection = 1000;
const timeoutSeconds = 10;
const sampleIntervalMs = 100;

function tell(message: LoadMessage): void {
  process.send?.(message);
}

/** What one server answered. */
interface Count {
  readonly answers: number;
  readonly failures: number;
  readonly p99Ms: number;
}

/** Loads one server; `onStart` is called when its first requests are on their way. */
function load(order: LoadOrder, url: string, connections: number, onStart: () => void): Promise<Count> {
  const drawRequest = (): autocannon.Request => {
    const credential = makeCredential(order.credentials, Math.floor(Math.random() * order.keyCount));
    return { headers: { authorization: `Bearer ${credential}` } };
  };
  // autocannon counts in whole milliseconds, which is coarse for a server that answers within a few.
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
          answers: result["2xx"],
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
    tell({ kind: "started" });
  };
  const connections = Math.ceil(order.connections / order.urls.length);
  const counts = await Promise.all(order.urls.map((url) => load(order, url, connections, start)));
  tell({
    kind: "finished",
    answers: counts.reduce((sum, { answers }) => sum + answers, 0),
    failures: counts.reduce((sum, { failures }) => sum + failures, 0),
    seconds: (performance.now() - startedAt) / 1000,
    p99Ms: Math.max(...counts.map(({ p99Ms }) => p99Ms)),
  });
}

process.on("message", (order: LoadOrder) => void run(order));
process.on("disconnect", () => process.exit());
