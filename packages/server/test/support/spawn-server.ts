import { type ChildProcess, spawn } from "node:child_process";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findServerProgram } from "../../../../tools/fresh-build.ts";

/** Path of the server program. */
export const mainPath = findServerProgram();

/** Processes of many tests load the same modules. With a shared cache, they start a third faster. */
const compileCachePath = join(tmpdir(), "briksync-test-compile-cache");

/** Exit of a process. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** A separate `briksync-server serve` process. */
export interface ServerProcess {
  readonly url: string;
  readonly child: ChildProcess;
  stdout(): string;
  stderr(): string;
  /** Sends the signal and waits for the exit. */
  stop(signal?: NodeJS.Signals): Promise<Exit>;
  exited(): Promise<Exit>;
}

/** Returns the environment of a process: only required variables, and none of the developer's own settings. */
export function processEnvironment(env: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  return { PATH: process.env["PATH"], NODE_NO_WARNINGS: "1", NODE_COMPILE_CACHE: compileCachePath, ...env };
}

/** Starts `serve` on a free port and waits until it listens. The caller stops it. */
export async function spawnServer(
  env: Readonly<Record<string, string>>,
  { command = [process.execPath, mainPath, "serve"] }: { readonly command?: readonly string[] } = {},
): Promise<ServerProcess> {
  const [file = process.execPath, ...args] = command;
  const child = spawn(file, args, {
    env: processEnvironment({ PORT: "0", ...env }),
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stdout = "";
  let stderr = "";
  const ended = new Promise<Exit>((resolve) => child.once("close", (code, signal) => resolve({ code, signal })));
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
      const line = /^\{"msg":"listening","url":"([^"]+)"\}$/m.exec(stdout);
      if (line?.[1] !== undefined) resolve(line[1]);
    });
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    child.once("error", reject);
    void ended.then(({ code, signal }) =>
      reject(new Error(`The server ended (${code ?? signal}) before it listened:\n${stdout}${stderr}`)),
    );
  });
  return {
    url,
    child,
    stdout: () => stdout,
    stderr: () => stderr,
    exited: () => ended,
    stop: (signal = "SIGTERM") => {
      child.kill(signal);
      return ended;
    },
  };
}
