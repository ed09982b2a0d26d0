import { setTimeout as sleep } from "node:timers/promises";
import { type CliChild, type CliHome, createCliHome, spawnCli, waitForEnd } from "../support/cli-process.ts";
import { type Fault, type FaultProxy, type ProxiedRequest, startFaultProxy } from "../support/fault-proxy.ts";
import type { Lab } from "./lab.ts";
import type { RequestFault } from "./scenario.ts";

/** How a run of the client ended. */
export interface RunEnd {
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A known bug that the trials must find. It replaces the CLI or changes the server. */
export interface KnownBug {
  /** Starts another client with the CLI's arguments. */
  readonly startClient?: (args: readonly string[], env: Readonly<Record<string, string>>) => CliChild;
  /** Runs before a rotation of the key reaches the server. */
  readonly beforeRotate?: (keyId: string) => Promise<void>;
}

const runTimeoutMs = 120_000;

/**
 * A home of the CLI, and the proxy for its runs. All runs use the same proxy, because the CLI has one journal per
 * server. Each fault happens once, and none after `stopFaults`.
 */
export interface FaultyHome {
  readonly proxy: FaultProxy;
  /** The faults that have happened. */
  readonly happened: readonly string[];
  run(args: readonly string[]): Promise<RunEnd>;
  /** Kills the oldest live run. */
  kill(signal: NodeJS.Signals): void;
  pid(): number | undefined;
  /** Stops all faults, and waits for late requests with `arrives: "soon"`. */
  stopFaults(): Promise<void>;
  /** Delivers all other late requests, and stops the proxy. */
  remove(): Promise<void>;
}

/** Creates a home and its proxy. */
export async function createFaultyHome(
  lab: Lab,
  faults: readonly RequestFault[],
  { startClient = (args, env) => spawnCli(args, { env }), beforeRotate }: KnownBug,
): Promise<FaultyHome> {
  const happened: string[] = [];
  const living = new Set<CliChild>();
  const arrivals: Promise<unknown>[] = [];
  let hasStopped = false;
  let lastArrival = (): void => undefined;
  const end = new Promise<void>((resolve) => {
    lastArrival = resolve;
  });
  const find = ({ index }: ProxiedRequest): RequestFault | undefined =>
    hasStopped ? undefined : faults.find(({ at }) => at === index);
  const note = ({ method, path }: ProxiedRequest, fault: RequestFault): void => {
    happened.push(`${JSON.stringify(fault)} ${method} ${path.replace(/^.*\/keys\/[^/]+/, "…")}`);
  };
  const kill = (signal: NodeJS.Signals): void => {
    const [first] = living;
    first?.process.kill(signal);
  };
  const proxy = await startFaultProxy(lab.server.url, {
    async decide(request): Promise<Fault> {
      const rotated = /\/keys\/([^/]+)\/rotate$/.exec(request.path)?.[1];
      if (rotated !== undefined) await beforeRotate?.(rotated);
      const fault = find(request);
      if (fault === undefined) return { kind: "pass" };
      note(request, fault);
      if (fault.kind === "late") {
        const until = fault.arrives === "soon" ? sleep(200) : end;
        if (fault.arrives === "soon") arrivals.push(until);
        return { kind: "late", until };
      }
      if (fault.kind !== "kill-cli" && fault.kind !== "kill-server") return fault;
      if (fault.when === "after") return { kind: "pass" };
      if (fault.when === "response") return { kind: "cut-response", afterBytes: 0 };
      if (fault.kind === "kill-cli") kill(fault.signal);
      else arrivals.push(lab.server.killAndRestart());
      return { kind: "cut-request", afterBytes: 0 };
    },
    beforeResponse(request) {
      const fault = find(request);
      if (fault?.kind === "kill-cli" && fault.when === "response") kill(fault.signal);
      if (fault?.kind === "kill-server" && fault.when === "response") arrivals.push(lab.server.killAndRestart());
    },
    async afterResponse(request) {
      const fault = find(request);
      if (fault?.kind !== "kill-cli" || fault.when !== "after") return;
      // Choose the run now, because another one may be the oldest after the wait.
      const [target] = living;
      await sleep(fault.afterMs);
      target?.process.kill(fault.signal);
    },
  });
  const home: CliHome = await createCliHome({ BRIKSYNC_SERVER: proxy.url, BRIKSYNC_TOKEN: lab.server.token });
  return {
    proxy,
    happened,
    kill,
    pid: () => [...living][0]?.process.pid,
    async run(args) {
      const child = startClient(args, home.env);
      living.add(child);
      const { exitCode } = await waitForEnd(child, runTimeoutMs);
      living.delete(child);
      const [stdout, stderr] = await Promise.all([child.texts.stdout, child.texts.stderr]);
      return { exitCode, stdout, stderr };
    },
    async stopFaults() {
      hasStopped = true;
      await Promise.all(arrivals);
    },
    async remove() {
      lastArrival();
      await proxy.stop();
      await home.remove();
    },
  };
}
