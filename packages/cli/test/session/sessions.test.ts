import { describe, expect, it } from "vitest";
import { useOwnSessions } from "../support/own-sessions.ts";
import { sendJson, startStubServer } from "../support/stub-server.ts";

const { server, home, account, login, addDevices, list } = useOwnSessions();

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

  it("shows sessions of an older server without details", async () => {
    const session = {
      id: "00000000-0000-4000-8000-000000000001",
      current: false,
      ...{ openedWith: null, hostName: null, client: null, ip: null, lastUsedOn: null, company: null },
      createdOn: "2026-01-01T00:00:00.000Z",
      expiresOn: "2090-01-01T00:00:00.000Z",
    };
    const stub = await startStubServer((_request, response) => sendJson(response, 200, [session]));
    const env = { BRIKSYNC_SERVER: stub.url, BRIKSYNC_TOKEN: "t" };
    const { stdout } = await home.run(["sessions", "list"], { env });
    expect(stdout).toMatch(/\n +unknown client +unknown +unknown +unknown +none +00000000-/);
    expect((await home.run(["sessions", "list", "-o", "csv"], { env })).stdout).toContain(
      `false,,,,,,,${session.createdOn},${session.expiresOn},${session.id}`,
    );
    await stub.stop();
  });
});

describe("names of sessions", () => {
  it("complete to host names, or to IDs if host names are not unique", async () => {
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

  it("complete to nothing on a server without sessions", async () => {
    const stub = await startStubServer((_request, response) =>
      sendJson(response, 404, { error: { code: 404, message: "Resource does not exist" } }),
    );
    const env = { BRIKSYNC_SERVER: stub.url, BRIKSYNC_TOKEN: "t" };
    for (const args of [["list"], ["end", "x", "--yes"], ["end", "--others", "--yes"]]) {
      const { exitCode, stdout, stderr } = await home.run(["sessions", ...args], { env });
      expect({ exitCode, stdout }, stderr).toEqual({ exitCode: 3, stdout: "" });
      expect(stderr).toContain("does not support this");
    }
    await stub.stop();
  });

  it("cannot be seen by a pipeline", async () => {
    const env = { BRIKSYNC_TOKEN: `aut_${"0".repeat(48)}` };
    expect((await home.run(["sessions", "list"], { env })).exitCode).toBe(4);
  });
});
