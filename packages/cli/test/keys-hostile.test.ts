import { randomBytes } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { useHome, useOddServer, useTerminal } from "./support/lifetimes.ts";
import { makeSessionInfo, sendJson, startOddServer } from "./support/odd-server.ts";
import type { PtySession } from "./support/pty.ts";

// Sets the window title, recolours, goes up, clears, reverses the reading direction, hides, links, rings, and ends the line.
const evil =
  "\u001b]0;owned\u0007\u001b[31m\u001b[2A\u001b[2J\u009b2K\u202eexe\u2066\u200b\u001b]8;;http://evil.example\u001b\\link\r\nsecond line\u0000";

const key = {
  id: "k1",
  name: `CRM${evil}`,
  clientId: `api_${evil}`,
  status: "active",
  lastUsedAt: "2026-01-02T00:00:00.000Z",
  lastUsedIp: `203.0.113.7${evil}`,
  createdOn: "2026-01-01T00:00:00.000Z",
  ipAllowlist: [
    {
      id: `e${evil}`,
      cidr: `10.0.0.0/8${evil}`,
      note: `note${evil}`,
      createdOn: "2026-01-01T00:00:00.000Z",
      expiresAt: null,
    },
  ],
  rotatedOn: null,
  revokedOn: null,
  rotation: null,
};
const event = {
  id: "ev1",
  createdOn: "2026-01-01T00:00:00.000Z",
  action: `key.created${evil}`,
  actorId: null,
  actorEmail: `ada${evil}@partner.com`,
  keyId: "k",
  keyName: key.name,
  ip: `127.0.0.1${evil}`,
  requestId: null,
  details: { [`what${evil}`]: evil, list: [evil] },
};

const odd = useOddServer((request, response) => {
  const path = (request.url ?? "").split("?")[0]?.replace("/external/v1/auth", "") ?? "";
  if (path === "/me") return sendJson(response, 200, makeSessionInfo());
  if (path === "/audit") return sendJson(response, 200, [event]);
  if (path === "/verify")
    return sendJson(response, 200, {
      keyId: key.id,
      clientId: key.clientId,
      companyId: "c",
      companyName: evil,
      name: key.name,
      secret: `current${evil}`,
    });
  if (path.endsWith("/ip-allowlist")) return sendJson(response, 200, key.ipAllowlist);
  if (path.endsWith("/rotate") || (path === "/keys" && request.method === "POST")) {
    return sendJson(response, 200, { ...key, clientSecret: `sec_${evil}` });
  }
  if (path.endsWith("/revoke")) return sendJson(response, 200, { ...key, status: "revoked" });
  if (request.method === "PATCH") return sendJson(response, 200, key);
  return sendJson(response, 200, [
    key,
    { ...key, id: "twin-1", clientId: "api_1", name: "Twin" },
    { ...key, id: "twin-2", clientId: "api_2", name: `Twin` },
  ]);
});
const home = useHome(() => ({ BRIKSYNC_SERVER: odd.url, BRIKSYNC_TOKEN: "t" }));

/** Everything that may reach a terminal from us: our colors, erasing a line, moving the cursor while asking, showing and hiding it. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: control sequences are what is looked at
const harmless = /\u001b\[(?:[0-9;]*m|\??25[hl]|[0-9]*[GKABCD]|\?2004[hl])/g;

function expectTame(screen: string): void {
  const rest = screen.replace(harmless, "");
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  expect(rest).not.toMatch(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u200b\u202a-\u202e\u2066-\u2069]/);
  expect(screen).not.toContain("\u001b[31mexe");
  expect(screen).not.toContain("\u001b[2J");
}

describe("C-07 names and addresses from a hostile server cannot drive the terminal", () => {
  it.each([
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
    [["keys", "revoke", "Twin"], []],
    [["keys", "revoke", key.id], [["of the key:", "wrong"]]],
    [["keys", "revoke", "api_1", key.id], [["To confirm, type", "revoke 2 keys"]]],
    [["keys", "allow-ip", key.id, "--list"], []],
    [["keys", "allow-ip", key.id, "--me"], []],
    [["keys", "allow-ip", key.id, "203.0.113.0/24"], [["Save the list?", "y"]]],
    [["audit"], []],
    [["audit", "-o", "csv"], []],
  ] as const)("in %j", async (args, answers) => {
    const terminal = useTerminal(args, { env: home.env, columns: 2000 });
    for (const [question, answer] of answers) {
      await terminal.waitFor(question);
      terminal.enter(answer);
    }
    await terminal.waitForExit();
    expect(terminal.text.length).toBeGreaterThan(10);
    expectTame(terminal.screen);
    expect(terminal.text).not.toMatch(/^second line/m);
  });

  it("nor times", async () => {
    // A time all the same: what is in brackets counts as a remark.
    const expiresAt = `1 Jan 2999 00:00:00 GMT (${evil})`;
    const expiring = {
      ...key,
      status: "revoked",
      revokedOn: evil,
      ipAllowlist: [{ ...key.ipAllowlist[0], cidr: "10.0.0.0/8", expiresAt }],
    };
    const server = await startOddServer((request, response) => {
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
      expectTame(stdout + stderr);
      expect(stderr).not.toMatch(/^second line/m);
    }
    await server.stop();
  });

  it("cannot control a terminal through prompts: the stored email address, and companies", async () => {
    const companies = [
      { id: "c1", name: `Acme${evil}`, privilege: 1 },
      { id: "c2", name: `Other${evil}`, privilege: 1 },
    ];
    const user = { id: "u", firstName: "A", lastName: "L", email: `ada${evil}@partner.com`, mustChangePassword: false };
    const server = await startOddServer((_, response) =>
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
      expectTame(terminal.screen);
    };
    await answer(login());
    const path = join(home.configDirectory, "config.json");
    const config = JSON.parse(await readFile(path, "utf8"));
    expect(config.profiles.default.sessions[server.url].storage).toBe("file");
    expect(config.profiles.default.sessions[server.url].email).toBeUndefined();
    // One that is there from elsewhere is not offered either.
    config.profiles.default.sessions[server.url].email = user.email;
    await writeFile(path, JSON.stringify(config));
    const again = login();
    await answer(again);
    expect(again.text).not.toMatch(/Email or username:[^\n]*owned/);
    await server.stop();
  });

  it("does not appear from a response of verify", async () => {
    const terminal = useTerminal(["keys", "verify"], { env: { ...home.env, BRIKSYNC_CLIENT_SECRET: "sec_abc" } });
    await terminal.waitFor("Client ID");
    expect((await terminal.waitForExit()).exitCode).toBe(0);
    expectTame(terminal.screen);
  });

  it("accepts the client ID if the name cannot be typed", async () => {
    const terminal = useTerminal(["keys", "revoke", key.id], { env: home.env });
    await terminal.waitFor("To confirm, type the client ID of the key:");
    terminal.pressCtrlC();
    expect((await terminal.waitForExit()).exitCode).toBe(130);
    expect(odd.requests.some((request) => request.method === "POST")).toBe(false);
  });

  it("is escaped in JSON, which keeps the exact text", async () => {
    const { stdout } = await home.run(["keys", "list", "-o", "json"]);
    expect(JSON.parse(stdout)[0]).toEqual(key);
    expectTame(stdout);
  });

  it.each(["table", "json", "csv"])(
    "C-04 nor can a secret with line ends get into a variable, a file or the runner's commands, as %s",
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

describe("C-07 names that are commands of a CI runner", () => {
  const runnerKey = { ...key, id: "k1", clientId: "api_1", name: "::stop-commands::t", ipAllowlist: [] };
  const namesake = { ...runnerKey, id: "::error::k2", clientId: "api_2", name: "##[group]x" };
  const server = useOddServer((_, response) => sendJson(response, 200, [runnerKey, namesake]));

  it.each(["table", "csv", "ids", "json"])("are made harmless as %s, only in CI", async (output) => {
    const args = ["keys", "list", "-o", output, "--server", server.url];
    const { exitCode, stdout } = await home.run(args, { env: { GITHUB_ACTIONS: "true" } });
    expect(exitCode).toBe(0);
    expect(stdout).not.toMatch(/^\s*::|##\[/m);
    if (output === "json") return expect(JSON.parse(stdout)[0].name).toBe(runnerKey.name);
    expect(stdout).toMatch(/^: :(stop-commands::t|error::k2)/m);
    expect((await home.run(args)).stdout).toMatch(/^::(stop-commands::t|error::k2)/m);
  });

  it("are not in errors either", async () => {
    const failing = await startOddServer((_, response) => {
      const details = [
        { path: "::error::a", message: "b" },
        { path: "::c", message: "##[d" },
      ];
      const error = { code: 422, message: "No\n::stop-commands::t", type: "VALIDATION_FAILED", details };
      sendJson(response, 422, { error });
    });
    const { exitCode, stderr } = await home.run(["keys", "list", "--server", failing.url], {
      env: { GITHUB_ACTIONS: "true" },
    });
    await failing.stop();
    expect(exitCode).toBe(6);
    expect(stderr).toContain(": :error::a");
    expect(stderr).not.toMatch(/^\s*::|##\[/m);
  });
});

describe("C-04 a secret in a broken answer", () => {
  const canary = `sec_${randomBytes(24).toString("hex")}`;

  it.each([
    ["cut off", `{"id":"1","clientId":"api_1","clientSecret":"${canary}"`, "application/json"],
    ["not the documented shape", JSON.stringify({ clientSecret: canary }), "application/json"],
    ["HTML", `<p>${canary}</p>`, "text/html"],
  ])("that is %s appears nowhere, not even with --debug", async (_, body, type) => {
    const broken = await startOddServer((_, response) => response.writeHead(201, { "content-type": type }).end(body));
    for (const output of ["json", "table"]) {
      const { exitCode, stdout, stderr } = await home.run([
        "keys",
        "create",
        "New",
        "--debug",
        "-o",
        output,
        "--server",
        broken.url,
      ]);
      expect({ exitCode, stdout }).toEqual({ exitCode: 8, stdout: "" });
      expect(stderr).not.toContain(canary.slice(4));
      expect(stderr).toContain("its secret was lost");
    }
    await broken.stop();
  });

  it("is also redacted in errors", async () => {
    const broken = await startOddServer((_, response) =>
      sendJson(response, 401, { error: { code: 401, message: `Wrong secret ${canary}`, type: "INVALID_CREDENTIALS" } }),
    );
    const { exitCode, stderr } = await home.run(["keys", "verify", "--debug", "--server", broken.url], {
      stdin: canary,
    });
    expect(exitCode).toBe(4);
    expect(stderr).not.toContain(canary.slice(4));
    await broken.stop();
  });
});

describe("a server with only the documented calls", () => {
  const documented = {
    id: "k1",
    name: "CRM",
    clientId: "api_1",
    status: "active",
    lastUsedAt: null,
    createdOn: "2026-01-15T08:00:00.000Z",
  };
  const old = useOddServer((request, response) => {
    const call = `${request.method} ${request.url?.split("?")[0]?.replace("/external/v1/auth", "")}`;
    if (call === "GET /keys") return sendJson(response, 200, [documented]);
    if (call === "POST /keys" || call === "POST /keys/k1/rotate")
      return sendJson(response, 200, { id: "k1", clientId: "api_1", clientSecret: "sec_x7y8z9" });
    if (call === "POST /keys/k1/revoke") return sendJson(response, 200, { ...documented, status: "revoked" });
    return sendJson(response, 404, { error: { code: 404, message: "Resource does not exist" } });
  });

  it("lists, shows, creates, rotates and revokes", async () => {
    const run = (...args: string[]) => home.run([...args, "--server", old.url]);
    expect((await run("keys", "list")).stdout).toMatch(/CRM +api_1 +never +\? /);
    expect((await run("keys", "show", "CRM")).stdout).toContain("Allowed from  not provided by this server");
    expect((await run("keys", "create", "Payroll")).stdout).toMatch(
      /^Name +Payroll\nClient ID +api_1\nClient secret +sec_x7y8z9\n/,
    );
    expect(JSON.parse((await run("keys", "rotate", "CRM", "-y", "-o", "json")).stdout)).toMatchObject({
      ...documented,
      clientSecret: "sec_x7y8z9",
    });
    expect((await run("keys", "revoke", "k1", "-y")).stderr).toContain('"CRM" is revoked (never used)');
  });

  it("is named in errors about missing features", async () => {
    for (const args of [["keys", "rename", "CRM", "X"], ["keys", "allow-ip", "CRM", "10.0.0.0/8", "-y"], ["audit"]]) {
      const { exitCode, stderr } = await home.run([...args, "--server", old.url]);
      expect({ args, exitCode }).toEqual({ args, exitCode: 3 });
      expect(stderr).toMatch(/does not support this \((keys\.rename|keys\.listAllowedIps|audit\.list)\)/);
    }
    const unrestricted = await home.run(["keys", "list", "--unrestricted", "--server", old.url]);
    expect(unrestricted.exitCode).toBe(8);
    expect(unrestricted.stderr).toContain("does not provide the IP allowlists of keys");
  });
});

describe("a command line for copying", () => {
  it("is one argument, whatever the name of the key", async () => {
    const clientId = "api_1; echo 'owned' $(id) #";
    const shellServer = await startOddServer((_, response) =>
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
