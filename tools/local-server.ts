import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { serverEntry } from "./paths.ts";

/** A `briksync-server` process. */
export interface LocalServer {
  readonly url: string;
  readonly pid: number;
  /** Resolves to the exit code when the server ends, by itself or after `stop`. */
  readonly ended: Promise<number | null>;
  /** Sends SIGTERM, waits until the server ends, and returns the exit code. */
  stop(): Promise<number | null>;
}

const startTimeoutMs = 60_000;

/** Runs a command of the built server and returns its stdout. Throws an error with its stderr if it fails. */
export async function runServerCommand(args: string[], env: Record<string, string>, input = ""): Promise<string> {
  const child = spawn(process.execPath, [serverEntry, ...args], { env: { ...process.env, ...env } });
  child.stdin.end(input);
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk) => {
    stdout += chunk;
  });
  child.stderr.on("data", (chunk) => {
    stderr += chunk;
  });
  const [code] = await once(child, "close");
  if (code !== 0) throw new Error(`briksync-server ${args.join(" ")} failed (${code}): ${stderr || stdout}`);
  return stdout;
}

/** The admin of the tour, the screenshot and the tests of the README. The API documentation uses the same person. */
export const adminEmail = "ada@partner.com";

/** Creates the company Acme Corp with an admin in the database of `env`. */
export async function createAdmin(env: Record<string, string>, password: string, flags: string[] = []): Promise<void> {
  const person = ["--email", adminEmail, "--first-name", "Ada", "--last-name", "Lovelace", "--company", "Acme Corp"];
  await runServerCommand(["admin", "create", ...person, "--password-stdin", ...flags], env, password);
}

/**
 * Starts the built server and waits until it listens. Passes the lines of its log to `onLine`. Throws if it ends, or
 * does not listen within a minute.
 */
export async function startLocalServer(
  env: Record<string, string>,
  onLine: (line: string) => void = () => undefined,
): Promise<LocalServer> {
  const child = spawn(process.execPath, [serverEntry, "serve"], {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = once(child, "close").then(([code]) => (typeof code === "number" ? code : null));
  const url = await new Promise<string>((resolve, reject) => {
    const timer = setTimeout(() => {
      child.kill("SIGKILL");
      reject(new Error(`The server did not listen within ${startTimeoutMs / 1000} s`));
    }, startTimeoutMs);
    createInterface({ input: child.stdout }).on("line", (line) => {
      const message: unknown = line.startsWith("{") ? JSON.parse(line) : null;
      if (typeof message === "object" && message !== null && "url" in message && typeof message.url === "string") {
        clearTimeout(timer);
        resolve(message.url);
      }
      onLine(line);
    });
    ended.then((code) => {
      clearTimeout(timer);
      reject(new Error(`The server ended with exit code ${code} before it listened`));
    });
  });
  return {
    url,
    pid: child.pid ?? 0,
    ended,
    stop: () => {
      child.kill("SIGTERM");
      return ended;
    },
  };
}
