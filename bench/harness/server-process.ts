import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

/** A server in a separate process. */
export interface ServerProcess {
  readonly url: string;
  readonly pid: number;
  /** Sends SIGTERM and waits until the process ends. */
  stop(): Promise<void>;
}

const startTimeoutMs = 30_000;
const stopTimeoutMs = 15_000;

/** Returns the URL in a line of the server, or null. */
function readUrl(line: string): string | null {
  if (!line.startsWith("{")) return null;
  const message: unknown = JSON.parse(line);
  if (typeof message !== "object" || message === null || !("url" in message)) return null;
  return typeof message.url === "string" ? message.url : null;
}

/**
 * Starts a Node program that prints a JSON line with its `url` when it listens. Of the current environment, it gets
 * only PATH. Throws if it ends, or prints no URL within 30 seconds.
 */
export async function startServerProcess(
  nodeArguments: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<ServerProcess> {
  const child = spawn(process.execPath, nodeArguments, {
    env: { PATH: process.env["PATH"], NODE_ENV: "production", ...env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(child, "close");
  const url = await new Promise<string>((resolve, reject) => {
    const timer = setTimeout(() => {
      child.kill("SIGKILL");
      reject(new Error(`${nodeArguments.join(" ")} did not listen within ${startTimeoutMs / 1000} s`));
    }, startTimeoutMs);
    createInterface({ input: child.stdout }).on("line", (line) => {
      const found = readUrl(line);
      if (found === null) return;
      clearTimeout(timer);
      resolve(found);
    });
    ended.then(([code]) => {
      clearTimeout(timer);
      reject(new Error(`${nodeArguments.join(" ")} ended with exit code ${code} before it listened`));
    }, reject);
  });
  return {
    url,
    pid: child.pid ?? 0,
    stop: async () => {
      const timer = setTimeout(() => child.kill("SIGKILL"), stopTimeoutMs);
      child.kill("SIGTERM");
      await ended;
      clearTimeout(timer);
    },
  };
}
