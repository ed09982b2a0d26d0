import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const serverPath = fileURLToPath(new URL("../../../server/dist/main.js", import.meta.url));

if (!existsSync(serverPath)) throw new Error("packages/server/dist is missing. Build first: pnpm build");

/** The built server with one SQLite file. It keeps its port after a restart. */
export interface RestartableServer {
  readonly url: string;
  /** An access token of the admin, valid for a day. */
  readonly token: string;
  /** Number of starts. */
  readonly starts: number;
  /** Kills the server with SIGKILL and starts it again. Concurrent calls share one restart. */
  killAndRestart(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts a server with an admin and without effective rate limits. */
export async function startRestartableServer(
  settings: Readonly<Record<string, string>> = {},
): Promise<RestartableServer> {
  const directory = await mkdtemp(join(tmpdir(), "briksync-lives-"));
  const port = await findFreePort();
  const env = {
    PATH: process.env["PATH"] ?? "",
    HOME: directory,
    // The compile cache makes later starts faster.
    NODE_COMPILE_CACHE: join(directory, "compile-cache"),
    HOST: "127.0.0.1",
    PORT: String(port),
    DATABASE_URL: `sqlite:${join(directory, "briksync.db")}`,
    BRIKSYNC_JWT_SECRET: "a secret of tests that is the same in every life",
    BRIKSYNC_KEY_PEPPER: "a pepper of tests that is the same in every life",
    ACCESS_TOKEN_TTL: "86400",
    RATE_LIMIT_PER_MINUTE: "100000000",
    RATE_LIMIT_BURST: "100000000",
    MANAGEMENT_RATE_LIMIT_BURST: "100000000",
    LOG_LEVEL: "error",
    ...settings,
  };
  const url = `http://127.0.0.1:${port}`;
  const password = "marble-otter-lantern-drift";
  await createAdmin(env, password);
  let child = await startServer(env);
  let starts = 1;
  let restart: Promise<void> | null = null;
  const restartProcess = async (): Promise<void> => {
    await endProcess(child, "SIGKILL");
    child = await startServer(env);
    starts += 1;
  };
  return {
    url,
    token: await signIn(url, password),
    get starts() {
      return starts;
    },
    killAndRestart() {
      restart ??= restartProcess().finally(() => {
        restart = null;
      });
      return restart;
    },
    async stop() {
      await restart;
      await endProcess(child, "SIGTERM");
      await rm(directory, { recursive: true, force: true });
    },
  };
}

const email = "ada@partner.com";

async function findFreePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("no port");
  return address.port;
}

async function createAdmin(env: NodeJS.ProcessEnv, password: string): Promise<void> {
  const person = ["--email", email, "--first-name", "Ada", "--last-name", "Lovelace", "--company", "Acme Corp"];
  const args = [serverPath, "admin", "create", ...person, "--plan", "BUSINESS", "--password-stdin"];
  const child = spawn(process.execPath, args, { env, stdio: ["pipe", "ignore", "pipe"] });
  child.stdin.end(password);
  let errors = "";
  child.stderr.on("data", (text) => {
    errors += text;
  });
  const [code] = await once(child, "close");
  if (code !== 0) throw new Error(`admin create ended with ${code}: ${errors}`);
}

async function signIn(url: string, password: string): Promise<string> {
  const response = await fetch(`${url}/external/v1/auth/signin`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ email, password }),
  });
  const { accessToken } = (await response.json()) as { accessToken?: string };
  if (accessToken === undefined) throw new Error(`Signing in answered ${response.status}`);
  return accessToken;
}

/** Starts the server process and waits until it listens. */
async function startServer(env: NodeJS.ProcessEnv): Promise<ChildProcess> {
  const child = spawn(process.execPath, [serverPath, "serve"], { env, stdio: ["ignore", "pipe", "inherit"] });
  await new Promise<void>((resolve, reject) => {
    child.once("close", (code, signal) => reject(new Error(`The server ended (${code ?? signal}) before it listened`)));
    createInterface({ input: child.stdout }).on("line", (line) => {
      if (line.includes('"msg":"listening"')) resolve();
    });
  });
  return child;
}

async function endProcess(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const closed = once(child, "close");
  child.kill(signal);
  await closed;
}
