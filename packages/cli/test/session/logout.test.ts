import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { startFaultProxy } from "../support/fault-proxy.ts";
import { useAccount, useHome, useServer } from "../support/lifetimes.ts";
import { startServer } from "../support/server-process.ts";
import { expireAccessToken } from "../support/stored-session.ts";

const server = useServer();
const other = useServer();
const account = useAccount(server);
const home = useHome(() => ({ BRIKSYNC_SERVER: server.url }));

beforeAll(async () => {
  await other.createAccount(account);
});

/** Starts a proxy. After it is armed, it runs `work` once, at the request or the response of the next sign-out. */
async function startProxy(at: "request" | "response", work: () => Promise<unknown>) {
  const run = async (moment: "request" | "response", path: string): Promise<void> => {
    if (!state.isArmed || moment !== at || !path.endsWith("/signout")) return;
    state.isArmed = false;
    await work();
  };
  const proxy = await startFaultProxy(server.url, {
    async decide({ path }) {
      await run("request", path);
      return { kind: "pass" };
    },
    beforeResponse: ({ path }) => run("response", path),
  });
  onTestFinished(() => proxy.stop());
  const state = { url: proxy.url, isArmed: false };
  return state;
}

async function signIn(flags: readonly string[] = []): Promise<void> {
  const args = ["login", "--insecure-storage", "--email", account.email, "--password-stdin", ...flags];
  expect((await home.run(args, { stdin: account.password })).exitCode).toBe(0);
}

describe("logout", () => {
  it("ends the session on the server, deletes it here, and keeps the profile's server", async () => {
    await signIn();
    expect(await home.run(["logout"])).toMatchObject({ exitCode: 0, stdout: "" });
    expect((await server.listActions(account))[0]).toBe("session.signed_out");
    expect(await readdir(join(home.configDirectory, "sessions"))).toEqual([]);
    const { profiles } = JSON.parse(await readFile(join(home.configDirectory, "config.json"), "utf8"));
    expect(profiles.default).toEqual({ server: server.url, sessions: {} });
  });

  it("succeeds if the user is not signed in", async () => {
    const result = await home.run(["logout"]);
    expect(result).toMatchObject({ exitCode: 0, stdout: "" });
    expect(result.stderr).toContain("not signed in");
  });

  it("deletes the session here if the server is down, reports that, and exits with 8", async () => {
    const doomed = await startServer();
    await doomed.createAccount(account);
    await signIn(["--server", doomed.url]);
    await doomed.stop();
    const result = await home.run(["logout"], { env: { BRIKSYNC_SERVER: undefined } });
    expect(result.exitCode).toBe(8);
    expect(result.stderr).toContain("may stay valid on the server");
    expect(await readdir(join(home.configDirectory, "sessions"))).toEqual([]);
    expect((await home.run(["logout"], { env: { BRIKSYNC_SERVER: undefined } })).exitCode).toBe(0);
  });

  it("ends a session with an expired token, after renewing it", async () => {
    await signIn(["--server", other.url]);
    await expireAccessToken(home.configDirectory);
    expect((await home.run(["logout", "--server", other.url])).exitCode).toBe(0);
    expect((await other.listActions(account))[0]).toBe("session.signed_out");
  });

  it("--all ends every profile's session, on every server", async () => {
    await signIn();
    await signIn(["--profile", "work", "--server", other.url]);
    const result = await home.run(["logout", "--all"]);
    expect(result.exitCode).toBe(0);
    expect(result.stderr).toContain("profile work");
    expect((await server.listActions(account))[0]).toBe("session.signed_out");
    expect((await other.listActions(account))[0]).toBe("session.signed_out");
    expect((await home.run(["whoami", "--profile", "work"], { env: { BRIKSYNC_SERVER: undefined } })).exitCode).toBe(4);
  });

  it("keeps the session and the profile entry of a concurrent login", async () => {
    const proxy = await startProxy("response", () => signIn(["--server", proxy.url]));
    await signIn(["--server", proxy.url]);
    proxy.isArmed = true;
    const result = await home.run(["logout"], { env: { BRIKSYNC_SERVER: proxy.url } });
    expect(result).toMatchObject({ exitCode: 0 });
    expect(result.stderr).toContain("Another run has signed in");
    expect((await home.run(["whoami", "--server", proxy.url])).exitCode).toBe(0);
  });

  it("deletes its session even if another run refreshes it at the same time", async () => {
    const proxy = await startProxy("request", async () => {
      const [file = ""] = await readdir(join(home.configDirectory, "sessions"));
      const path = join(home.configDirectory, "sessions", file);
      const { refreshToken } = JSON.parse(await readFile(path, "utf8"));
      const refreshed = await fetch(`${server.url}/external/v1/auth/refresh`, {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: JSON.stringify({ refreshToken }),
      });
      await writeFile(path, await refreshed.text());
    });
    await signIn(["--server", proxy.url]);
    proxy.isArmed = true;
    expect(await home.run(["logout"], { env: { BRIKSYNC_SERVER: proxy.url } })).toMatchObject({ exitCode: 0 });
    expect(await readdir(join(home.configDirectory, "sessions"))).toEqual([]);
    expect((await home.run(["whoami", "--server", proxy.url])).stderr).toContain("not signed in");
  });

  it("warns that a token from the environment is still used", async () => {
    const result = await home.run(["logout"], { env: { BRIKSYNC_TOKEN: "t" } });
    expect(result.exitCode).toBe(0);
    expect(result.stderr).toContain("BRIKSYNC_TOKEN is still set");
  });
});

describe("profiles", () => {
  it("have separate servers and sessions; flags override the environment, which overrides the profile", async () => {
    await signIn();
    await signIn(["--profile", "work", "--server", other.url]);
    const seen = async (flags: string[], env: Record<string, string | undefined>): Promise<string> => {
      const { stdout } = await home.run(["whoami", ...flags], { env: { BRIKSYNC_SERVER: undefined, ...env } });
      return stdout.split("\n").slice(0, 2).join(" ").replace(/\s+/g, " ");
    };
    expect(await seen([], {})).toBe(`Server ${server.url} (profile "default") Profile default (by default)`);
    expect(await seen(["--profile", "work"], {})).toBe(`Server ${other.url} (profile "work") Profile work (--profile)`);
    expect(await seen([], { BRIKSYNC_PROFILE: "work" })).toContain("Profile work (BRIKSYNC_PROFILE)");
    expect(await seen(["--profile", "default"], { BRIKSYNC_PROFILE: "work" })).toContain("Profile default (--profile)");
    expect(await seen([], { BRIKSYNC_SERVER: server.url })).toContain("(BRIKSYNC_SERVER)");
    const env = { BRIKSYNC_SERVER: other.url, BRIKSYNC_PROFILE: "work" };
    expect(await seen(["--server", other.url], env)).toContain(`Server ${other.url} (--server)`);
  });
});
