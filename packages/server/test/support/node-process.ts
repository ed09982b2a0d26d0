import { setTimeout } from "node:timers/promises";
import { type ServerProcess, spawnServer } from "./spawn-server.ts";

const restartAfterMs = 100;

/** A `serve` process that restarts on the same port when it exits, as with a service manager. */
export interface NodeProcess {
  readonly url: string;
  /** How often a test has stopped it. */
  readonly ends: number;
  readonly isUp: boolean;
  /** Sends the signal, and waits until the next process listens. */
  end(signal: NodeJS.Signals): Promise<void>;
  /** Stops it permanently. */
  stop(): Promise<void>;
}

/** Starts a process. Calls `report` for unexpected exits and for wrong exit codes. */
export async function startNodeProcess(
  env: Readonly<Record<string, string>>,
  report: (problem: string) => void,
): Promise<NodeProcess> {
  let server: ServerProcess = await spawnServer(env);
  const { url } = server;
  let ends = 0;
  let isUp = true;
  let isOver = false;
  let isRequested = false;
  let resolveWhenBack: (() => void)[] = [];

  /** Restarts until it succeeds, because a start fails during a database outage. */
  const startAgain = async (): Promise<void> => {
    while (!isOver) {
      await setTimeout(restartAfterMs);
      try {
        server = await spawnServer({ ...env, PORT: new URL(url).port });
        break;
      } catch (error) {
        const isExpected = String(error).includes("Nothing was changed");
        if (!isExpected) report(`A node did not start: ${String(error)}`);
      }
    }
  };
  const supervise = async (): Promise<void> => {
    while (!isOver) {
      const { code, signal } = await server.exited();
      if (isOver) return;
      isUp = false;
      if (!isRequested) report(`A node ended by itself (${code ?? signal}): ${server.stdout()}${server.stderr()}`);
      isRequested = false;
      await startAgain();
      isUp = true;
      for (const resolve of resolveWhenBack.splice(0)) resolve();
    }
  };
  const supervising = supervise();
  return {
    url,
    get ends() {
      return ends;
    },
    get isUp() {
      return isUp;
    },
    end: async (signal) => {
      ends++;
      isUp = false;
      isRequested = true;
      const isBack = new Promise<void>((resolve) => resolveWhenBack.push(resolve));
      const { code } = await server.stop(signal);
      if (signal === "SIGTERM" && code !== 0) report(`A node that was told to stop ended with ${code}`);
      await isBack;
    },
    stop: async () => {
      isOver = true;
      resolveWhenBack = [];
      await server.stop();
      await supervising;
      await server.stop("SIGKILL");
    },
  };
}
