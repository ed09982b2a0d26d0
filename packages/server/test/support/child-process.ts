import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";
import type { AddressInfo } from "node:net";
import { connect, createServer } from "node:net";
import { setTimeout } from "node:timers/promises";

/** A program that runs in the foreground during a test, and stops with it. */
export interface RunningProgram {
  readonly child: ChildProcess;
  /** Returns everything that the program has printed to stdout and stderr. */
  output(): string;
  /** Sends SIGTERM, and SIGKILL if necessary. Resolves after the program has exited. */
  stop(): Promise<void>;
}

const endTimeoutMs = 5_000;
const startTimeoutMs = 20_000;

/**
 * Starts a program and waits until `isReady` returns true for its output. Throws with the output if the program exits
 * before.
 */
export async function startProgram(
  command: readonly string[],
  options: SpawnOptions,
  isReady: (output: string) => boolean | Promise<boolean>,
): Promise<RunningProgram> {
  const [file = "", ...args] = command;
  const child = spawn(file, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream?.on("data", (chunk: Buffer) => (output += chunk.toString()));
  let isEnded = false;
  const ended = new Promise<void>((resolve) => {
    child.once("error", (error) => {
      output += error.message;
      isEnded = true;
      resolve();
    });
    child.once("close", () => {
      isEnded = true;
      resolve();
    });
  });
  const stop = async (): Promise<void> => {
    child.kill("SIGTERM");
    await Promise.race([ended, setTimeout(endTimeoutMs, undefined, { ref: false })]);
    child.kill("SIGKILL");
    await ended;
  };
  for (const started = performance.now(); !(await isReady(output)); await setTimeout(20)) {
    if (!isEnded && performance.now() - started < startTimeoutMs) continue;
    await stop();
    throw new Error(`${command.join(" ")} did not get ready:\n${output}`);
  }
  return { child, output: () => output, stop };
}

/** Returns a port of 127.0.0.1 that is currently free. */
export function findFreePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

/** Returns whether a program accepts connections on this port of 127.0.0.1. */
export function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: "127.0.0.1", port });
    const finish = (isOpen: boolean): void => {
      socket.destroy();
      resolve(isOpen);
    };
    socket.once("connect", () => finish(true));
    socket.once("error", () => finish(false));
  });
}
