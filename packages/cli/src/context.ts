import { homedir, hostname } from "node:os";
import { isatty } from "node:tty";
import type { BrikSync } from "@briksync/sdk";
import type { Config } from "./config/config.ts";
import type { Credential } from "./credential.ts";
import type { GlobalOptions, OutputFormat } from "./globals.ts";
import type { Io, Streams } from "./io.ts";
import { inspectOutput, type OutputTarget, openFileOutput, settleOutput } from "./output/inspect-output.ts";
import type { Prompts } from "./prompts.ts";
import type { Settings } from "./settings.ts";
import { isNodeError } from "./storage/node-error.ts";
import type { SessionStorage } from "./storage/session-storage.ts";

/** Everything the CLI takes from the process it runs in. Built once in bin.ts; nothing else reads `process`. */
export interface Host extends Streams {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  readonly nodeVersion: string;
  readonly nodePath: string;
  /** The URL of the running bin file; other programs of this package lie beside it. */
  readonly entryUrl: string;
  readonly processId: number;
  /** The user this process acts as; undefined on Windows. */
  readonly userId: number | undefined;
  readonly hostName: string;
  readonly homeDirectory: string;
  now(): Date;
  /** Looks where standard output or standard error goes, without writing anything. */
  inspectOutput(stream: "stdout" | "stderr"): OutputTarget;
  /** Makes what was written to standard output durable where it is a file. Throws where it cannot be read afterwards. */
  settleOutput(): void;
  /** Whether a process with this id runs on this machine. */
  isProcessAlive(processId: number): boolean;
  /** Signals the whole group that a process leads; that it is gone already is fine. Not on Windows, which has no groups. */
  signalGroup(processId: number, signal: "SIGTERM" | "SIGKILL"): void;
  /** Calls `listener` on Ctrl-C and SIGTERM instead of ending the process. Returns how to stop listening. */
  onInterrupt(listener: () => void): () => void;
  /** Ends the process the way an unhandled Ctrl-C would. */
  dieOfInterrupt(): void;
}

/**
 * Reads the process. Together with bin.ts the only place that touches the global `process`. NODE_TLS_REJECT_UNAUTHORIZED is taken
 * out of effect: no variable may make this program hand a password to a server it cannot verify.
 */
export function readHost(entryUrl: string): Host {
  const env = { ...process.env };
  delete process.env["NODE_TLS_REJECT_UNAUTHORIZED"];
  const userId = process.geteuid?.();
  const inspect: Host["inspectOutput"] = (stream) => inspectOutput(stream === "stdout" ? 1 : 2, userId === 0);
  let fileOutput: Streams["stdout"] | undefined;
  return {
    argv: process.argv.slice(2),
    env,
    get stdin() {
      return process.stdin;
    },
    get stdout() {
      if (fileOutput === undefined && inspect("stdout").kind === "file") fileOutput = openFileOutput(1);
      return fileOutput ?? process.stdout;
    },
    get stderr() {
      return process.stderr;
    },
    isTerminal: { stdin: isatty(0), stdout: isatty(1), stderr: isatty(2) },
    platform: process.platform,
    nodeVersion: process.versions.node,
    nodePath: process.execPath,
    entryUrl,
    processId: process.pid,
    userId,
    get hostName() {
      return hostname();
    },
    get homeDirectory() {
      return homedir();
    },
    now: () => new Date(),
    inspectOutput: inspect,
    settleOutput,
    isProcessAlive(processId) {
      try {
        process.kill(processId, 0);
        return true;
      } catch (error) {
        return (error as NodeJS.ErrnoException).code === "EPERM";
      }
    },
    signalGroup(processId, signal) {
      try {
        process.kill(-processId, signal);
      } catch (error) {
        if (!isNodeError(error, "ESRCH", "EPERM")) throw error;
      }
    },
    onInterrupt(listener) {
      // The runner of a pipeline ends a job with SIGTERM; there too what holds then must be told.
      for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, listener);
      return () => {
        for (const signal of ["SIGINT", "SIGTERM"] as const) process.off(signal, listener);
      };
    },
    dieOfInterrupt() {
      process.removeAllListeners("SIGINT");
      process.kill(process.pid, "SIGINT");
    },
  };
}

/** Everything a command may use. Whatever costs something is a function and is built on first use. */
export interface Context {
  readonly host: Host;
  readonly io: Io;
  readonly globals: GlobalOptions;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborted by Ctrl-C; hand it to every call of the SDK. */
  readonly signal: AbortSignal;
  now(): Date;
  /** The profile file. Throws CONFIG_INVALID, naming the file, where it cannot be read. */
  config(): Promise<Config>;
  /** Server, profile and output format, each with where it came from. */
  settings(): Promise<Settings>;
  /** How to print data; a flag decides without looking into the profile. */
  output(): Promise<OutputFormat>;
  /** Which credential this run acts with: environment token, environment password, or stored session. Never asks. */
  credential(): Promise<Credential>;
  /** A signed-in client. Throws NOT_SIGNED_IN where there is nothing to sign in with. */
  client(): Promise<BrikSync>;
  /** A client without any credential. */
  anonymousClient(): Promise<BrikSync>;
  /** Where the session of this profile and server is kept. */
  sessions(): Promise<SessionStorage>;
  /**
   * Questions on stderr. Throws USAGE where nobody can be asked (no terminal, or --no-input);
   * `instead` tells what to give on the command line, such as `Give --email.`
   */
  prompts(instead?: string): Promise<Prompts>;
}
