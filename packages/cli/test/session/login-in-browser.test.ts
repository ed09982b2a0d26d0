import { chmod, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { type Browser, openBrowser } from "../../../server/test/support/browser.ts";
import { createHttpClient, type HttpClient } from "../../../server/test/support/http-client.ts";
import { type CliChild, spawnCli, waitForEnd } from "../support/cli-process.ts";
import { useAccount, useHome, useServer, useTerminal } from "../support/lifetimes.ts";
import { sendJson, startStubServer } from "../support/stub-server.ts";

const server = useServer();
const account = useAccount(server);
const home = useHome(() => ({ BRIKSYNC_SERVER: server.url }));
const code = /[B-DF-HJ-NP-TV-XZ]{4}-[B-DF-HJ-NP-TV-XZ]{4}/;

let client: HttpClient;
let browser: Browser;
let companyId: string;
beforeAll(async () => {
  client = createHttpClient(server.url);
  browser = await openBrowser(client, account);
  const { accessToken } = (await browser.fetch("/api/auth/token")).body.data;
  companyId = (await client.call("GET", "/external/v1/auth/me", { token: accessToken })).body.activeCompany.id;
});
afterAll(() => client.close());

/** Approves or denies the sign-in, as the user does in the browser. `printed` contains the code. */
async function decide(verb: "approve" | "deny", printed: string): Promise<void> {
  const [userCode = ""] = code.exec(printed) ?? [];
  const json = { userCode, ...(verb === "approve" && { companyId }) };
  const response = await browser.fetch(`/api/auth/device/${verb}`, json);
  expect(response.status, response.text).toBe(204);
}

/** Waits until stderr contains a text and the rest of its line. Returns everything on stderr. */
function readUntil({ process: child }: CliChild, wanted: string): Promise<string> {
  let text = "";
  return new Promise((resolve) => {
    child.stderr.on("data", (chunk: string) => {
      text += chunk;
      const [, after] = text.split(wanted);
      if (after?.includes("\n")) resolve(after);
    });
  });
}

describe("login in a browser", () => {
  it("is the first choice at a terminal, opens the browser without credentials, and stores the session", async () => {
    const opener = join(home.directory, "browser");
    const seen = join(home.directory, "seen");
    await writeFile(
      opener,
      `#!/bin/sh\n{ printf '%s\\n' "$@"; env; } > '${seen}.part' && mv '${seen}.part' '${seen}'\n`,
    );
    await chmod(opener, 0o700);
    const env = { ...home.env, BROWSER: opener, BRIKSYNC_TOKEN: "" };
    const terminal = useTerminal(["login", "--insecure-storage"], { env });
    await terminal.waitFor("How do you want to sign in?");
    expect(terminal.text.indexOf("In the browser")).toBeLessThan(terminal.text.indexOf("With a password"));
    terminal.enter("");
    await terminal.waitFor("Check that the page shows this code");
    await terminal.waitFor(code);
    const url = `${server.url}/device?code=${code.exec(terminal.text)?.[0]}`;
    await expect.poll(() => readFile(seen, "utf8").catch(() => "")).toContain(`${url}\n`);
    await decide("approve", terminal.text);
    await terminal.waitFor(`Signed in to ${server.url} as ${account.email}, company ${account.company}`);
    expect((await terminal.waitForExit()).exitCode).toBe(0);
    const whoami = await home.run(["whoami"]);
    expect([whoami.exitCode, whoami.stdout]).toEqual([0, expect.stringContaining(account.email)]);
    expect((await home.run(["logout"])).exitCode).toBe(0);
  });

  it("leads to the password with the second choice", async () => {
    const terminal = useTerminal(["login", "--insecure-storage"], { env: home.env });
    await terminal.waitFor("How do you want to sign in?");
    terminal.enter("\u001b[B");
    await terminal.waitFor("Email or username:");
    terminal.enter(account.email);
    await terminal.waitFor("Password:");
    terminal.enter(account.password);
    expect((await terminal.waitForExit()).exitCode).toBe(0);
  });

  it("works without a terminal, with a QR code, and reports the session as JSON", async () => {
    const args = ["login", "--qr", "--insecure-storage", "--quiet", "-o", "json"];
    const child = spawnCli(args, { env: home.env });
    await decide("approve", await readUntil(child, "this code: "));
    expect(await waitForEnd(child, 30_000)).toMatchObject({ exitCode: 0 });
    expect(JSON.parse(await child.texts.stdout)).toMatchObject({ user: { email: account.email }, storage: "file" });
    expect(await child.texts.stderr).toMatch(/[▀▄█]{10}/);
  });

  it("opens no browser over SSH, and says that the sign-in was denied", async () => {
    const seen = join(home.directory, "seen");
    const opener = join(home.directory, "browser");
    await writeFile(opener, `#!/bin/sh\ntouch '${seen}'\n`, { mode: 0o700 });
    const env = { ...home.env, BROWSER: opener, SSH_CONNECTION: "192.0.2.1 50000 192.0.2.2 22" };
    const terminal = useTerminal(["login", "--web", "--insecure-storage"], { env });
    await terminal.waitFor(code);
    await terminal.waitFor(code);
    await decide("deny", terminal.text);
    await terminal.waitFor("The sign-in was denied in the browser. You are not signed in.");
    await terminal.waitFor("briksync login --web");
    expect((await terminal.waitForExit()).exitCode).toBe(4);
    await expect(readFile(seen)).rejects.toThrow("ENOENT");
    await expect(stat(home.configDirectory)).rejects.toThrow("ENOENT");
  });

  it("stops with Ctrl-C while it waits, and stores nothing", async () => {
    const terminal = useTerminal(["login", "--web", "--insecure-storage"], { env: home.env });
    await terminal.waitFor("this code:");
    await terminal.waitFor(code);
    terminal.pressCtrlC();
    await terminal.waitFor("Interrupted. You are not signed in, and the code is useless now.");
    expect((await terminal.waitForExit()).exitCode).toBe(130);
    await expect(stat(home.configDirectory)).rejects.toThrow("ENOENT");
  });

  it.each([
    [["--web", "--email", "a@b.c"], "--web and --email cannot be used together."],
    [["--qr", "--password"], "--qr and --password cannot be used together."],
    [["--web", "--password-stdin"], "--web and --password-stdin cannot be used together."],
  ])("refuses %j", async (options, message) => {
    const result = await home.run(["login", "--insecure-storage", ...options]);
    expect([result.exitCode, result.stderr]).toEqual([2, expect.stringContaining(message)]);
  });
});

describe("login with unusual servers", () => {
  const started = {
    device_code: "dev_x",
    user_code: "BCDF-GHJK",
    verification_uri: "https://api.example.com/device",
    verification_uri_complete: "https://api.example.com/device?code=BCDF-GHJK",
    expires_in: 600,
    interval: 1,
  };

  async function startServerWith(responses: Readonly<Record<string, readonly [status: number, body: object]>>) {
    const stub = await startStubServer((request, response) => {
      const [status, body] = responses[request.url?.replace("/external/v1/auth", "") ?? ""] ?? [
        404,
        { error: { code: 404, type: "NOT_FOUND", message: "Resource does not exist" } },
      ];
      sendJson(response, status, body);
    });
    onTestFinished(() => stub.stop());
    return stub;
  }

  const refuse = (type: string): readonly [number, object] => [400, { error: { code: 400, type, message: type } }];

  it("reports an expired code", async () => {
    const stub = await startServerWith({ "/device": [200, started], "/token": refuse("DEVICE_CODE_EXPIRED") });
    const result = await home.run(["login", "--web", "--insecure-storage"], { env: { BRIKSYNC_SERVER: stub.url } });
    expect(result.exitCode).toBe(4);
    expect(result.stderr).toContain("The code expired before the sign-in was approved.");
    expect(result.stderr).toContain("To get a new code, run: briksync login --web");
    const [, poll] = stub.requests;
    expect(poll?.headers["content-type"]).toBe("application/x-www-form-urlencoded");
  });

  it("says that a server is too old for --web, and leads to the password without it", async () => {
    const stub = await startServerWith({});
    const result = await home.run(["login", "--web", "--insecure-storage"], { env: { BRIKSYNC_SERVER: stub.url } });
    expect(result.exitCode).toBe(8);
    expect(result.stderr).toContain("This server does not offer sign-in through the browser.");
    expect(result.stderr).toContain("briksync login --password");
    const terminal = useTerminal(["login", "--insecure-storage"], { env: { ...home.env, BRIKSYNC_SERVER: stub.url } });
    await terminal.waitFor("Email or username:");
    expect(terminal.text).not.toContain("How do you want to sign in?");
  });

  it.each(["http://evil.example/device", "file:///etc/passwd", "javascript:alert(1)", "--help", "x"])(
    "does not show or open the address %s",
    async (address) => {
      const stub = await startServerWith({ "/device": [200, { ...started, verification_uri_complete: address }] });
      const result = await home.run(["login", "--web", "--insecure-storage"], { env: { BRIKSYNC_SERVER: stub.url } });
      expect([result.exitCode, result.stderr.includes(address)]).toEqual([8, false]);
      expect(result.stderr).toContain("not safe to open");
    },
  );
});
