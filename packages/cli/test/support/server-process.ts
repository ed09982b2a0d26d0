import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { findServerProgram } from "../../../../tools/fresh-build.ts";
import { runInProcess } from "../../../server/test/support/run-in-process.ts";

const serverMain = findServerProgram();

/** Compile cache of the server. Many tests start the server, and the cache shortens a start by a third. */
const compileCachePath = join(tmpdir(), "briksync-test-compile-cache");

/** Properties of a new account. By default, it is a Super Admin on the BUSINESS plan. */
export interface AccountInput {
  readonly email?: string;
  readonly password?: string;
  readonly firstName?: string;
  readonly lastName?: string;
  readonly company?: string;
  readonly plan?: "FREE" | "PRO" | "BUSINESS";
  readonly privilege?: 1 | 2 | 3;
  readonly mustChangePassword?: boolean;
}

/** A user who can sign in. */
export interface Account {
  readonly email: string;
  readonly password: string;
  readonly company: string;
}

/** The real server in a separate process, on a free port, with a new database. */
export interface TestServer {
  readonly url: string;
  /** Runs `admin create`: creates a company with an admin, or adds an existing email to another company. */
  createAccount(input?: AccountInput): Promise<Account>;
  /** Signs in over HTTP. Returns a token for BRIKSYNC_TOKEN. */
  signIn(account: Account): Promise<string>;
  /** Sets the plan of a company with the operator's command. */
  setPlan(account: Account, plan: "FREE" | "PRO" | "BUSINESS"): Promise<void>;
  /** Returns the actions of the account's audit events, newest first, without the sign-in of this call. */
  listActions(account: Account): Promise<string[]>;
  stop(): Promise<void>;
}

/** Starts the real server. `env` changes its settings, such as ACCESS_TOKEN_TTL. */
export async function startServer(env: Readonly<Record<string, string>> = {}): Promise<TestServer> {
  const directory = await mkdtemp(join(tmpdir(), "briksync-server-"));
  const serverEnv = {
    PATH: process.env["PATH"] ?? "",
    HOME: directory,
    PORT: "0",
    HOST: "127.0.0.1",
    DATABASE_URL: `sqlite:${join(directory, "test.db")}`,
    NODE_COMPILE_CACHE: compileCachePath,
    // Tests call more often than users. A CLI that waits for a rate limit would seem to hang.
    MANAGEMENT_RATE_LIMIT_BURST: "100000000",
    ...env,
  };
  const child = spawn(process.execPath, [serverMain, "serve"], { env: serverEnv, stdio: ["ignore", "pipe", "pipe"] });
  const url = await waitForUrl(child);
  let accounts = 0;
  const people = new Set<string>();
  const signIn = async ({ email, password }: Account): Promise<string> => {
    const response = await fetch(`${url}/external/v1/auth/signin`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ email, password }),
    });
    const body = (await response.json()) as { accessToken?: string };
    if (body.accessToken === undefined) throw new Error(`Signing in answered ${response.status}`);
    return body.accessToken;
  };
  return {
    url,
    signIn,
    async listActions(account) {
      const authorization = `Bearer ${await signIn(account)}`;
      const response = await fetch(`${url}/external/v1/auth/audit`, { headers: { authorization } });
      const events = (await response.json()) as { action: string }[];
      return events.map((event) => event.action).slice(1);
    },
    async createAccount(input = {}) {
      accounts += 1;
      const account: Account = {
        email: input.email ?? `ada${accounts}@partner.com`,
        password: input.password ?? `a quite long passphrase ${accounts}`,
        company: input.company ?? `Acme Corp ${accounts}`,
      };
      await runAdminCreate(serverEnv, account, input, people.has(account.email));
      people.add(account.email);
      return account;
    },
    setPlan: ({ company }, plan) => runCommand(serverEnv, ["companies", "set-plan", company, plan], ""),
    async stop() {
      if (child.exitCode === null && child.signalCode === null) {
        const ended = once(child, "close");
        child.kill("SIGTERM");
        const killer = setTimeout(() => child.kill("SIGKILL"), 5000);
        await ended;
        clearTimeout(killer);
      }
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function runAdminCreate(
  env: Record<string, string>,
  account: Account,
  input: AccountInput,
  hasPassword: boolean,
): Promise<void> {
  const args = [
    "admin",
    "create",
    "--json",
    // A user keeps the same password in every company.
    ...(hasPassword ? [] : ["--password-stdin"]),
    "--email",
    account.email,
    "--company",
    account.company,
  ];
  args.push("--first-name", input.firstName ?? "Ada", "--last-name", input.lastName ?? "Lovelace");
  args.push("--plan", input.plan ?? "BUSINESS", "--privilege", String(input.privilege ?? 1));
  if (input.mustChangePassword) args.push("--must-change-password");
  await runCommand(env, args, account.password);
}

/** Runs a server command while the server is running. It runs in this process, which is much faster. */
async function runCommand(env: Record<string, string>, args: readonly string[], input: string): Promise<void> {
  const { code, stderr } = await runInProcess(args, env, { input });
  if (code !== 0) throw new Error(`${args[0]} ${args[1]} ended with ${code}: ${stderr}`);
}

function waitForUrl(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let printed = "";
    const timer = setTimeout(() => {
      child.kill("SIGKILL");
      reject(new Error(`The server did not start: ${printed}`));
    }, 30_000);
    child.stderr?.on("data", (text) => {
      printed += text;
    });
    child.on("close", (code) => {
      clearTimeout(timer);
      reject(new Error(`The server ended with ${code}: ${printed}`));
    });
    if (child.stdout === null) return;
    createInterface({ input: child.stdout }).on("line", (line) => {
      printed += `${line}\n`;
      const { msg, url } = JSON.parse(line) as { msg?: string; url?: string };
      if (msg !== "listening" || url === undefined) return;
      clearTimeout(timer);
      resolve(url);
    });
  });
}
