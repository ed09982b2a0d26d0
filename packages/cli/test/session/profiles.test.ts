import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { useAccount, useHome, useServer } from "../support/lifetimes.ts";

const server = useServer();
const account = useAccount(server);
const home = useHome();

async function signIn(profile: string): Promise<void> {
  const args = ["login", "--profile", profile, "--server", server.url, "--email", account.email, "--password-stdin"];
  const { exitCode } = await home.run([...args, "--insecure-storage"], { stdin: account.password });
  expect(exitCode).toBe(0);
}

async function listActive(env: Readonly<Record<string, string>> = {}): Promise<string[]> {
  const { stdout } = await home.run(["profiles", "list", "-o", "json"], { env });
  return JSON.parse(stdout)
    .filter(({ active }: { active: boolean }) => active)
    .map(({ name }: { name: string }) => name);
}

describe("profiles", () => {
  it("are listed and shown without asking a server, and without a token", async () => {
    const none = await home.run(["profiles", "list"]);
    expect(none).toMatchObject({ exitCode: 0, stdout: "" });
    expect(none.stderr).toContain("briksync login");
    await signIn("work");
    const table = (await home.run(["profiles", "list"])).stdout;
    expect(table).toMatch(/^ +NAME +SERVER +USER +COMPANY +SESSION\n/);
    expect(table).toMatch(new RegExp(`work +${server.url} +${account.email} +\\S.* file\n`));
    const { stdout } = await home.run(["profiles", "show", "work", "-o", "json"], {
      env: { BRIKSYNC_SERVER: "http://127.0.0.1:9" },
    });
    const [session] = JSON.parse(stdout).sessions;
    expect(JSON.parse(stdout)).toMatchObject({ name: "work", server: server.url, active: false });
    expect(session).toMatchObject({ server: server.url, email: account.email, storage: "file" });
    expect(Object.keys(session)).toEqual(["server", "email", "company", "companyId", "storage"]);
    expect((await home.run(["profiles", "show", "work"])).stdout).toContain(
      `Sessions  ${server.url}  ${account.email}`,
    );
  });

  it("are used by default after `profiles use`, unless a flag or a variable names another one", async () => {
    await signIn("work");
    await signIn("default");
    expect(await listActive()).toEqual(["default"]);
    expect((await home.run(["profiles", "use", "work"])).stderr).toBe(
      `✓ Commands now use the profile "work", on ${server.url}.\n`,
    );
    expect(await listActive()).toEqual(["work"]);
    expect(await listActive({ BRIKSYNC_PROFILE: "default" })).toEqual(["default"]);
    const who = JSON.parse((await home.run(["whoami", "-o", "json"])).stdout);
    expect(who).toMatchObject({ profile: "work", server: server.url });
    // Another sign-in keeps the default profile.
    await signIn("work");
    expect(await listActive()).toEqual(["work"]);
    const warned = await home.run(["profiles", "use", "work"], { env: { BRIKSYNC_PROFILE: "default" } });
    expect(warned.stderr).toContain("BRIKSYNC_PROFILE is set and overrides this choice.");
  });

  it("end their sessions on the server when they are removed, and the others stay", async () => {
    await signIn("work");
    await signIn("default");
    await home.run(["profiles", "use", "work"]);
    const { sessions } = JSON.parse((await home.run(["profiles", "show", "-o", "json"])).stdout);
    expect(sessions).toHaveLength(1);
    const token = await readToken();
    expect(await ask(token)).toBe(200);
    const removed = await home.run(["profiles", "remove", "work"]);
    expect(removed).toMatchObject({ exitCode: 0, stdout: "" });
    expect(removed.stderr).toContain('✓ Removed the profile "work".');
    expect(await ask(token)).toBe(401);
    expect(await listActive()).toEqual(["default"]);
    expect(await home.run(["whoami"])).toMatchObject({ exitCode: 0 });
    expect(await readFile(join(home.configDirectory, "config.json"), "utf8")).not.toContain("work");
  });

  it("that do not exist are an error with the nearest name", async () => {
    await signIn("work");
    for (const verb of ["show", "use", "remove"]) {
      const { exitCode, stderr } = await home.run(["profiles", verb, "wrok"]);
      expect({ verb, exitCode }).toEqual({ verb, exitCode: 3 });
      expect(stderr).toContain("Did you mean work?");
    }
    const other = await home.run(["profiles", "remove", "elsewhere"]);
    expect(other.stderr.split("\n").slice(1, -1)).toEqual([
      "  work",
      "hint: To list your profiles, run: briksync profiles list",
      "hint: To create it, run: briksync login --profile elsewhere --server URL",
    ]);
  });
});

describe("a login to another server", () => {
  it("keeps the session on the first one and says how to end it", async () => {
    await signIn("default");
    const other = server.url.replace("127.0.0.1", "localhost");
    const args = ["login", "--server", other, "--email", account.email, "--password-stdin", "--insecure-storage"];
    const { exitCode, stderr } = await home.run(args, { stdin: account.password });
    expect(exitCode).toBe(0);
    expect(stderr).toContain(
      `The session on ${server.url} is kept. To end it, run: briksync logout --server ${server.url}\n`,
    );
    expect(await home.run(["whoami", "--server", server.url])).toMatchObject({ exitCode: 0 });
    const all = await home.run(["logout", "--all"]);
    expect(all.stderr).toContain(`Signed out of ${server.url}`);
    expect(all.stderr).toContain(`Signed out of ${other}`);
  });
});

/** Returns the access token of the profile "work". */
async function readToken(): Promise<string> {
  const { stdout } = await home.run(["token", "--profile", "work"]);
  return stdout.trim();
}

async function ask(token: string): Promise<number> {
  const url = `${server.url}/external/v1/auth/me`;
  return (await fetch(url, { headers: { authorization: `Bearer ${token}` } })).status;
}
