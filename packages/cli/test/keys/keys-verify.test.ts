import { rm } from "node:fs/promises";
import { beforeAll, describe, expect, it } from "vitest";
import { type PrintedKey, presentSecret } from "../support/admin.ts";
import { createCliHome, spawnCli, waitForEnd } from "../support/cli-process.ts";
import { useAdmin, useHome, useServer, useTerminal } from "../support/lifetimes.ts";
import { makeSessionInfo, sendJson, startStubServer } from "../support/stub-server.ts";

const server = useServer({ RATE_LIMIT_PER_MINUTE: "30", RATE_LIMIT_BURST: "20" });
const admin = useAdmin(server, { company: "Acme Corp" });
const stranger = useHome(() => ({ BRIKSYNC_SERVER: server.url }));
let key: PrintedKey;

beforeAll(async () => {
  key = await admin.createKey("CRM Integration");
});

function verify(stdin: string, ...args: string[]) {
  return stranger.run(["keys", "verify", ...args], { stdin });
}

describe("keys verify", () => {
  it("shows the key of the secret without a sign-in", async () => {
    const { exitCode, stdout, stderr } = await verify(`${key.clientSecret}\n`);
    expect({ exitCode, stderr }).toEqual({
      exitCode: 0,
      stderr: "✓ The server accepts the secret from standard input.\n",
    });
    expect(stdout).toMatch(
      new RegExp(
        `^Key {9}CRM Integration\\nClient ID {3}${key.clientId}\\nID {10}${key.id}\\nCompany {5}Acme Corp\\nCompany ID {2}[0-9a-f-]{36}\\nSecret {6}current\\n$`,
      ),
    );
  });

  it("accepts two lines, and the JSON of keys create", async () => {
    const json = await verify(JSON.stringify(key), "-o", "json");
    expect(json).toMatchObject({ exitCode: 0, stderr: "" });
    expect(JSON.parse(json.stdout)).toEqual({
      ok: true,
      keyId: key.id,
      clientId: key.clientId,
      companyId: expect.any(String),
      companyName: "Acme Corp",
      name: "CRM Integration",
      secret: "current",
    });
    expect((await verify(`${key.clientId}\r\n${key.clientSecret}\r\n`, "-o", "ids")).stdout).toBe(`${key.id}\n`);
  });

  it("uses the environment only if stdin is empty", async () => {
    const env = { BRIKSYNC_CLIENT_ID: key.clientId, BRIKSYNC_CLIENT_SECRET: key.clientSecret };
    for (const stdin of ["", "closed"] as const) {
      const result = await stranger.run(["keys", "verify"], { env, stdin });
      expect(result.stderr).toBe("✓ The server accepts the secret from BRIKSYNC_CLIENT_SECRET.\n");
    }
    const other = await stranger.run(["keys", "verify"], { env, stdin: "sec_abc" });
    expect(other.exitCode).toBe(4);
    expect(other.stderr).toContain("the secret from standard input");
  });

  it("prompts at a terminal without showing the typed text", async () => {
    const terminal = useTerminal(["keys", "verify"], { env: stranger.env });
    await terminal.waitFor("Client secret:");
    terminal.enter(key.clientSecret);
    await terminal.waitFor("The server accepts the secret from the terminal.");
    expect((await terminal.waitForExit()).exitCode).toBe(0);
    expect(terminal.text).not.toContain(key.clientSecret.slice(8));
  });

  it("C-05 says that it waits for stdin, and never hangs without input", async () => {
    const child = spawnCli(["keys", "verify"], { env: stranger.env, stdin: "open" });
    let stderr = "";
    child.process.stderr.on("data", (text) => {
      stderr += text;
    });
    await expect.poll(() => stderr).toContain("Waiting for the secret on standard input");
    child.process.stdin?.end(key.clientSecret);
    expect(await waitForEnd(child, 8000)).toMatchObject({ exitCode: 0 });
    for (const stdin of ["", "\n", "closed"] as const) {
      const nothing = await stranger.run(["keys", "verify"], { stdin });
      expect(nothing).toMatchObject({ exitCode: 2, stdout: "" });
      expect(nothing.stderr).toContain("standard input is empty and BRIKSYNC_CLIENT_SECRET is not set");
    }
  });
});

describe("keys verify of a refused credential", () => {
  it("exits with 4 and says what is known about the reason", async () => {
    const mistyped = key.clientSecret.replace(/.$/, (last) => (last === "0" ? "1" : "0"));
    const cases: [string, string][] = [
      [mistyped, "is not valid. The checksum does not match"],
      ["sec_abc", "is not valid. The secret has 7 characters instead of 52."],
      [`api_${"0".repeat(24)}\n${key.clientSecret}`, "belong to another server or client ID"],
    ];
    for (const [stdin, reason] of cases) {
      const { exitCode, stdout, stderr } = await verify(stdin);
      expect({ stdin, exitCode, stdout }).toEqual({ stdin, exitCode: 4, stdout: "" });
      expect(stderr).toContain("error: Invalid API credentials");
      expect(stderr).toContain(reason);
      expect(stderr).not.toContain(stdin.slice(-40));
    }
    for (const [stdin, reason] of [
      ["sec_with blank", "The secret contains characters other than 0-9 and a-f after sec_."],
      ["sec_ümlaut", "The secret contains characters other than 0-9 and a-f after sec_."],
      ["sec_\u001b[31m", "The secret contains characters other than 0-9 and a-f after sec_."],
      [key.clientId, "The value starts with api_, so it is a client ID. A client secret starts with sec_."],
    ] as const) {
      const { exitCode, stderr } = await verify(stdin);
      expect({ stdin, exitCode }).toEqual({ stdin, exitCode: 4 });
      expect(stderr).toContain(`The text from standard input is not a valid credential. ${reason}`);
    }
  });

  it("reports the same for a rotated and a revoked secret, as the server does", async () => {
    const rotated = await admin.createKey("Rotated");
    await admin.run(["keys", "rotate", rotated.id, "-y", "-q"]);
    const revoked = await admin.createKey("Revoked");
    await admin.run(["keys", "revoke", revoked.id, "-y", "-q"]);
    for (const { clientSecret } of [rotated, revoked]) {
      const { exitCode, stderr } = await verify(clientSecret, "-o", "json");
      expect(exitCode).toBe(4);
      expect(JSON.parse(stderr)).toEqual({
        error: {
          type: "INVALID_CREDENTIALS",
          message: "Invalid API credentials.",
          status: 401,
          requestId: expect.any(String),
          exitCode: 4,
          hint: expect.stringContaining("rotated or revoked, or belong to another server"),
        },
      });
    }
  });

  it("names the address if it is not allowed", async () => {
    const elsewhere = await admin.createKey("Elsewhere", "203.0.113.0/24");
    const { exitCode, stderr } = await verify(elsewhere.clientSecret);
    expect(exitCode).toBe(4);
    expect(stderr).toContain("127.0.0.1");
    expect(stderr).toContain("briksync keys allow-ip KEY --me");
  });

  it("exits with 5 if the plan does not include it", async () => {
    const stub = await startStubServer((_, response) =>
      sendJson(response, 403, {
        error: { code: 403, message: "API keys are part of the BUSINESS plan", type: "PLAN_UPGRADE_REQUIRED" },
      }),
    );
    const { exitCode, stderr } = await verify(key.clientSecret, "--server", stub.url);
    await stub.stop();
    expect(exitCode).toBe(5);
    expect(stderr).toContain("BUSINESS plan");
  });

  it("exits with 7 and the seconds to wait over the rate limit", async () => {
    const busy = await admin.createKey("Busy");
    await Promise.all(Array.from({ length: 25 }, () => presentSecret(server, busy.clientSecret)));
    const { exitCode, stderr } = await verify(busy.clientSecret, "-o", "json");
    expect(exitCode).toBe(7);
    expect(JSON.parse(stderr)).toMatchObject({
      error: { type: "RATE_LIMITED", status: 429, hint: expect.stringMatching(/^Try again in \d+ s\.$/) },
    });
  });

  it("exits with 8 without a server", async () => {
    const down = await verify(key.clientSecret, "--server", "http://127.0.0.1:9");
    expect(down).toMatchObject({ exitCode: 8, stdout: "" });
    const html = await startStubServer((_, response) =>
      response.writeHead(401, { "content-type": "text/html" }).end("<h1>Sign in</h1>"),
    );
    const foreign = await verify(key.clientSecret, "--server", html.url);
    await html.stop();
    expect(foreign.exitCode).toBe(8);
    expect(foreign.stderr).toContain("is a BrikSync server. To diagnose the problem, run: briksync doctor");
  });

  it("C-02 never reads the keychain or the stored session, whatever the server responds", async () => {
    const { user, activeCompany, companies } = makeSessionInfo();
    const stub = await startStubServer((request, response) => {
      if (request.url?.endsWith("/signin"))
        sendJson(response, 200, { accessToken: "t", user, activeCompany, companies });
      else sendJson(response, 401, { error: { code: 401, message: "Unauthorized", type: "UNAUTHORIZED" } });
    });
    const home = await createCliHome({ BRIKSYNC_SERVER: stub.url });
    const login = ["login", "--email", "ada@partner.com", "--password-stdin", "--insecure-storage"];
    expect(await home.run(login, { stdin: "a quite long passphrase" })).toMatchObject({ exitCode: 0 });
    const terminal = useTerminal(["keys", "verify"], { env: home.env });
    await terminal.waitFor("Client secret:");
    terminal.enter(key.clientSecret);
    expect((await terminal.waitForExit()).exitCode).toBe(4);
    expect(terminal.text).not.toContain("Password");
    expect(stub.requests.at(-1)?.headers.authorization).toBe(`Bearer ${key.clientSecret}`);
    await rm(home.configDirectory, { recursive: true });
    const withBrokenKeychain = await home.run(["keys", "verify"], {
      env: { BRIKSYNC_STORAGE: "keychain" },
      stdin: key.clientSecret,
    });
    expect(withBrokenKeychain.exitCode).toBe(4);
    await stub.stop();
    await home.remove();
  });
});

describe("keys inspect", () => {
  it("recognizes a valid secret offline, and shows only its first 8 characters", async () => {
    const env = { BRIKSYNC_SERVER: "http://127.0.0.1:9" };
    for (const stdin of [key.clientSecret, `${key.clientSecret}\r\n`, JSON.stringify(key)]) {
      const { exitCode, stdout, stderr } = await stranger.run(["keys", "inspect"], { stdin, env });
      expect(exitCode).toBe(0);
      expect(stdout).toBe(
        `Begins with  ${key.clientSecret.slice(0, 8)}…\nLength       52 characters\nChecksum     matches\n`,
      );
      expect(stdout + stderr).not.toContain(key.clientSecret.slice(0, 9));
    }
    const json = await stranger.run(["keys", "inspect", "-o", "json"], { stdin: key.clientSecret, env });
    expect(json.stdout).toBe(
      `{\n  "valid": true,\n  "begins": "${key.clientSecret.slice(0, 8)}…",\n  "length": 52\n}\n`,
    );
    expect(json.stderr).toBe("");
  });

  it("reports what is wrong with other texts without repeating them, and exits with 6", async () => {
    const cases: [string, string][] = [
      [`${key.clientSecret.slice(0, -1)}g`, "characters other than 0-9 and a-f"],
      [key.clientSecret.replace("sec_", "sek_"), "The secret does not start with sec_."],
      [` ${key.clientSecret}`, "The secret starts or ends with whitespace."],
      [key.clientSecret.slice(0, 51), "The secret has 51 characters instead of 52."],
    ];
    for (const [stdin, reason] of cases) {
      const { exitCode, stdout, stderr } = await stranger.run(["keys", "inspect"], { stdin });
      expect({ reason, exitCode, stdout }).toEqual({ reason, exitCode: 6, stdout: "" });
      expect(stderr).toContain(reason);
      expect(stderr).not.toContain(stdin.slice(9, 30));
    }
    const json = await stranger.run(["keys", "inspect", "-o", "json"], { stdin: "sec_" });
    expect(JSON.parse(json.stderr)).toMatchObject({ error: { type: "REFUSED", exitCode: 6 } });
  });
});
