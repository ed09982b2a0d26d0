import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { evil, expectSafeOutput, key, useHostileServer } from "../support/hostile-server.ts";
import { useHome, useTerminal } from "../support/lifetimes.ts";
import { listKeyCommands } from "../support/list-key-commands.ts";
import type { PtySession } from "../support/pty.ts";
import { makeSessionInfo, sendJson, startStubServer } from "../support/stub-server.ts";

const stub = useHostileServer();
const home = useHome(() => ({ BRIKSYNC_SERVER: stub.url, BRIKSYNC_TOKEN: "t" }));

describe("C-07 names and addresses from a hostile server cannot control the terminal", () => {
  const calls = [
    [["keys", "list"], []],
    [["keys", "list", "-o", "csv"], []],
    [["keys", "list", "-o", "ids"], []],
    [["keys", "list", "-o", "json"], []],
    [["keys", "show", key.id], []],
    [["keys", "create", "New"], []],
    [["keys", "create", "New", "--secret-only"], []],
    [["keys", "rotate", key.id], [["now?", "y"]]],
    [["keys", "rename", key.id, "New"], []],
    [["keys", "revoke", key.id, "Nowhere"], []],
    [["keys", "revoke", "Twin", "--no-input"], []],
    [["keys", "show"], [["Choose a key (type to search):", ""]]],
    [["keys", "revoke", key.id], [["of the key:", "wrong"]]],
    [["keys", "revoke", "api_1", key.id], [["To confirm, type", "revoke 2 keys"]]],
    [["keys", "allow-ip", key.id, "--list"], []],
    [["keys", "allow-ip", key.id, "--me"], []],
    [["keys", "allow-ip", key.id, "203.0.113.0/24"], [["Save the list?", "y"]]],
    [["audit"], []],
    [["audit", "-o", "csv"], []],
  ] as const;

  it("covers every command of keys", () => {
    const tried: string[] = calls.flatMap(([[group, verb]]) => (group === "keys" ? [verb] : []));
    // `inspect` calls no server, and `verify` has its own test below.
    const others = ["inspect", "verify"];
    expect(listKeyCommands().filter((verb) => ![...tried, ...others].includes(verb))).toEqual([]);
  });

  it.each(calls)("in %j", async (args, answers) => {
    const terminal = useTerminal(args, { env: { ...home.env, PAGER: "cat" }, columns: 2000 });
    for (const [question, answer] of answers) {
      await terminal.waitFor(question);
      terminal.enter(answer);
    }
    await terminal.waitForExit();
    expect(terminal.text.length).toBeGreaterThan(10);
    expectSafeOutput(terminal.screen);
    expect(terminal.text).not.toMatch(/^second line/m);
  });

  it("through times", async () => {
    // Date.parse accepts these times, because it ignores text in parentheses.
    const expiresAt = `1 Jan 2999 00:00:00 GMT (${evil})`;
    const expiring = {
      ...key,
      status: "revoked",
      revokedOn: evil,
      ipAllowlist: [{ ...key.ipAllowlist[0], cidr: "10.0.0.0/8", expiresAt }],
    };
    const server = await startStubServer((request, response) => {
      if (request.url?.endsWith("/me")) return sendJson(response, 200, makeSessionInfo());
      const list = request.url?.includes("ip-allowlist") ? expiring.ipAllowlist : [expiring];
      sendJson(response, 200, request.method === "POST" ? list[0] : list);
    });
    for (const args of [
      ["keys", "revoke", key.id, "-y"],
      ["keys", "allow-ip", key.id, "10.0.0.0/8", "--expires", "1h", "-y"],
    ]) {
      const { exitCode, stdout, stderr } = await home.run([...args, "--server", server.url]);
      expect(exitCode, stderr).toBe(0);
      expect(stderr).toMatch(
        /already revoked.*exe|is already on the allowlist.*exe.*It was not changed\..*\nAll entries expire.*exe/s,
      );
      expectSafeOutput(stdout + stderr);
      expect(stderr).not.toMatch(/^second line/m);
    }
    await server.stop();
  });

  it("through prompts with the stored email address and companies", async () => {
    const companies = [
      { id: "c1", name: `Acme${evil}`, privilege: 1 },
      { id: "c2", name: `Other${evil}`, privilege: 1 },
    ];
    const user = { id: "u", firstName: "A", lastName: "L", email: `ada${evil}@partner.com`, mustChangePassword: false };
    const server = await startStubServer((_, response) =>
      sendJson(response, 200, {
        ...makeSessionInfo({ user, companies, activeCompany: companies[0] }),
        accessToken: "a",
        refreshToken: "r",
        expiresIn: 900,
      }),
    );
    const { BRIKSYNC_TOKEN: _, ...others } = home.env;
    const env = { ...others, BRIKSYNC_SERVER: server.url, BRIKSYNC_STORAGE: "file" };
    const login = (): PtySession => {
      const terminal = useTerminal(["login"], { env, columns: 2000 });
      return terminal;
    };
    const answer = async (terminal: PtySession): Promise<void> => {
      await terminal.waitFor("Email or username:");
      terminal.enter("ada@partner.com");
      await terminal.waitFor("Password:");
      terminal.enter("a password");
      await terminal.waitFor("Company to work in:");
      await terminal.waitFor("Other");
      terminal.enter();
      expect((await terminal.waitForExit()).exitCode).toBe(0);
      expectSafeOutput(terminal.screen);
    };
    await answer(login());
    const path = join(home.configDirectory, "config.json");
    const config = JSON.parse(await readFile(path, "utf8"));
    expect(config.profiles.default.sessions[server.url].storage).toBe("file");
    expect(config.profiles.default.sessions[server.url].email).toBeUndefined();
    // The CLI does not offer a hostile address from another source either.
    config.profiles.default.sessions[server.url].email = user.email;
    await writeFile(path, JSON.stringify(config));
    const again = login();
    await answer(again);
    expect(again.text).not.toMatch(/Email or username:[^\n]*owned/);
    await server.stop();
  });

  it("in a response of verify", async () => {
    const terminal = useTerminal(["keys", "verify"], { env: { ...home.env, BRIKSYNC_CLIENT_SECRET: "sec_abc" } });
    await terminal.waitFor("Client ID");
    expect((await terminal.waitForExit()).exitCode).toBe(0);
    expectSafeOutput(terminal.screen);
  });

  it("when the user confirms with the client ID, because the name cannot be typed", async () => {
    const terminal = useTerminal(["keys", "revoke", key.id], { env: home.env });
    await terminal.waitFor("To confirm, type the client ID of the key:");
    terminal.pressCtrlC();
    expect((await terminal.waitForExit()).exitCode).toBe(130);
    expect(stub.requests.some((request) => request.method === "POST")).toBe(false);
  });

  it("in JSON, which keeps the exact text in escaped form", async () => {
    const { stdout } = await home.run(["keys", "list", "-o", "json"]);
    expect(JSON.parse(stdout)[0]).toEqual(key);
    expectSafeOutput(stdout);
  });

  it.each(["table", "json", "csv"])(
    "C-04 and a secret with line ends cannot reach a variable, a file or the runner's commands, as %s",
    async (output) => {
      for (const args of [
        ["create", "New"],
        ["rotate", "k1", "-y"],
      ]) {
        const { exitCode, stdout, stderr } = await home.run(["keys", ...args, "-o", output], {
          env: { GITHUB_ACTIONS: "true" },
        });
        expect({ exitCode, stdout }).toEqual({ exitCode: 8, stdout: "" });
        expect(stderr).toContain("the server returned an invalid secret");
        expect(stderr).not.toContain("::");
        expect(stderr).not.toContain("sec_");
      }
    },
  );
});

describe("a command line for copying", () => {
  it("is one argument, whatever the name of the key", async () => {
    const clientId = "api_1; echo 'owned' $(id) #";
    const shellServer = await startStubServer((_, response) =>
      sendJson(response, 200, { id: "k1", clientId, clientSecret: "sec_x" }),
    );
    const terminal = useTerminal(["keys", "create", "New"], {
      env: { ...home.env, BRIKSYNC_SERVER: shellServer.url },
      columns: 120,
    });
    await terminal.waitFor(`briksync keys allow-ip 'api_1; echo '\\''owned'\\'' $(id) #' --me`);
    expect((await terminal.waitForExit()).exitCode).toBe(0);
    await shellServer.stop();
  });
});
