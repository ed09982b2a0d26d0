import { readdir, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { beforeEach, describe, expect, it } from "vitest";
import { spawnCli, waitForEnd } from "../support/cli-process.ts";
import { useAccount, useHome, useServer, useTerminal } from "../support/lifetimes.ts";
import { expireAccessToken, findSessionFile, readSession } from "../support/stored-session.ts";

const server = useServer();
const account = useAccount(server);
const home = useHome(() => ({ BRIKSYNC_SERVER: server.url }));

async function signIn(): Promise<string> {
  const args = ["login", "--insecure-storage", "--email", account.email, "--password-stdin"];
  expect((await home.run(args, { stdin: account.password })).exitCode).toBe(0);
  return findSessionFile(home.configDirectory);
}

describe("whoami", () => {
  it("says when the token expires, and when the user must sign in again", async () => {
    await signIn();
    const { stdout } = await home.run(["whoami"]);
    expect(stdout).toMatch(/\nValid until +\S+Z \(in 1\d minutes, then renewed automatically\)\n/);
    expect(stdout).toMatch(/\nSign in again +\S+Z \(in 4 weeks\), or later if you use the CLI before\n/);
    const { session } = JSON.parse((await home.run(["whoami", "-o", "json"])).stdout);
    expect(session).toMatchObject({ endsOn: expect.stringMatching(/Z$/), endsAtLatestOn: null });
    // The CLI does not renew a token from the environment.
    const env = { BRIKSYNC_TOKEN: (await home.run(["token"])).stdout.trim() };
    const fixed = (await home.run(["whoami"], { env })).stdout;
    expect(/Sign in again +(\S+)/.exec(fixed)?.[1]).toBe(/Valid until +(\S+)/.exec(fixed)?.[1]);
  });
});

describe("token", () => {
  const ask = (token: string): Promise<number> =>
    fetch(`${server.url}/external/v1/auth/me`, { headers: { authorization: `Bearer ${token}` } }).then(
      ({ status }) => status,
    );

  it("prints a token that the server accepts, also after the stored one has expired", async () => {
    await signIn();
    await expireAccessToken(home.configDirectory);
    const { exitCode, stdout, stderr } = await home.run(["token"]);
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    expect(stdout).toMatch(/^eyJ\S+\n$/);
    expect(await ask(stdout.trim())).toBe(200);
    const json = JSON.parse((await home.run(["token", "-o", "json"])).stdout);
    expect(json).toMatchObject({ accessToken: stdout.trim(), server: server.url });
    expect(Date.parse(json.expiresAt)).toBeGreaterThan(Date.now());
  });

  it("asks at a terminal, and shows nothing to a user who declines", async () => {
    await signIn();
    const declined = useTerminal(["token"], { env: home.env });
    await declined.waitFor("Show an access token on this screen?");
    declined.enter("n");
    expect((await declined.waitForExit()).exitCode).toBe(130);
    expect(declined.text).not.toContain("eyJ");
    const refused = useTerminal(["token", "--no-input"], { env: home.env });
    expect((await refused.waitForExit()).exitCode).toBe(2);
    expect(refused.text).not.toContain("eyJ");
    const shown = useTerminal(["token", "--yes"], { env: home.env, columns: 2000 });
    expect((await shown.waitForExit()).exitCode).toBe(0);
    expect(await ask(/eyJ\S+/.exec(shown.text)?.[0] ?? "")).toBe(200);
  });

  it("is refused for a sign-in that ends with the run", async () => {
    const env = { BRIKSYNC_EMAIL: account.email, BRIKSYNC_PASSWORD: account.password };
    const { exitCode, stdout, stderr } = await home.run(["token"], { env });
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: "" });
    expect(stderr).toContain("so its token ends with this run");
  });
});

describe("a session with an expired token", () => {
  it("is renewed silently, and the new session is stored", async () => {
    const path = await signIn();
    const before = await readSession(path);
    await expireAccessToken(home.configDirectory);
    const whoami = await home.run(["whoami", "-o", "json"]);
    expect(whoami).toMatchObject({ exitCode: 0, stderr: "" });
    const after = await readSession(path);
    // Access tokens of the same second can be equal, so compare only the refresh tokens.
    expect(after.accessToken).toMatch(/^eyJ/);
    expect(after.refreshToken).not.toBe(before.refreshToken);
  });

  it("C-08 survives eight concurrent renewals", async () => {
    const path = await signIn();
    for (let round = 0; round < 3; round += 1) {
      await expireAccessToken(home.configDirectory);
      const results = await Promise.all(Array.from({ length: 8 }, () => home.run(["whoami", "-o", "ids"])));
      expect(results.map((result) => result.exitCode + result.stderr)).toEqual(Array(8).fill("0"));
    }
    expect((await readSession(path)).accessToken).toMatch(/^eyJ/);
    expect(await readdir(join(home.configDirectory, "locks"))).toEqual([]);
  }, 60_000);

  it("C-08 is renewed even if a killed CLI left its lock behind", async () => {
    const path = await signIn();
    const name = path.replace(/^.*\//, "").replace(/\.json$/, ".lock");
    const holder = { processId: 4_190_000, hostName: hostname(), token: "dead" };
    await writeFile(join(home.configDirectory, "locks", name), JSON.stringify(holder));
    await expireAccessToken(home.configDirectory);
    // The time limit is shorter than 15 s, after which every lock is stale.
    const whoami = await home.run(["whoami"], { timeoutMs: 10_000 });
    expect(whoami.exitCode).toBe(0);
    expect(await readdir(join(home.configDirectory, "locks"))).toEqual([]);
  });

  it("C-08 Ctrl-C ends the wait for another CLI's lock with 130", async () => {
    const path = await signIn();
    const name = path.replace(/^.*\//, "").replace(/\.json$/, ".lock");
    const holder = { processId: process.pid, hostName: hostname(), token: "alive" };
    await writeFile(join(home.configDirectory, "locks", name), JSON.stringify(holder));
    await expireAccessToken(home.configDirectory);
    const child = spawnCli(["whoami"], { env: home.env });
    await setTimeout(1000);
    child.process.kill("SIGINT");
    expect(await waitForEnd(child, 5000)).toEqual({ exitCode: 130, signal: null });
    expect(await child.texts.stderr).toContain("Interrupted.");
  });

  it("does not depend on this machine's clock", async () => {
    const path = await signIn();
    for (const shiftMs of [-86_400_000 * 400, 86_400_000 * 400]) {
      const shift = `const now=Date.now;const D=Date;globalThis.Date=class extends D{constructor(...a){a.length?super(...a):super(now()+${shiftMs})}static now(){return now()+${shiftMs}}}`;
      const env = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(shift)}` };
      const whoami = await home.run(["whoami", "-o", "json"], { env });
      expect(whoami.exitCode, whoami.stderr).toBe(0);
      await expireAccessToken(home.configDirectory);
      expect((await home.run(["whoami"], { env })).exitCode).toBe(0);
    }
    const stored = await readSession(path);
    await writeFile(path, JSON.stringify({ ...stored, expiresAt: "1999-01-01T00:00:00.000Z" }));
    expect((await home.run(["whoami"])).exitCode).toBe(0);
  });
});

describe("a session that has ended", () => {
  beforeEach(async () => {
    await signIn();
    await endSession();
  });

  /** Ends the stored session on the server without the CLI. */
  async function endSession(): Promise<void> {
    const { accessToken } = await readSession(await findSessionFile(home.configDirectory));
    const ended = await fetch(`${server.url}/external/v1/auth/signout`, {
      method: "POST",
      headers: { authorization: `Bearer ${accessToken}` },
    });
    expect(ended.status).toBe(204);
  }

  it("exits with 4 without a terminal, in text and JSON", async () => {
    const text = await home.run(["companies", "list"]);
    expect(text).toMatchObject({ exitCode: 4, stdout: "" });
    expect(text.stderr).toContain("briksync login");
    const json = await home.run(["companies", "list", "-o", "json"]);
    expect(json).toMatchObject({ exitCode: 4, stdout: "" });
    expect(JSON.parse(json.stderr).error).toMatchObject({ type: "UNAUTHORIZED", status: 401, exitCode: 4 });
    expect((await home.run(["whoami"])).exitCode).toBe(4);
    expect((await home.run(["whoami", "-o", "json"])).exitCode).toBe(4);
  });

  it("at a terminal, prompts for the password of the stored email address and continues the command", async () => {
    const terminal = useTerminal(["companies", "list"], { env: { ...home.env } });
    await terminal.waitFor("has expired or was ended");
    await terminal.waitFor(`Password of ${account.email}`);
    terminal.enter(account.password);
    await terminal.waitFor(account.company);
    expect((await terminal.waitForExit()).exitCode).toBe(0);
    expect((await home.run(["companies", "list"])).exitCode).toBe(0);
  });

  it("continues in its company, not in the server's default", async () => {
    const person = await server.createAccount({ company: "Primary Ltd" });
    await server.createAccount({ ...person, company: "Other Ltd" });
    for (const company of ["Primary Ltd", "Other Ltd"]) {
      const login = ["login", "--insecure-storage", "--email", person.email, "--password-stdin", "--company", company];
      expect((await home.run(login, { stdin: person.password })).exitCode).toBe(0);
      await endSession();
      const terminal = useTerminal(["companies", "list"], { env: { ...home.env } });
      await terminal.waitFor(`Password of ${person.email}`);
      terminal.enter(person.password);
      await terminal.waitFor(new RegExp(`\\* +${company}`));
      expect((await terminal.waitForExit()).exitCode).toBe(0);
    }
  });

  it("has a hint with the flags of this run", async () => {
    const result = await home.run(["companies", "list", "--server", server.url]);
    expect(result.stderr).toContain(`briksync login --server ${server.url}`);
  });

  it("C-05 --no-input never prompts, even at a terminal", async () => {
    const terminal = useTerminal(["companies", "list", "--no-input"], { env: { ...home.env } });
    await terminal.waitFor("briksync login");
    expect((await terminal.waitForExit()).exitCode).toBe(4);
    expect(terminal.text).not.toContain("Password");
  });

  it("can be signed out of without an error", async () => {
    expect((await home.run(["logout"])).exitCode).toBe(0);
    expect((await home.run(["whoami"])).stderr).toContain("not signed in");
  });
});
