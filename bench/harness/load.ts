import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import type { CredentialKind } from "../fixtures/credentials.ts";
import { readCpuMs, waitUntilIdle } from "./cpu-time.ts";
import type { ServerProcess } from "./server-process.ts";

/** What the load generator is to do in one round. */
export interface LoadOrder {
  /** One server, or several that share the connections evenly. */
  readonly urls: readonly string[];
  readonly credentials: CredentialKind;
  /** Credentials are drawn at random from so many. */
  readonly keyCount: number;
  readonly connections: number;
  readonly seconds: number;
}

/** What the load generator says: that requests are on their way, then what it counted. */
export type LoadMessage =
  | { readonly kind: "started" }
  /** `failures` are answers other than 2xx, errors and timeouts. */
  | {
      readonly kind: "finished";
      readonly answers: number;
      readonly failures: number;
      readonly seconds: number;
      /** Time to answer that 99 of 100 requests kept within; over several servers that of the slowest. */
      readonly p99Ms: number;
    };

/** One round against one server, or several that share it. CPU figures are null where the system does not tell. */
export interface LoadResult {
  readonly requestsPerSecond: number;
  readonly p99Ms: number;
  /** CPU time of the server per request; writes it put off until after the round are included. */
  readonly serverCpuMsPerRequest: number | null;
  /** How much of one core the server and the generator used during the round. */
  readonly serverCores: number | null;
  readonly generatorCores: number | null;
}

/** The one process that all requests of a bench come from. */
export interface LoadGenerator {
  /** Runs one round. Throws when a single request was not answered with 2xx: such a round measures something else. */
  run(servers: readonly ServerProcess[], order: Omit<LoadOrder, "urls">): Promise<LoadResult>;
  stop(): Promise<void>;
}

const overheadMs = 60_000;
const settleTimeoutMs = 15_000;

async function receive(child: ChildProcess, timeoutMs: number): Promise<LoadMessage> {
  const [message] = (await once(child, "message", { signal: AbortSignal.timeout(timeoutMs) })) as [LoadMessage];
  return message;
}

/** How much grew per unit; null when one of the readings is. */
function rate(before: number | null, after: number | null, units: number): number | null {
  return before === null || after === null ? null : (after - before) / units;
}

/** CPU time of all of them together; null where the system does not tell. */
function readAllCpuMs(servers: readonly ServerProcess[]): number | null {
  const times = servers.map((server) => readCpuMs(server.pid));
  return times.reduce<number | null>((sum, time) => (sum === null || time === null ? null : sum + time), 0);
}

/** Starts the load generator's process. */
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
      const { answers, failures, seconds, p99Ms } = result;
      if (failures > 0) throw new Error(`${urls.join(", ")} failed ${failures} requests of ${answers + failures}.`);
      for (const server of servers) await waitUntilIdle(server.pid, settleTimeoutMs);
      return {
        requestsPerSecond: answers / seconds,
        p99Ms,
        serverCpuMsPerRequest: rate(serverBefore, readAllCpuMs(servers), answers),
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
