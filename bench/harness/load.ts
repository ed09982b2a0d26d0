import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import type { CredentialKind } from "../fixtures/credentials.ts";
import { readCpuMs, waitUntilIdle } from "./cpu-time.ts";
import type { ServerProcess } from "./server-process.ts";

/** The task of the load generator in one round. */
export interface LoadOrder {
  /** One server, or several among which the connections are divided evenly. */
  readonly urls: readonly string[];
  readonly credentials: CredentialKind;
  /** Number of credentials from which each request uses a random one. */
  readonly keyCount: number;
  readonly connections: number;
  readonly seconds: number;
}

/** A message of the load generator: first that it has sent requests, then its counts. */
export type LoadMessage =
  | { readonly kind: "started" }
  /** `failures` are responses other than 2xx, errors and timeouts. */
  | {
      readonly kind: "finished";
      readonly responses: number;
      readonly failures: number;
      readonly seconds: number;
      /** 99th percentile of the response time. With several servers, that of the slowest. */
      readonly p99Ms: number;
    };

/** The result of one round. CPU figures are null if the operating system does not report them. */
export interface LoadResult {
  readonly requestsPerSecond: number;
  readonly p99Ms: number;
  /** CPU time of the server per request, including deferred writes after the round. */
  readonly serverCpuMsPerRequest: number | null;
  /** Share of one core that the server and the generator used during the round. */
  readonly serverCores: number | null;
  readonly generatorCores: number | null;
}

/** The process that sends all requests of a bench. */
export interface LoadGenerator {
  /** Runs one round. Throws if any response is not 2xx, because such a round measures something else. */
  run(servers: readonly ServerProcess[], order: Omit<LoadOrder, "urls">): Promise<LoadResult>;
  stop(): Promise<void>;
}

const overheadMs = 60_000;
const settleTimeoutMs = 15_000;

async function receive(child: ChildProcess, timeoutMs: number): Promise<LoadMessage> {
  const [message] = (await once(child, "message", { signal: AbortSignal.timeout(timeoutMs) })) as [LoadMessage];
  return message;
}

/** Returns the increase per unit, or null if a reading is null. */
function rate(before: number | null, after: number | null, units: number): number | null {
  return before === null || after === null ? null : (after - before) / units;
}

/** Returns the total CPU time of the servers, or null if the operating system does not report it. */
function readAllCpuMs(servers: readonly ServerProcess[]): number | null {
  const times = servers.map((server) => readCpuMs(server.pid));
  return times.reduce<number | null>((sum, time) => (sum === null || time === null ? null : sum + time), 0);
}

/** Starts the process of the load generator. */
export function startLoadGenerator(): LoadGenerator {
  const child = fork(new URL("../processes/load-generator.ts", import.meta.url), {
    env: { PATH: process.env["PATH"] },
  });
  const ended = once(child, "exit");
  const pid = child.pid ?? 0;
  return {
    run: async (servers, order) => {
      const urls = servers.map(({ url }) => url);
      child.send({ ...order, urls } satisfies LoadOrder);
      await receive(child, overheadMs);
      const serverBefore = readAllCpuMs(servers);
      const generatorBefore = readCpuMs(pid);
      const result = await receive(child, order.seconds * 1000 + overheadMs);
      if (result.kind !== "finished") throw new Error("The load generator started twice.");
      const serverAfter = readAllCpuMs(servers);
      const generatorAfter = readCpuMs(pid);
      const { responses, failures, seconds, p99Ms } = result;
      if (failures > 0) throw new Error(`${urls.join(", ")} failed ${failures} of ${responses + failures} requests.`);
      for (const server of servers) await waitUntilIdle(server.pid, settleTimeoutMs);
      return {
        requestsPerSecond: responses / seconds,
        p99Ms,
        serverCpuMsPerRequest: rate(serverBefore, readAllCpuMs(servers), responses),
        serverCores: rate(serverBefore, serverAfter, seconds * 1000),
        generatorCores: rate(generatorBefore, generatorAfter, seconds * 1000),
      };
    },
    stop: async () => {
      if (child.connected) child.disconnect();
      await ended;
    },
  };
}
