import { mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { beforeEach, expect, it } from "vitest";
import { createCliHome } from "../support/cli-process.ts";
import { useHome, useServer } from "../support/lifetimes.ts";
import type { Account } from "../support/server-process.ts";
import { sendJson, startStubServer } from "../support/stub-server.ts";

const server = useServer();
let account: Account;
const home = useHome(() => ({ BRIKSYNC_SERVER: server.url }));

beforeEach(async () => {
  account = await server.createAccount();
});

const login = ({ email, password }: Account, ...flags: string[]) =>
  home.run(["login", "--insecure-storage", "--email", email, "--password-stdin", ...flags], { stdin: password });

const devices = (): string => join(home.configDirectory, "devices");

async function readDevices(): Promise<Record<string, string>> {
  const names = await readdir(devices());
  return Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, await readFile(join(devices(), name), "utf8")] as const)),
  );
}

/** Fails to sign in until the server blocks unknown devices on this machine for the account. */
async function attack({ email }: Account): Promise<void> {
  for (let failure = 0; failure < 10; failure += 1) {
    const response = await fetch(`${server.url}/external/v1/auth/signin`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ email, password: "a stranger's guess" }),
    });
    expect(response.status).toBe(401);
  }
}

it("S-61 login works on a known device while others fail to sign in, in every profile and after logout", async () => {
  expect((await login(account)).exitCode).toBe(0);
  const kept = await readDevices();
  expect(Object.values(kept)).toEqual([expect.stringMatching(/^[\w-]{43}\n$/)]);
  expect(await home.run(["logout", "--all"])).toMatchObject({ exitCode: 0 });
  await attack(account);
  expect((await login({ ...account, email: account.email.toUpperCase() }, "--profile", "other")).exitCode).toBe(0);
  // The server returns the same token to a known device.
  expect(await readDevices()).toEqual(kept);
  await rm(devices(), { recursive: true });
  expect(await login(account)).toMatchObject({ exitCode: 7 });
});

it("S-61 C-03 login stores the token in a private file for each account", async () => {
  const grace = await server.createAccount();
  await login(account);
  const [first] = Object.entries(await readDevices());
  await login(grace);
  const both = await readDevices();
  expect(Object.keys(both)).toHaveLength(2);
  expect(both[first?.[0] ?? ""]).toBe(first?.[1]);
  expect((await stat(devices())).mode & 0o777).toBe(0o700);
  for (const name of Object.keys(both)) expect((await stat(join(devices(), name))).mode & 0o777).toBe(0o600);
  const result = await home.run(
    ["login", "--insecure-storage", "--email", account.email, "--password-stdin", "--debug"],
    {
      stdin: account.password,
    },
  );
  for (const token of Object.values(both)) expect(result.stdout + result.stderr).not.toContain(token.trim());
});

it("S-61 login ignores an unreadable token, and a sign-in from the environment uses no token", async () => {
  await mkdir(devices(), { recursive: true, mode: 0o700 });
  await login(account);
  const [name = ""] = await readdir(devices());
  for (const content of ["two\nlines\n", "x".repeat(10_000)]) {
    await writeFile(join(devices(), name), content);
    expect((await login(account)).exitCode).toBe(0);
    expect((await readDevices())[name]).toMatch(/^[\w-]{43}\n$/);
  }
  await rm(join(devices(), name));
  await mkdir(join(devices(), name));
  expect((await login(account)).exitCode).toBe(0);
  const { email: BRIKSYNC_EMAIL, password: BRIKSYNC_PASSWORD } = account;
  const fresh = await createCliHome({ BRIKSYNC_SERVER: server.url, BRIKSYNC_EMAIL, BRIKSYNC_PASSWORD });
  expect((await fresh.run(["keys", "list"])).exitCode).toBe(0);
  await expect(stat(fresh.configDirectory)).rejects.toThrow("ENOENT");
  await fresh.remove();
});

it("K-06 login sends only the documented fields to a server that supports only those", async () => {
  const bodies: unknown[] = [];
  const documented = await startStubServer(async (request, response) => {
    if (request.url !== "/external/v1/auth/signin") {
      sendJson(response, 404, { error: { code: 404, message: "Resource does not exist" } });
      return;
    }
    bodies.push(JSON.parse(await text(request)));
    sendJson(response, 200, {
      accessToken: "token",
      user: { id: "u1", firstName: "Ada", lastName: "Lovelace", email: account.email, mustChangePassword: false },
      activeCompany: { id: "c1", name: "Acme Corp" },
      companies: [{ id: "c1", name: "Acme Corp", privilege: 1 }],
    });
  });
  for (let time = 0; time < 2; time += 1) {
    expect((await login(account, "--server", documented.url)).exitCode).toBe(0);
  }
  expect(bodies).toEqual(Array(2).fill({ email: account.email, password: account.password }));
  await expect(readdir(devices())).rejects.toThrow("ENOENT");
  await documented.stop();
});
