#!/usr/bin/env node
import { once } from "node:events";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import packageJson from "../package.json" with { type: "json" };
import type { Terminal } from "./commands/terminal.ts";

/** The oldest Node that the server runs on. On an older one, the SQLite binding crashes the process without a message. */
const nodeVersionMin = [22, 13] as const;

/** Exit codes of shells after a signal. */
const signalExitCodes = { SIGTERM: 143, SIGINT: 130 } as const;
type StopSignal = keyof typeof signalExitCodes;

/** Limit of unread log output in bytes. Later lines are dropped. */
const unreadBytesMax = 1024 * 1024;
/** How long unread log output delays the exit. */
const unreadGraceMs = 500;

let command: string | undefined;
let stopSignal: StopSignal | undefined;
let announceStop: (signal: StopSignal) => void = () => undefined;
const stopped = new Promise<StopSignal>((resolve) => {
  announceStop = resolve;
});

/** The server drains. Other commands exit immediately, because process 1 of a container would ignore the signal. */
function stop(signal: StopSignal): void {
  stopSignal = signal;
  announceStop(signal);
  if (command !== undefined && command !== "serve") process.exit(signalExitCodes[signal]);
}

// Register before anything else is loaded, because the kernel drops signals to process 1 without a listener. Do not use
// `once`: Ctrl-C under a package manager arrives twice, and the second signal must not stop the drain.
for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => stop(signal));

let outputError: Error | undefined;
process.stdout.on("error", (error) => {
  outputError = error;
});
process.stderr.on("error", () => undefined);

let droppedLines = 0;
function print(line: string): void {
  if (command === "serve" && process.stdout.writableLength > unreadBytesMax) {
    droppedLines += 1;
    return;
  }
  if (droppedLines > 0) {
    const dropped = {
      level: "warn",
      time: new Date(),
      count: droppedLines,
      msg: "log lines dropped because the output was not read",
    };
    process.stdout.write(`${JSON.stringify(dropped)}\n`);
    droppedLines = 0;
  }
  process.stdout.write(`${line}\n`);
}

/** Yields the lines of stdin. `node:readline` also splits at U+2028 and U+2029, which are valid in JSON. */
async function* readLines(): AsyncGenerator<string> {
  let parts: string[] = [];
  const take = (end: string): string => {
    const line = [...parts, end].join("");
    parts = [];
    return line.endsWith("\r") ? line.slice(0, -1) : line;
  };
  for await (const chunk of process.stdin.setEncoding("utf8") as AsyncIterable<string>) {
    const ends = chunk.split("\n");
    const rest = ends.pop() ?? "";
    for (const end of ends) yield take(end);
    if (rest !== "") parts.push(rest);
  }
  if (parts.length > 0) yield take("");
}

const terminal: Terminal = {
  env: process.env,
  version: packageJson.version,
  print,
  say: (line) => void process.stderr.write(`${line}\n`),
  write: async (chunk) => {
    if (outputError !== undefined) throw outputError;
    if (!process.stdout.write(chunk)) await once(process.stdout, "drain");
  },
  readLines,
  isInteractive: process.stdin.isTTY === true && process.stderr.isTTY === true,
  ask: (question) =>
    new Promise((resolve) => {
      const lines = createInterface({ input: process.stdin, output: process.stderr });
      lines.once("close", () => resolve(null));
      lines.once("SIGINT", () => lines.close());
      lines.question(question, (answer) => {
        resolve(answer);
        lines.close();
      });
    }),
  readInput: () => text(process.stdin),
  waitForStop: () => stopped,
};

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < nodeVersionMin[0] || (major === nodeVersionMin[0] && minor < nodeVersionMin[1])) {
  const required = nodeVersionMin.join(".");
  process.stderr.write(`briksync-server requires Node ${required} or newer. This is Node ${process.versions.node}.\n`);
  process.exitCode = 1;
} else {
  const { run } = await import("./commands/run.ts");
  const exitCode = await run(terminal, process.argv, (name) => {
    command = name;
    if (stopSignal !== undefined) stop(stopSignal);
  });
  process.exitCode = exitCode === 0 && command !== "serve" && outputError !== undefined ? 1 : exitCode;
  // Unread log output would keep the process alive.
  if (command === "serve") setTimeout(() => process.exit(), unreadGraceMs).unref();
}
