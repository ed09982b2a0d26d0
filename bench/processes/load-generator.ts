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

async function run({ url, credentials, keyCount, connections, seconds }: LoadOrder): Promise<void> {
  const drawRequest = (): autocannon.Request => {
    const credential = makeCredential(credentials, Math.floor(Math.random() * keyCount));
    return { headers: { authorization: `Bearer ${credential}` } };
  };
  await new Promise<void>((resolve, reject) => {
    let startedAt = 0;
    const instance = autocannon(
      {
        url,
        connections,
        duration: seconds,
        timeout: timeoutSeconds,
        sampleInt: sampleIntervalMs,
        setupClient: (client) => client.setRequests(Array.from({ length: requestsPerConnection }, drawRequest)),
      },
      (error, result) => {
        if (error !== null) return reject(error);
        tell({
          kind: "finished",
          answers: result["2xx"],
          failures: result.non2xx + result.errors + result.timeouts,
          seconds: (performance.now() - startedAt) / 1000,
        });
        resolve();
      },
    );
    instance.on("start", () => {
      startedAt = performance.now();
      tell({ kind: "started" });
    });
  });
}

process.on("message", (order: LoadOrder) => void run(order));
process.on("disconnect", () => process.exit());
