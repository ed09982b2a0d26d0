import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { useTerminal } from "../support/lifetimes.ts";
import { type Listed, useOwnSessions } from "../support/own-sessions.ts";

const { server, home, account, login, signIn, addDevices, list, getStatus } = useOwnSessions();

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

  it("ends a session by the client name in the list", async () => {
    const phone = await signIn("phone-app/7");
    await login();
    const ended = await home.run(["sessions", "end", "Phone-App/7", "--yes"]);
    expect(ended.stderr).toContain('Ended the session "phone-app/7"');
    expect(await getStatus(phone)).toBe(401);
    expect((await home.run(["sessions", "end", "--others", "--yes", "-o", "ids"])).stderr).toBe(
      "You have no other sessions.\n",
    );
  });

  it("lists the candidates if no session or several sessions have the name", async () => {
    await addDevices("old-laptop", "build", "build");
    await login();
    const unknown = await home.run(["sessions", "end", "old-latop", "--yes"]);
    expect(unknown).toMatchObject({ exitCode: 3, stdout: "" });
    expect(unknown.stderr).toMatch(
      /None of your sessions has the ID, host name or client "old-latop"\.\n +old-laptop \(briksync 1\.2\.3\) .*\nhint: Did you mean one of these\?/,
    );
    const ambiguous = await home.run(["sessions", "end", "build", "--yes"]);
    expect(ambiguous).toMatchObject({ exitCode: 2, stdout: "" });
    expect(ambiguous.stderr).toContain('2 of your sessions have the host name or client "build".');
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
    await terminal.waitFor('2 of your sessions have the host name or client "build". Choose one:');
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
