import { type ChildProcessByStdio, spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { requireFreshBuild } from "../../../../tools/fresh-build.ts";

/** The built program. Tests run what users run. */
export const cliPath = fileURLToPath(new URL("../../dist/bin.js", import.meta.url));

requireFreshBuild("cli");

/** How a run of the CLI ended. */
export interface CliResult {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** What differs from the usual run: no terminal, empty stdin, a home of its own. */
export interface CliOptions {
  /** Added to an environment that holds nothing but PATH; undefined removes. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Text for stdin; default: end of file at once. `"closed"`: no stdin at all; `"open"`: a pipe nobody writes to. */
  readonly stdin?: string | "closed" | "open";
  readonly cwd?: string;
  /** Another program for Node to run than the CLI. */
  readonly program?: string;
  /** Killed, and the test fails, after this long; default 20 s. */
  readonly timeoutMs?: number;
}

/** A place for profile and session of one test. Every run shares it until `remove`. */
export interface CliHome {
  readonly directory: string;
  readonly configDirectory: string;
  readonly env: Readonly<Record<string, string>>;
  run(args: readonly string[], options?: CliOptions): Promise<CliResult>;
  remove(): Promise<void>;
}

/** Where all homes keep compiled code, as one user would. A home with none takes a fifth more processor time to start. */
const compiledCode = join(tmpdir(), "briksync-test-compiled");
mkdirSync(compiledCode, { recursive: true, mode: 0o700 });

/** Makes an empty home: no profile, no session, no keychain (its bus address leads nowhere), no variable of ours. */
export async function createCliHome(env: Readonly<Record<string, string>> = {}): Promise<CliHome> {
  const directory = await mkdtemp(join(tmpdir(), "briksync-cli-"));
  const configDirectory = join(directory, "config");
  const base = {
    HOME: directory,
    PATH: process.env["PATH"] ?? "",
    XDG_CACHE_HOME: compiledCode,
    BRIKSYNC_CONFIG_DIR: configDirectory,
    DBUS_SESSION_BUS_ADDRESS: `unix:path=${join(directory, "no-bus")}`,
    ...env,
  };
  return {
    directory,
    configDirectory,
    env: base,
    run: (args, options = {}) => runCli(args, { ...options, env: { ...base, ...options.env } }),
    remove: () => rm(directory, { recursive: true, force: true }),
  };
}

/** Runs the built CLI to its end without a terminal. Fails loudly when it does not end in time. */
export async function runCli(args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  const child = spawnCli(args, options);
  const { exitCode, signal } = await waitForEnd(child, options.timeoutMs ?? 20_000);
  const [stdout, stderr] = await Promise.all([child.texts.stdout, child.texts.stderr]);
  return { exitCode, signal, stdout, stderr };
}

/** A running CLI. The promises resolve when it has ended, and never reject. */
export interface CliChild {
  readonly process: ChildProcessByStdio<Writable | null, Readable, Readable>;
  readonly texts: { readonly stdout: Promise<string>; readonly stderr: Promise<string> };
  readonly ended: Promise<{ exitCode: number | null; signal: NodeJS.Signals | null }>;
}

/** Starts the built CLI without waiting for its end; for signals, kills and slow readers. */
export function spawnCli(args: readonly string[], options: CliOptions = {}): CliChild {
  const stdin = options.stdin ?? "";
  const child = spawn(process.execPath, [options.program ?? cliPath, ...args], {
    env: Object.fromEntries(Object.entries(options.env ?? {}).filter(([, value]) => value !== undefined)),
    cwd: options.cwd,
    stdio: [stdin === "closed" ? "ignore" : "pipe", "pipe", "pipe"],
  }) as ChildProcessByStdio<Writable | null, Readable, Readable>;
  child.stdin?.on("error", () => {});
  if (stdin !== "open" && stdin !== "closed") child.stdin?.end(stdin);
  return {
    process: child,
    texts: { stdout: readText(child.stdout), stderr: readText(child.stderr) },
    // A test may ask for the end long after it.
    ended: new Promise((resolve) => {
      child.on("close", (exitCode, signal) => resolve({ exitCode, signal }));
    }),
  };
}

/** Waits until a child has printed a text on stderr. Call it right after the start, because it sees only what comes later. */
export function waitForStderr({ process: child }: CliChild, expected: string): Promise<void> {
  let text = "";
  return new Promise((resolve) => {
    child.stderr.on("data", (chunk: string) => {
      text += chunk;
      if (text.includes(expected)) resolve();
    });
  });
}

/** Waits until a child has ended. Kills it and throws if it takes too long. */
export async function waitForEnd(
  { process: child, ended, texts }: CliChild,
  timeoutMs: number,
): Promise<Awaited<CliChild["ended"]>> {
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    child.kill("SIGKILL");
  }, timeoutMs);
  const end = await ended;
  clearTimeout(timer);
  if (!isLate) return end;
  const command = child.spawnargs.slice(2).join(" ");
  throw new Error(`briksync ${command} did not end within ${timeoutMs} ms. It printed:\n${await texts.stderr}`);
}

function readText(stream: Readable): Promise<string> {
  let text = "";
  stream.setEncoding("utf8");
  stream.on("data", (chunk: string) => {
    text += chunk;
  });
  return new Promise((resolve) => {
    stream.on("close", () => resolve(text));
  });
}
