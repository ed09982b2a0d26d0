#!/usr/bin/env node
import { once } from "node:events";
import { createInterface } from "node:readline";
import { text } from "node:stream/consumers";
import { CommanderError } from "commander";
import packageJson from "../package.json" with { type: "json" };
import { createProgram } from "./commands/program.ts";
import type { Terminal } from "./commands/terminal.ts";
import { ConfigError } from "./config.ts";
import { AppError } from "./errors.ts";
import { ImportError } from "./store/import-rows.ts";
import { StoreUnavailableError } from "./store/store.ts";

/** EX_CONFIG of sysexits.h. */
const configExitCode = 78;

const terminal: Terminal = {
  env: process.env,
  version: packageJson.version,
  print: (line) => void process.stdout.write(`${line}\n`),
  say: (line) => void process.stderr.write(`${line}\n`),
  write: async (chunk) => {
    if (!process.stdout.write(chunk)) await once(process.stdout, "drain");
  },
  readLines: () => createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY }),
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
  waitForStop: () =>
    new Promise((resolve) => {
      // Not `once`: Ctrl-C under a package manager arrives twice, and the second must not cut the drain off.
      for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, () => resolve(signal));
    }),
};

/** Says what went wrong, in one line where it is the operator's to fix, and returns the exit code. */
function reportFailure(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  if (error instanceof ConfigError) {
    terminal.say(error.message);
    return configExitCode;
  }
  if (error instanceof StoreUnavailableError) {
    terminal.say(`${error.message}. Nothing was changed.`);
    return 1;
  }
  if (error instanceof ImportError) {
    terminal.say(`${error.message}. Nothing was imported.`);
    return 1;
  }
  if (error instanceof AppError) {
    terminal.say(error.publicMessage);
    return 1;
  }
  if (error instanceof Error && "code" in error && typeof error.code === "string") {
    terminal.say(error.message);
    return 1;
  }
  terminal.say(error instanceof Error ? (error.stack ?? error.message) : String(error));
  return 1;
}

const program = createProgram(terminal, (exitCode) => {
  process.exitCode = exitCode;
});
try {
  await program.parseAsync(process.argv);
} catch (error) {
  process.exitCode = reportFailure(error);
}
