import type { OutputTarget } from "./terminal/inspect-output.ts";
import type { Streams } from "./terminal/streams.ts";

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
  /** Names what process IDs are relative to: this boot of this machine, and the PID namespace. Undefined where that cannot be told. */
  readonly processSpace: string | undefined;
  /** Undefined for a user without one. */
  readonly homeDirectory: string | undefined;
  now(): Date;
  /** Looks where standard output or standard error goes, without writing anything. */
  inspectOutput(stream: "stdout" | "stderr"): OutputTarget;
  /** Whether the caller sent standard output to /dev/null on purpose. */
  isOutputDiscarded(): boolean;
  /** Makes what was written to standard output durable where it is a file. Throws where it cannot be read afterwards. */
  settleOutput(): void;
  /** Whether a process with this id runs on this machine. */
  isProcessAlive(processId: number): boolean;
  /** Signals the whole group that a process leads; that it is gone already is fine. Not on Windows, which has no groups. */
  signalGroup(processId: number, signal: "SIGTERM" | "SIGKILL"): void;
  /** Calls `listener` on Ctrl-C and SIGTERM instead of ending the process. Returns how to stop listening. */
  onInterrupt(listener: () => void): () => void;
  /**
   * Tells when the shell stops this process (Ctrl-Z) and lets it go on (`fg`), so that a prompt can give the terminal back in between. A hang-up
   * stops too, and then ends the process. Call it only while the terminal is in a mode of its own.
   */
  onJobControl(listeners: JobListeners): JobControl;
  /** Ends the process the way an unhandled Ctrl-C would. */
  dieOfInterrupt(): void;
}

/** What to do around a stop: `stop` right before, `resume` when the process continues. */
export interface JobListeners {
  stop(): void;
  resume(): void;
}

/** How to stop this process with its group, as the terminal does it, and how to stop listening. */
export interface JobControl {
  stopGroup(): void;
  end(): void;
}
