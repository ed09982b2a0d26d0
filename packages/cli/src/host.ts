import type { OutputTarget } from "./terminal/inspect-output.ts";
import type { Streams } from "./terminal/streams.ts";

/** The parts of the process that the CLI uses. `program/read-host.ts` builds it once. */
export interface Host extends Streams {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  readonly nodeVersion: string;
  readonly nodePath: string;
  /** The arguments of {@link Host.nodePath} that start this program. */
  readonly programArguments: readonly string[];
  /** The arguments of {@link Host.nodePath} that start the program of the keychain. */
  readonly keychainArguments: readonly string[];
  readonly processId: number;
  /** The ID of the user that runs the process. Undefined on Windows. */
  readonly userId: number | undefined;
  readonly hostName: string;
  /** The boot and the PID namespace that process IDs refer to. Undefined if unknown. */
  readonly processSpace: string | undefined;
  /** Undefined if the user has none. */
  readonly homeDirectory: string | undefined;
  now(): Date;
  /** Inspects standard output or standard error without writing to it. */
  inspectOutput(stream: "stdout" | "stderr"): OutputTarget;
  /** Returns whether the caller redirected standard output to /dev/null. */
  isOutputDiscarded(): boolean;
  /** Syncs standard output to disk if it is a file. Throws if the data cannot be read afterwards. */
  syncOutput(): void;
  /** Returns whether a process with this ID runs on this machine. */
  isProcessAlive(processId: number): boolean;
  /** Sends a signal to a process group. Ignores groups that no longer exist. Not available on Windows. */
  signalGroup(processId: number, signal: "SIGTERM" | "SIGKILL"): void;
  /** Calls `listener` on Ctrl-C and SIGTERM instead of ending the process. Returns a function that stops listening. */
  onInterrupt(listener: () => void): () => void;
  /** Ignores Ctrl-C while another program uses the terminal. Returns a function that ends this. */
  ignoreInterrupts(): () => void;
  /**
   * Reports when the shell stops this process (Ctrl-Z) and continues it (`fg`), so that a prompt can release the
   * terminal in between. A hang-up also stops it and then ends the process. Call it only while the terminal is in raw
   * mode.
   */
  onJobControl(listeners: JobListeners): JobControl;
  /** Ends the process as an unhandled Ctrl-C would. */
  dieOfInterrupt(): void;
}

/** Callbacks for a stop: `stop` runs before it, `resume` when the process continues. */
export interface JobListeners {
  stop(): void;
  resume(): void;
}

/** `stopGroup` stops the process group as the terminal does. `end` stops listening. */
export interface JobControl {
  stopGroup(): void;
  end(): void;
}
