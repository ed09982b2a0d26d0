import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openBrowser } from "../../server/test/support/browser.ts";
import { approve, poll, startDevice } from "../../server/test/support/device-sign-ins-in-browser.ts";
import { createHttpClient, type HttpClient } from "../../server/test/support/http-client.ts";
import { useHome, useServer, useTerminal } from "./support/lifetimes.ts";
import { sendJson, startOddServer } from "./support/odd-server.ts";
import type { Account } from "./support/server-process.ts";

const server = useServer();
const home = useHome(() => ({ BRIKSYNC_SERVER: server.url }));
const auth = "/external/v1/auth";
let client: HttpClient;
let account: Account;

beforeAll(() => {
  client = createHttpClient(server.url);
});
afterAll(() => client.close());
beforeEach(async () => {
  account = await server.createAccount();
});

interface Listed {
  readonly id: string;
  readonly current: boolean;
  readonly hostName: string | null;
  readonly client: string | null;
}

const getStatus = async (token: string): Promise<number> => (await client.call("GET", `${auth}/me`, { token })).status;

/** Signs the CLI in. */
async function login(): Promise<void> {
  const args = ["login", "--insecure-storage", "--email", account.email, "--password-stdin"];
  expect((await home.run(args, { stdin: account.password })).exitCode).toBe(0);
}

async function list(...args: string[]): Promise<Listed[]> {
  const { exitCode, stdout, stderr } = await home.run(["sessions", "list", "-o", "json", ...args]);
  expect(exitCode, stderr).toBe(0);
  return JSON.parse(stdout);
}

/** Signs devices with these host names in, in a browser. Returns their access tokens. */
async function addDevices(...hostNames: string[]): Promise<string[]> {
  const browser = await openBrowser(client, account);
  const { accessToken: token } = (await browser.fetch("/api/auth/token")).body.data;
  const { activeCompany } = (await client.call("GET", `${auth}/me`, { token })).body;
  const tokens: string[] = [];
  for (const hostName of hostNames) {
    const started = await startDevice(client, { host_name: hostName });
    await approve(browser, started.user_code, activeCompany.id);
    tokens.push((await poll(client, started.device_code)).body.access_token);
  }
  return tokens;
}

describe("briksync sessions list", () => {
  it("shows all sessions of the user, and marks that of this run", async () => {
    await addDevices("old-laptop");
    await server.signIn(account);
    await login();
    const { exitCode, stdout, stderr } = await home.run(["sessions", "list"], { env: { COLUMNS: "200" } });
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    const lines = stdout.trimEnd().split("\n");
    expect(lines[0]).toMatch(/^ +CLIENT +SIGNED IN WITH +IP ADDRESS +LAST USED +COMPANY +ID$/);
    expect(lines[1]).toMatch(/^\* +briksync-cli\/\S+ briksync-sdk\/\S+ +password +127\.0\.0\.1 +just now +Acme Corp/);
    expect(stdout).toMatch(/\n +old-laptop \(briksync 1\.2\.3\) +approved in browser +127\.0\.0\.1 /);
    expect(lines).toHaveLength(5);
    const sessions = await list();
    expect(sessions.filter(({ current }) => current)).toMatchObject([{ hostName: null, openedWith: "password" }]);
    expect(Object.keys(sessions[0] ?? {})).toEqual(
      expect.arrayContaining(["id", "current", "openedWith", "hostName", "client", "ip", "createdOn", "lastUsedOn"]),
    );
  });

  it("searches, sorts, limits and chooses fields, in all formats", async () => {
    await addDevices("old-laptop", "build-1");
    await login();
    expect(await list("--search", "LAPTOP")).toMatchObject([{ hostName: "old-laptop" }]);
    expect(await list("--sort", "createdOn", "--limit", "2", "--fields", "hostName")).toEqual([
      { hostName: null },
      { hostName: "old-laptop" },
    ]);
    const csv = await home.run([
      "sessions",
      "list",
      "--search",
      "build-1",
      "--fields",
      "hostName,openedWith",
      "-o",
      "csv",
    ]);
    expect(csv.stdout).toBe("hostName,openedWith\nbuild-1,device\n");
    const ids = await home.run(["sessions", "ls", "-o", "ids"]);
    expect(ids.stdout.trim().split("\n")).toEqual((await list()).map(({ id }) => id));
    const none = await home.run(["sessions", "list", "--search", "nowhere"]);
    expect(none).toMatchObject({ exitCode: 0, stdout: "", stderr: "None of your 4 sessions match.\n" });
  });

  it("shows sessions of which an older server wrote nothing down", async () => {
    const session = {
      id: "00000000-0000-4000-8000-000000000001",
      current: false,
      ...{ openedWith: null, hostName: null, client: null, ip: null, lastUsedOn: null, company: null },
      createdOn: "2026-01-01T00:00:00.000Z",
      expiresOn: "2090-01-01T00:00:00.000Z",
    };
    const odd = await startOddServer((_request, response) => sendJson(response, 200, [session]));
    const env = { BRIKSYNC_SERVER: odd.url, BRIKSYNC_TOKEN: "t" };
    const { stdout } = await home.run(["sessions", "list"], { env });
    expect(stdout).toMatch(/\n +unknown client +unknown +unknown +unknown +none +00000000-/);
    expect((await home.run(["sessions", "list", "-o", "csv"], { env })).stdout).toContain(
      `false,,,,,,,${session.createdOn},${session.expiresOn},${session.id}`,
    );
    await odd.stop();
  });
});

describe("briksync sessions end", () => {
  it("ends a session by its host name or its ID", async () => {
    const [laptop = "", build = ""] = await addDevices("Old-Laptop", "build-1");
    await login();
    const refused = await home.run(["sessions", "end", "old-laptop"]);
    expect(refused).toMatchObject({ exitCode: 2, stdout: "", stderr: expect.stringContaining("--yes") });
    expect(await getStatus(laptop)).toBe(200);
    const ended = await home.run(["sessions", "end", "old-laptop", "--yes"]);
    expect(ended).toMatchObject({ exitCode: 0, stdout: "" });
    expect(ended.stderr).toBe(
      '✓ Ended the session "Old-Laptop (briksync 1.2.3)". The server refuses its tokens from now on.\n',
    );
    expect([await getStatus(laptop), await getStatus(build)]).toEqual([401, 200]);
    const [session] = await list("--search", "build-1");
    const byId = await home.run(["sessions", "end", session?.id.toUpperCase() ?? "", "-y", "-o", "json"]);
    expect(JSON.parse(byId.stdout)).toMatchObject([{ id: session?.id, hostName: "build-1" }]);
    expect(await getStatus(build)).toBe(401);
    expect((await home.run(["whoami"])).exitCode).toBe(0);
  });

  it("says what was meant if no session or several have the name", async () => {
    await addDevices("old-laptop", "build", "build");
    await login();
    const unknown = await home.run(["sessions", "end", "old-latop", "--yes"]);
    expect(unknown).toMatchObject({ exitCode: 3, stdout: "" });
    expect(unknown.stderr).toMatch(
      /None of your sessions has the ID or host name "old-latop"\.\n +old-laptop \(briksync 1\.2\.3\) .*\nhint: Did you mean one of these\?/,
    );
    const ambiguous = await home.run(["sessions", "end", "build", "--yes"]);
    expect(ambiguous).toMatchObject({ exitCode: 2, stdout: "" });
    expect(ambiguous.stderr).toContain('2 of your sessions have the host name "build".');
    expect(await list()).toHaveLength(5);
  });

  it("ends all other sessions", async () => {
    const tokens = [...(await addDevices("old-laptop")), await server.signIn(account)];
    await login();
    expect((await home.run(["sessions", "end", "--others"])).exitCode).toBe(2);
    const both = await home.run(["sessions", "end", "--others", "old-laptop", "--yes"]);
    expect(both).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("cannot be combined") });
    expect(await Promise.all(tokens.map(getStatus))).toEqual([200, 200]);
    const ended = await home.run(["sessions", "end", "--others", "--yes"]);
    expect(ended).toEqual(expect.objectContaining({ exitCode: 0, stdout: "", stderr: "✓ Ended 3 other sessions.\n" }));
    expect(await Promise.all(tokens.map(getStatus))).toEqual([401, 401]);
    expect(await list()).toMatchObject([{ current: true }]);
    const again = await home.run(["sessions", "end", "--others", "--yes"]);
    expect(again).toMatchObject({ exitCode: 0, stderr: "You have no other sessions.\n" });
  });

  it("signs out if the session is that of this run, and deletes it here", async () => {
    await login();
    const [own] = await list();
    const ended = await home.run(["sessions", "end", own?.id ?? "", "--yes"]);
    expect(ended).toMatchObject({ exitCode: 0, stdout: "" });
    expect(ended.stderr).toContain(`Signed out of ${server.url}.`);
    expect(await readdir(join(home.configDirectory, "sessions"))).toEqual([]);
    expect((await home.run(["whoami"])).exitCode).toBe(4);
    expect((await server.listActions(account))[0]).toBe("session.signed_out");
  });

  it("keeps a stored session if the session of this run is that of a token in the environment", async () => {
    await login();
    const env = { BRIKSYNC_TOKEN: await server.signIn(account) };
    const { stdout } = await home.run(["sessions", "list", "-o", "json"], { env });
    const own = (JSON.parse(stdout) as Listed[]).find(({ current }) => current);
    const ended = await home.run(["sessions", "end", own?.id ?? "", "--yes"], { env });
    expect(ended).toMatchObject({ exitCode: 0, stdout: "" });
    expect(ended.stderr).toContain("BRIKSYNC_TOKEN is still set, and its token no longer works.");
    expect(await getStatus(env.BRIKSYNC_TOKEN)).toBe(401);
    expect((await home.run(["whoami"])).exitCode).toBe(0);
  });

  it("ends the session of a run that signs in with a password from the environment", async () => {
    const env = { BRIKSYNC_EMAIL: account.email, BRIKSYNC_PASSWORD: account.password };
    const kept = await server.signIn(account);
    const ended = await home.run(["sessions", "end", "--others", "--yes"], { env });
    expect(ended).toMatchObject({ exitCode: 0, stderr: "✓ Ended 1 other session.\n" });
    expect(await getStatus(kept)).toBe(401);
  });
});

describe("briksync sessions end at a terminal", () => {
  it("opens a list without an argument, and asks before it ends the chosen session", async () => {
    const [laptop = ""] = await addDevices("old-laptop");
    await login();
    const terminal = useTerminal(["sessions", "end"], { env: home.env, columns: 160 });
    await terminal.waitFor("Choose a session (type to search):");
    terminal.type("laptop");
    await terminal.waitFor(/❯ old-laptop \(briksync 1\.2\.3\) {2,}127\.0\.0\.1, last used/);
    terminal.enter();
    await terminal.waitFor('End the session "old-laptop (briksync 1.2.3)"');
    expect(await getStatus(laptop)).toBe(200);
    terminal.enter("y");
    await terminal.waitFor("Ended the session");
    expect((await terminal.waitForExit()).exitCode).toBe(0);
    expect(await getStatus(laptop)).toBe(401);
  });

  it("lets the user choose between sessions of one host name, and changes nothing without a yes", async () => {
    const tokens = await addDevices("build", "build");
    await login();
    const terminal = useTerminal(["sessions", "end", "build"], { env: home.env, columns: 160 });
    await terminal.waitFor('2 of your sessions have the host name "build". Choose one:');
    terminal.enter();
    await terminal.waitFor('End the session "build (briksync 1.2.3)"');
    terminal.enter("n");
    expect((await terminal.waitForExit()).exitCode).toBe(130);
    expect(await Promise.all(tokens.map(getStatus))).toEqual([200, 200]);
  });

  it("warns that ending the session of this run signs out", async () => {
    await login();
    const [own] = await list();
    const terminal = useTerminal(["sessions", "end", own?.id ?? ""], { env: home.env, columns: 160 });
    await terminal.waitFor("This signs you out.");
    terminal.enter("y");
    await terminal.waitFor("Signed out of");
    expect((await terminal.waitForExit()).exitCode).toBe(0);
  });

  it("asks before it ends all others", async () => {
    const tokens = await addDevices("old-laptop");
    await login();
    const terminal = useTerminal(["sessions", "end", "--others"], { env: home.env, columns: 160 });
    await terminal.waitFor("End all 2 other sessions?");
    terminal.enter("y");
    await terminal.waitFor("Ended 2 other sessions.");
    expect(await Promise.all(tokens.map(getStatus))).toEqual([401]);
  });

  it("stays an error with --no-input and without a terminal", async () => {
    await login();
    const silent = useTerminal(["sessions", "end", "--no-input"], { env: home.env });
    expect((await silent.waitForExit()).exitCode).toBe(2);
    const piped = await home.run(["sessions", "end"]);
    expect(piped).toMatchObject({ exitCode: 2, stdout: "" });
    expect(piped.stderr).toContain("Missing required argument 'session'.\nhint: See: briksync sessions end --help\n");
  });
});

describe("names of sessions", () => {
  it("complete to host names, and to IDs where those are not unique", async () => {
    await addDevices("old-laptop", "build", "build");
    await login();
    const complete = async (word: string): Promise<string[]> =>
      (await home.run(["__complete", "--", "sessions", "end", word])).stdout.split("\n").filter(Boolean);
    expect(await complete("old")).toEqual(["old-laptop"]);
    const all = await complete("");
    expect(all).toHaveLength(5);
    expect(all).not.toContain("build");
    expect(await complete("--ot")).toEqual(["--others"]);
  });

  it("are no names of a server that does not know sessions", async () => {
    const odd = await startOddServer((_request, response) =>
      sendJson(response, 404, { error: { code: 404, message: "Resource does not exist" } }),
    );
    const env = { BRIKSYNC_SERVER: odd.url, BRIKSYNC_TOKEN: "t" };
    for (const args of [["list"], ["end", "x", "--yes"], ["end", "--others", "--yes"]]) {
      const { exitCode, stdout, stderr } = await home.run(["sessions", ...args], { env });
      expect({ exitCode, stdout }, stderr).toEqual({ exitCode: 3, stdout: "" });
      expect(stderr).toContain("does not support this");
    }
    await odd.stop();
  });

  it("cannot be seen by a pipeline", async () => {
    const env = { BRIKSYNC_TOKEN: `aut_${"0".repeat(48)}` };
    expect((await home.run(["sessions", "list"], { env })).exitCode).toBe(4);
  });
});
