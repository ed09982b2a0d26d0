import { chmod, mkdir, readFile, writeFile } from "node:fs/promises";
import { delimiter, join } from "node:path";

/** What a fake program does if its arguments match. Otherwise, it reads its input and exits with 0. */
interface Behavior {
  /** Part of the arguments, joined with spaces. */
  readonly on: string;
  readonly exitCode?: number;
  readonly stdout?: string;
  readonly stderr?: string;
  /** `ignore` does not read standard input (default: `read`). */
  readonly stdin?: "read" | "ignore";
  /** Prints its input in this encoding. */
  readonly echo?: "utf8" | "base64";
  /** Waits this long before it exits, together with a child process. */
  readonly hangMs?: number;
  /** Ignores SIGTERM. */
  readonly isStubborn?: boolean;
}

/** One run of a fake program. */
export interface ProgramRun {
  readonly program: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly stdin: string;
  readonly isTerminal: boolean;
  readonly processIds: readonly number[];
}

/** Fake programs of other vendors, which only record their runs. */
export interface FakePrograms {
  /** The directory of the programs. */
  readonly directory: string;
  /** PATH with that directory first. */
  readonly path: string;
  /** Creates a program, or changes its behavior. */
  set(program: string, version: string, behaviors?: readonly Behavior[]): Promise<void>;
  /** Returns all runs so far, except those with `--version`. */
  listRuns(): Promise<ProgramRun[]>;
  forget(): Promise<void>;
}

// Runs in a separate process without imports from this repository. argv is node, this file and the arguments.
const source = `
const fs = require("node:fs"), { join, basename } = require("node:path"), { spawn } = require("node:child_process"), tty = require("node:tty");
const directory = __dirname, program = basename(__filename), args = process.argv.slice(2), line = args.join(" ");
const { version, behaviors } = JSON.parse(fs.readFileSync(join(directory, "." + program + ".json"), "utf8"));
if (line === "--version") { console.log(version); process.exit(0); }
const { exitCode = 0, stdout = "", stderr = "", stdin = "read", echo, hangMs = 0, isStubborn = false } =
  behaviors.find(({ on }) => line.includes(on)) ?? {};
let isTerminal = false;
try { fs.closeSync(fs.openSync("/dev/tty", "r")); isTerminal = true; } catch {}
const read = stdin === "ignore" ? "" : fs.readFileSync(0, "utf8");
const child = hangMs > 0 ? spawn("/bin/sleep", [String(hangMs / 1000)], { stdio: "inherit" }) : undefined;
const processIds = [process.pid, ...(child === undefined ? [] : [child.pid])];
const run = { program, args, env: process.env, stdin: read, isTerminal, processIds };
fs.appendFileSync(join(directory, ".runs"), JSON.stringify(run) + "\\n");
if (isStubborn) process.on("SIGTERM", () => {});
process.stdout.write(stdout + (echo === undefined ? "" : Buffer.from(read).toString(echo) + "\\n"));
process.stderr.write(stderr);
process.exitCode = exitCode;
if (hangMs > 0) setTimeout(() => process.exit(exitCode), hangMs);
`;

/** Creates an empty directory for fake programs in `parent`. */
export async function createFakePrograms(parent: string): Promise<FakePrograms> {
  const directory = join(parent, "fake-programs");
  const records = join(directory, ".runs");
  await mkdir(directory, { recursive: true });
  return {
    directory,
    path: [directory, "/usr/bin", "/bin"].join(delimiter),
    async set(program, version, behaviors = []) {
      const path = join(directory, program);
      await writeFile(join(directory, `.${program}.json`), JSON.stringify({ version, behaviors }));
      await writeFile(path, `#!${process.execPath}\n${source}`);
      await chmod(path, 0o755);
    },
    async listRuns() {
      const text = await readFile(records, "utf8").catch(() => "");
      return text
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => JSON.parse(line) as ProgramRun);
    },
    forget: () => writeFile(records, ""),
  };
}

/** Returns whether a process with this ID is running. A zombie is not running. */
export async function isRunning(processId: number): Promise<boolean> {
  const status = await readFile(`/proc/${processId}/stat`, "utf8").catch(() => "");
  return status !== "" && !/\) [ZX] /.test(status);
}
