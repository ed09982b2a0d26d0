import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { startFaultProxy } from "../support/fault-proxy.ts";
import { useAccount, useHome, useServer, useTerminal } from "../support/lifetimes.ts";

const server = useServer();
const account = useAccount(server);
const home = useHome();

/** Starts a proxy. After it is armed, it runs `work` before it forwards the next sign-in. */
async function startProxy(work: () => Promise<unknown>) {
  const proxy = await startFaultProxy(server.url, {
    async decide({ path }) {
      if (state.isArmed && path.endsWith("/signin")) {
        state.isArmed = false;
        await work();
      }
      return { kind: "pass" };
    },
  });
  onTestFinished(() => proxy.stop());
  const state = { url: proxy.url, isArmed: false };
  return state;
}

async function login(url: string): Promise<void> {
  const args = ["login", "--insecure-storage", "--email", account.email, "--password-stdin", "--server", url];
  expect(await home.run(args, { stdin: account.password })).toMatchObject({ exitCode: 0 });
}

async function readToken(): Promise<string> {
  const directory = join(home.configDirectory, "sessions");
  const [file = ""] = await readdir(directory);
  return JSON.parse(await readFile(join(directory, file), "utf8")).accessToken;
}

const call = async (method: string, path: string, token: string): Promise<number> =>
  (await fetch(`${server.url}/external/v1/auth${path}`, { method, headers: { authorization: `Bearer ${token}` } }))
    .status;

it("C-03 login ends the session that a concurrent login has stored", async () => {
  let other = "";
  const proxy = await startProxy(async () => {
    await login(proxy.url);
    other = await readToken();
    expect(await call("GET", "/me", other)).toBe(200);
  });
  proxy.isArmed = true;
  await login(proxy.url);
  expect(await call("GET", "/me", other)).toBe(401);
  expect(await call("GET", "/me", await readToken())).toBe(200);
});

it("C-03 a command that signs in again ends the session that a concurrent login has stored", async () => {
  let other = "";
  const proxy = await startProxy(async () => {
    await login(proxy.url);
    other = await readToken();
    expect(await call("GET", "/me", other)).toBe(200);
  });
  await login(proxy.url);
  expect(await call("POST", "/signout", await readToken())).toBe(204);
  const terminal = useTerminal(["companies", "list", "--server", proxy.url], { env: home.env });
  await terminal.waitFor(`Password of ${account.email}`);
  proxy.isArmed = true;
  terminal.enter(account.password);
  await terminal.waitFor(account.company);
  expect((await terminal.waitForExit()).exitCode).toBe(0);
  expect(await call("GET", "/me", other)).toBe(401);
  expect(await call("GET", "/me", await readToken())).toBe(200);
});
