import { type ChildProcess, spawn } from "node:child_process";
import type { Readable, Writable } from "node:stream";
import type { Context } from "../../context.ts";
import { CliError } from "../../errors/cli-error.ts";
import type { CliErrorType } from "../../errors/exit-codes.ts";
import type { Host } from "../../host.ts";
import { withoutCredentials } from "../../terminal/without-credentials.ts";
import { beginSentence } from "../../text/sanitize.ts";
import { OutputTail } from "./output-tail.ts";

/** A program to run. `input` is sent to its standard input. Null for none. */
export interface Command {
  /** Name for messages: `gh` or `the command cat …`. */
  readonly name: string;
  /** An absolute path. */
  readonly program: string;
  readonly args: readonly string[];
  readonly input: string | null;
  readonly env?: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
}

/** The result of a program. `exitCode` is null if a signal ended it. */
export interface CommandResult {
  readonly exitCode: number | null;
  /** It exited with 0 but did not read all of `input`, so it does not have the secret. */
  readonly hasLeftInput: boolean;
  readonly output: OutputTail;
}

/** Time between SIGTERM and SIGKILL. It is short, because Ctrl-C waits for it. */
const killAfterMs = 400;

/** Time that background processes of the program may keep its output open. */
const drainMs = 300;

/**
 * Runs an external program in its own process group, without a terminal. Throws SINK_FAILED if it cannot be started or
 * exceeds the time limit, and INTERRUPTED on Ctrl-C. Ends the whole group in both cases. Its output is captured.
 */
export async function runCommand(
  { host, io, globals }: Pick<Context, "host" | "io" | "globals">,
  command: Command,
  signal: AbortSignal,
): Promise<CommandResult> {
  if (signal.aborted) throw createInterruptedError(command);
  const startedMs = performance.now();
  const child = start(host, command);
  const output = new OutputTail();
  let left = "";
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (bytes: Buffer) => output.add(bytes));
  (child.stdio[3] as Readable | null | undefined)?.on("data", (bytes: Buffer) => {
    left += bytes;
  });
  const writing =
    command.input === null
      ? Promise.resolve(false)
      : writeInput(child.stdin, hasShell(host) ? markEnd(command.input) : command.input);
  const exitCode = await waitForEnd(host, child, command, signal);
  const durationMs = Math.round(performance.now() - startedMs);
  if (globals.isDebug) {
    io.writeError(
      io.statusColors.dim(`debug: ${command.name} exited with ${exitCode ?? "a signal"} in ${durationMs} ms`),
    );
  }
  return { exitCode, hasLeftInput: exitCode === 0 && (left !== "" || (await writing)), output };
}

function start(host: Host, { program, args, input, env }: Command): ChildProcess {
  const isPiped = input !== null && hasShell(host);
  return spawn(isPiped ? "/bin/sh" : program, isPiped ? ["-c", wholeInputScript, "sh", program, ...args] : [...args], {
    env: { ...withoutCredentials(host.env), ...env },
    stdio: [input === null ? "ignore" : "pipe", "pipe", "pipe", isPiped ? "pipe" : "ignore"],
    detached: host.platform !== "win32",
    windowsHide: true,
  });
}

// Windows has no POSIX shell, so a program starts there before its input is complete.
const hasShell = ({ platform }: Host): boolean => platform !== "win32";

/** Writes the input of a program. Returns whether the program closed its input before it had read everything. */
function writeInput(stdin: Writable | null, input: string): Promise<boolean> {
  return new Promise((resolve) => {
    stdin?.on("error", () => resolve(true));
    stdin?.on("close", () => resolve(false));
    stdin?.end(input);
  });
}

function waitForEnd(host: Host, child: ChildProcess, command: Command, signal: AbortSignal): Promise<number | null> {
  return new Promise((resolve, reject) => {
    let failure: CliError | undefined;
    let killer: NodeJS.Timeout | undefined;
    const end = (error: CliError): void => {
      if (failure !== undefined || child.pid === undefined) return;
      const { pid } = child;
      failure = error;
      stop(host, pid, "SIGTERM");
      killer = setTimeout(() => {
        stop(host, pid, "SIGKILL");
        settle(null);
      }, killAfterMs);
    };
    const onAbort = (): void => end(createInterruptedError(command));
    const timer = setTimeout(() => end(createTimeoutError(command)), command.timeoutMs);
    signal.addEventListener("abort", onAbort, { once: true });
    const settle = (exitCode: number | null): void => {
      clearTimeout(timer);
      clearTimeout(killer);
      signal.removeEventListener("abort", onAbort);
      for (const stream of child.stdio) stream?.destroy();
      if (failure === undefined) resolve(exitCode);
      else reject(failure);
    };
    child.on("error", (error) => {
      failure ??= new CliError("SINK_FAILED", `${beginSentence(command.name)} cannot be started: ${error.message}.`, {
        cause: error,
      });
      settle(null);
    });
    child.on("exit", (exitCode) => {
      // Other processes of its group may still run. The kill follows.
      if (failure !== undefined) return;
      // A background process may keep its output open forever.
      const drain = setTimeout(() => settle(exitCode), drainMs);
      child.on("close", () => {
        clearTimeout(drain);
        settle(exitCode);
      });
    });
  });
}

function stop(host: Host, pid: number, signal: "SIGTERM" | "SIGKILL"): void {
  const options = { stdio: "ignore", windowsHide: true } as const;
  if (host.platform === "win32") spawn("taskkill", ["/pid", String(pid), "/t", "/f"], options).on("error", () => {});
  else host.signalGroup(pid, signal);
}

function createInterruptedError({ name }: Command): CliError {
  return new CliError("INTERRUPTED", `Interrupted while ${name} was running.`);
}

function createTimeoutError({ name, timeoutMs }: Command): CliError {
  const what = `${beginSentence(name)} was stopped because it did not exit within ${timeoutMs / 1000} seconds.`;
  return new CliError("SINK_FAILED", what, { hint: "To wait longer, pass --sink-timeout SECONDS." });
}

/**
 * Throws an error of the given type, with the last lines of output, unless the command exited with 0 and read all of
 * its input.
 */
export function requireSuccess(
  type: CliErrorType,
  name: string,
  result: CommandResult,
  secret: string,
  hint?: string,
): void {
  const { exitCode, hasLeftInput, output } = result;
  if (exitCode === 0 && !hasLeftInput) return;
  const details = output.readLines(secret);
  if (exitCode === 0) {
    throw new CliError(
      type,
      `${beginSentence(name)} exited without reading the secret from standard input. The secret was not delivered.`,
      { details, hint },
    );
  }
  const end = exitCode === null ? "was stopped by a signal" : `exited with code ${exitCode}`;
  throw new CliError(type, `${beginSentence(name)} ${end}.`, { details, hint });
}

const endMark = "\n-- that is all --";

/** Appends the end mark to an input for `wholeInputScript`. */
export function markEnd(input: string): string {
  return `${input}${endMark}`;
}

/**
 * A POSIX shell script that runs the program in its arguments with the input up to the end mark. Without the mark, it
 * runs nothing. If this process is killed before it has written everything, the program would otherwise deliver a part
 * of the secret or nothing.
 *
 * The program reads from a pipe. Node gives a child a socket as input, which cannot be opened as /dev/stdin, and many
 * programs read only from there. If the program exits with 0 and leaves input in the pipe, the script reports that on
 * descriptor 3.
 */
export const wholeInputScript = [
  // Unset first, because a variable from the environment would be passed on to the program.
  "unset briksync_input",
  "briksync_input=$(cat)",
  `case $briksync_input in *'${endMark}') ;; *) exit 1 ;; esac`,
  // printf is built into the shell, so no process has the input among its arguments.
  `printf %s "\${briksync_input%'${endMark}'}" | {`,
  '"$@" 3>&-; status=$?',
  '[ "$status" -eq 0 ] && [ "$(wc -c)" -gt 0 ] && echo unread >&3',
  'exit "$status"; }',
].join("\n");
