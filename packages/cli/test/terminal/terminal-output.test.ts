import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { describe, expect, it, onTestFinished } from "vitest";
import { spawnCli, waitForEnd } from "../support/cli-process.ts";
import { useHome, useTerminal } from "../support/lifetimes.ts";
import { makeSessionInfo, type StubServer, sendJson, startStubServer } from "../support/stub-server.ts";

const home = useHome(() => ({ BRIKSYNC_TOKEN: "canary-token" }));

async function start(respond: Parameters<typeof startStubServer>[0]): Promise<StubServer> {
  const server = await startStubServer(respond);
  onTestFinished(() => server.stop());
  return server;
}

describe("C-07 text from the server", () => {
  const evil = "\u001b]0;owned\u0007\u001b[2J\u202eevil\u009b31m\r\n";

  it.each(["table", "csv", "ids", "json"])("cannot control a terminal in the format %s", async (format) => {
    const server = await start((_request, response) => {
      const companies = [{ id: `c1${evil}`, name: `Acme${evil}`, privilege: 1 }];
      sendJson(response, 200, makeSessionInfo({ companies, activeCompany: companies[0] }));
    });
    const { exitCode, stdout } = await home.run(["companies", "list", "-o", format, "--server", server.url]);
    expect(exitCode).toBe(0);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: exactly these must not be there
    expect(stdout.replace(/\r?\n/g, "")).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
    expect(stdout).toContain("evil");
    if (format === "json") expect(JSON.parse(stdout)[0].name).toBe(`Acme${evil}`);
  });

  it("cannot control a terminal through errors", async () => {
    const server = await start((_request, response) =>
      sendJson(response, 422, {
        error: { code: 422, type: "VALIDATION_FAILED", message: `No${evil}`, details: [{ path: evil, message: evil }] },
      }),
    );
    const terminal = useTerminal(["companies", "list", "--server", server.url], { env: home.env });
    expect((await terminal.waitForExit()).exitCode).toBe(6);
    expect(terminal.screen).not.toContain("\u001b]0");
    expect(terminal.screen).not.toContain("\u001b[2J");
    expect(terminal.screen).not.toContain("\u202e");
    expect(terminal.text).toContain("evil");
  });
});

describe("C-05 data", () => {
  it("delivers more than a mebibyte through a slow pipe", async () => {
    const companies = Array.from({ length: 12_000 }, (_, index) => ({
      id: `c${index}`,
      name: `Company number ${index} ${"x".repeat(40)}`,
      privilege: 2,
    }));
    const server = await start((_request, response) => sendJson(response, 200, makeSessionInfo({ companies })));
    const child = spawnCli(["companies", "list", "-o", "json", "--server", server.url], { env: home.env });
    const { stdout } = child.process;
    let paused = 0;
    stdout.on("data", () => {
      if (paused >= 12) return;
      paused += 1;
      stdout.pause();
      void setTimeout(60).then(() => stdout.resume());
    });
    expect(await waitForEnd(child, 20_000)).toEqual({ exitCode: 0, signal: null });
    const text = await child.texts.stdout;
    expect(text.length).toBeGreaterThan(1024 * 1024);
    expect(JSON.parse(text)).toHaveLength(12_000);
  });

  it("is not an error if the reader stops early", async () => {
    const companies = Array.from({ length: 20_000 }, (_, index) => ({
      id: `c${index}`,
      name: `Company ${index}`,
      privilege: 2,
    }));
    const server = await start((_request, response) => sendJson(response, 200, makeSessionInfo({ companies })));
    const child = spawnCli(["companies", "list", "-o", "ids", "--server", server.url], { env: home.env });
    child.process.stdout.once("data", () => child.process.stdout.destroy());
    expect(await waitForEnd(child, 20_000)).toEqual({ exitCode: 0, signal: null });
    expect(await child.texts.stderr).toBe("");
  });
});

describe("color", () => {
  it.each([
    [[], {}, true],
    [["--no-color"], {}, false],
    [[], { NO_COLOR: "yes" }, false],
    [[], { NO_COLOR: "" }, true],
    [[], { TERM: "dumb" }, false],
  ] as const)("%j %j: %s", async (flags, env, isColored) => {
    const server = await start((_request, response) => sendJson(response, 200, makeSessionInfo()));
    const terminal = useTerminal(["whoami", "--server", server.url, ...flags], { env: { ...home.env, ...env } });
    expect((await terminal.waitForExit()).exitCode).toBe(0);
    expect(terminal.text).toContain("Acme Corp");
    expect(terminal.screen.includes("\u001b[")).toBe(isColored);
  });
});

describe("color without a terminal", () => {
  it.each([
    [[], {}, false],
    [[], { FORCE_COLOR: "1" }, true],
    [[], { CLICOLOR_FORCE: "1" }, true],
    [[], { CLICOLOR_FORCE: "0" }, false],
    [[], { FORCE_COLOR: "1", TERM: "dumb" }, true],
    [[], { FORCE_COLOR: "1", NO_COLOR: "1" }, false],
    [["--no-color"], { FORCE_COLOR: "1" }, false],
  ] as const)("%j %j: %s", async (flags, env, isColored) => {
    const server = await start((_request, response) => sendJson(response, 200, makeSessionInfo()));
    const { exitCode, stdout } = await home.run(["whoami", "--server", server.url, ...flags], { env });
    expect(exitCode).toBe(0);
    expect(stdout.includes("\u001b[")).toBe(isColored);
  });

  it("is never in data for programs", async () => {
    const server = await start((_request, response) => sendJson(response, 200, makeSessionInfo()));
    for (const format of ["json", "csv", "ids"]) {
      const args = ["companies", "list", "-o", format, "--server", server.url];
      expect((await home.run(args, { env: { FORCE_COLOR: "1" } })).stdout).not.toContain("\u001b");
    }
  });
});

describe("the spinner", () => {
  it("appears only during long work, and leaves no text", async () => {
    for (const [delayMs, isShown] of [
      [0, false],
      [1200, true],
    ] as const) {
      const server = await start((_request, response) => {
        void setTimeout(delayMs).then(() => sendJson(response, 200, makeSessionInfo()));
      });
      const terminal = useTerminal(["whoami", "--server", server.url], { env: home.env });
      expect((await terminal.waitForExit()).exitCode).toBe(0);
      expect(terminal.screen.includes("Waiting for"), String(delayMs)).toBe(isShown);
      if (isShown) expect(terminal.screen.slice(terminal.screen.lastIndexOf("Waiting for"))).toContain("\r\u001b[K");
    }
  });
});

describe("Ctrl-C during a request", () => {
  it("ends with 130, restores the terminal, and says what is known", async () => {
    const server = await start(() => {});
    const terminal = useTerminal(["whoami", "--server", server.url], { env: home.env });
    await terminal.waitFor("Waiting for 127.0.0.1");
    terminal.pressCtrlC();
    // Without the signal, the request would wait for 30 s and exit with 8.
    expect((await terminal.waitForExit()).exitCode).toBe(130);
    expect(terminal.text).toContain("Interrupted.");
  });

  it("says after a change that it may have been executed", async () => {
    const server = await start(() => {});
    const child = spawnCli(["password", "change", "--password-stdin", "--server", server.url, "-o", "json"], {
      env: home.env,
      stdin: "current password\nnew password\n",
    });
    await expect.poll(() => server.requests.length).toBeGreaterThan(0);
    child.process.kill("SIGINT");
    expect(await waitForEnd(child, 5000)).toEqual({ exitCode: 130, signal: null });
    const { error } = JSON.parse(await child.texts.stderr);
    expect(error).toMatchObject({ type: "ABORTED", exitCode: 130 });
    expect(error.message).toContain("may or may not have executed it");
  });
});

describe("C-04 --debug", () => {
  it("logs calls, times and request IDs, and no secrets", async () => {
    const server = await start((request, response) => {
      response.setHeader("x-request-id", "request-77");
      if (request.url?.endsWith("/signin")) {
        sendJson(response, 200, {
          ...makeSessionInfo(),
          accessToken: "canary-access",
          refreshToken: "canary-refresh",
          expiresIn: 900,
        });
      } else sendJson(response, 200, makeSessionInfo());
    });
    const env = { BRIKSYNC_TOKEN: undefined, BRIKSYNC_EMAIL: "ada@partner.com", BRIKSYNC_PASSWORD: "canary-password" };
    const { exitCode, stdout, stderr } = await home.run(["whoami", "--debug", "--server", server.url], { env });
    expect(exitCode).toBe(0);
    expect(stderr).toMatch(/debug: ← 200 GET \/external\/v1\/auth\/me in \d+ ms, request request-77/);
    for (const text of [stdout, stderr]) {
      expect(text).not.toContain("canary");
      expect(text).not.toContain(Buffer.from("canary-password").toString("base64"));
    }
    const token = await home.run(["whoami", "--debug", "--server", server.url]);
    expect(token.stdout + token.stderr).not.toContain("canary");
  });
});

describe("a configuration file that cannot be used", () => {
  it.each([
    ["{ not json", "is not valid JSON"],
    ["[]", "is not a JSON object"],
    ['{"version":2,"profiles":{}}', "another version of briksync may have written it"],
    ['{"version":1,"profiles":{"default":{"server":7}}}', '"server"'],
    ['{"version":1,"profiles":{"default":{"sessions":{"x":{"storage":"moon"}}}}}', '"sessions"'],
  ])("%s is reported and not changed", async (content, fault) => {
    await mkdir(home.configDirectory, { mode: 0o700 });
    const path = join(home.configDirectory, "config.json");
    await writeFile(path, content);
    for (const args of [["whoami"], ["login", "--email", "a@b.c", "--password-stdin"], ["logout"]]) {
      const result = await home.run(args, { env: { BRIKSYNC_TOKEN: undefined }, stdin: "x" });
      expect(result).toMatchObject({ exitCode: 2, stdout: "" });
      expect(result.stderr).toContain(path);
      expect(result.stderr).toContain(fault);
    }
    expect(await readFile(path, "utf8")).toBe(content);
  });
});
