import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";
import { isatty } from "node:tty";
import { findHomeDirectory } from "../config/user-directories.ts";
import { isNodeError } from "../errors/node-error.ts";
import type { Host, JobControl, JobListeners } from "../host.ts";
import { inspectOutput, isOutputDiscarded, openFileOutput, syncOutput } from "../terminal/inspect-output.ts";
import type { Streams } from "../terminal/streams.ts";

/** How the programs of this package are started, which depends on the entry point. */
type ProgramStarts = Pick<Host, "programArguments" | "keychainArguments">;

/**
 * Reads the process. Only this file and the two entries (bin.ts, executable.ts) use the global `process`. It removes
 * NODE_TLS_REJECT_UNAUTHORIZED, because no variable may make this program send a password to an unverified server.
 */
export function readHost({ programArguments, keychainArguments }: ProgramStarts): Host {
  const env = dropLineEnds(process.env);
  delete process.env["NODE_TLS_REJECT_UNAUTHORIZED"];
  const userId = process.geteuid?.();
  const inspect: Host["inspectOutput"] = (stream) => inspectOutput(stream === "stdout" ? 1 : 2, userId === 0);
  let interruptsIgnored = 0;
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
    programArguments,
    keychainArguments,
    processId: process.pid,
    userId,
    get hostName() {
      return hostname();
    },
    get processSpace() {
      return findProcessSpace();
    },
    get homeDirectory() {
      return findHomeDirectory(env, process.platform);
    },
    now: () => new Date(),
    inspectOutput: inspect,
    isOutputDiscarded,
    syncOutput,
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
      const onCtrlC = (): void => {
        if (interruptsIgnored === 0) listener();
      };
      // CI runners end a job with SIGTERM. The program must then report its state too.
      process.on("SIGINT", onCtrlC).on("SIGTERM", listener);
      return () => {
        process.off("SIGINT", onCtrlC).off("SIGTERM", listener);
      };
    },
    ignoreInterrupts() {
      interruptsIgnored += 1;
      return () => {
        interruptsIgnored -= 1;
      };
    },
    // Windows has no such signals.
    onJobControl: process.platform === "win32" ? () => ({ stopGroup: () => {}, end: () => {} }) : controlJob,
    dieOfInterrupt() {
      process.removeAllListeners("SIGINT");
      process.kill(process.pid, "SIGINT");
    },
  };
}

function controlJob({ stop, resume }: JobListeners): JobControl {
  // Without the listener, the signal has its default effect: it stops or ends the process.
  const raise = (signal: NodeJS.Signals, listener: () => void): void => {
    stop();
    process.off(signal, listener);
    process.kill(process.pid, signal);
  };
  const onStop = (): void => raise("SIGTSTP", onStop);
  const onHangup = (): void => raise("SIGHUP", onHangup);
  const onQuit = (): void => raise("SIGQUIT", onQuit);
  const onContinue = (): void => {
    process.off("SIGTSTP", onStop).on("SIGTSTP", onStop);
    resume();
  };
  process.on("SIGTSTP", onStop).on("SIGCONT", onContinue).on("SIGHUP", onHangup).on("SIGQUIT", onQuit);
  return {
    // The whole process group must stop (pipes, npx, sudo) so that the shell gets the terminal back.
    stopGroup: () => process.kill(0, "SIGTSTP"),
    end() {
      process.off("SIGTSTP", onStop).off("SIGCONT", onContinue).off("SIGHUP", onHangup).off("SIGQUIT", onQuit);
    },
  };
}

// Secret stores of CI systems often append a newline. No value of a BRIKSYNC_ variable contains one.
function dropLineEnds(env: NodeJS.ProcessEnv): Record<string, string | undefined> {
  return Object.fromEntries(
    Object.entries(env).map(([name, value]) => [
      name,
      name.startsWith("BRIKSYNC_") ? value?.replace(/[\r\n]+$/, "") : value,
    ]),
  );
}

// A container or sandbox may share files and the hostname with others, but have its own process IDs.
function findProcessSpace(): string | undefined {
  if (process.platform !== "linux") return "";
  try {
    const boot = readFileSync("/proc/sys/kernel/random/boot_id", "utf8").trim();
    return `${boot} ${readlinkSync("/proc/self/ns/pid")}`;
  } catch {
    return undefined;
  }
}
