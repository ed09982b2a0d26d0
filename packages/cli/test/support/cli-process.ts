import { type ChildProcessByStdio, spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { requireFreshBuild } from "../../../../tools/fresh-build.ts";

/** Path of the built program, which users run too. */
export const cliPath = fileURLToPath(new URL("../../dist/bin.js", import.meta.url));

requireFreshBuild("cli");

/** The result of a CLI run. */
export interface CliResult {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Options of a CLI run. By default, it has no terminal, an empty stdin and its own home. */
export interface CliOptions {
  /** Variables to add to an environment that contains only PATH. `undefined` removes a variable. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Text for stdin (default: empty). `"closed"` closes stdin. `"open"` is a pipe without any input. */
  readonly stdin?: string | "closed" | "open";
  readonly cwd?: string;
  /** A Node program to run instead of the CLI. */
  readonly program?: string;
  /** Time after which the run is killed and the test fails (default: 20 s). */
  readonly timeoutMs?: number;
}

/** The home directory of all runs of one test, with their profile and session. */
export interface CliHome {
  readonly directory: string;
  readonly configDirectory: string;
  readonly env: Readonly<Record<string, string>>;
  run(args: readonly string[], options?: CliOptions): Promise<CliResult>;
  remove(): Promise<void>;
}

/** Compile cache that all homes share. Without it, a run needs 20 % more processor time to start. */
const compiledCode = join(tmpdir(), "briksync-test-compiled");
mkdirSync(compiledCode, { recursive: true, mode: 0o700 });

/**
 * Creates a home without a profile, a session, a keychain (the address of its bus is invalid) or BRIKSYNC variables.
 */
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
    // The check for a newer version may still write to the cache after its command has ended.
    remove: () => rm(directory, { recursive: true, force: true, maxRetries: 10 }),
  };
}

/** Runs the built CLI without a terminal and waits until it ends. Throws if it does not end in time. */
async function runCli(args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  const child = spawnCli(args, options);
  const { exitCode, signal } = await waitForEnd(child, options.timeoutMs ?? 20_000);
  const [stdout, stderr] = await Promise.all([child.texts.stdout, child.texts.stderr]);
  return { exitCode, signal, stdout, stderr };
}

/** A running CLI. The promises resolve after it has ended, and never reject. */
export interface CliChild {
  readonly process: ChildProcessByStdio<Writable | null, Readable, Readable>;
  readonly texts: { readonly stdout: Promise<string>; readonly stderr: Promise<string> };
  readonly ended: Promise<{ exitCode: number | null; signal: NodeJS.Signals | null }>;
}

/** Starts the built CLI without waiting for its end, for tests with signals, kills and slow readers. */
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
    // A test may await the end long after it has happened.
    ended: new Promise((resolve) => {
      child.on("close", (exitCode, signal) => resolve({ exitCode, signal }));
    }),
  };
}

/** Waits until a child prints a text to stderr. Call it right after the start, because it misses earlier output. */
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
