import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { cliPath } from "../support/cli-process.ts";
import { useHome, useStubServer, useTerminal } from "../support/lifetimes.ts";
import { sendJson } from "../support/stub-server.ts";

let latest = "99.0.0";
let isSilent = false;
let hasGivenUp = false;
const server = useStubServer((_request, response) => {
  if (isSilent) response.once("close", () => (hasGivenUp = true));
  else sendJson(response, 200, { version: latest });
});
const home = useHome(() => ({ BRIKSYNC_UPDATE_URL: `${server.url}/latest.json` }));
beforeEach(() => {
  latest = "99.0.0";
  isSilent = false;
  hasGivenUp = false;
});

describe("briksync version", () => {
  it("prints the version without any request", async () => {
    const { stdout, stderr } = await home.run(["version", "-o", "json"]);
    expect(JSON.parse(stdout)).toEqual({
      version: expect.stringMatching(/^\d+\.\d+\.\d+$/),
      runtime: `Node ${process.versions.node}`,
      platform: process.platform,
    });
    expect(stderr).toBe("");
    expect(server.requests).toEqual([]);
  });

  it("--check names the latest version, and sends nothing about the user", async () => {
    const newer = await home.run(["version", "--check"]);
    expect(newer.stdout).toContain("99.0.0");
    expect(newer.stderr).toContain("npm install --global @briksync/cli");
    const [request] = server.requests;
    expect(request).toMatchObject({ method: "GET", path: "/latest.json" });
    expect(request?.headers).toMatchObject({ "user-agent": "briksync", accept: "application/json" });
    expect(request?.headers).not.toHaveProperty("authorization");
    expect(request?.headers).not.toHaveProperty("cookie");

    latest = "0.0.1";
    const current = await home.run(["version", "--check", "-o", "json"]);
    expect(JSON.parse(current.stdout)).toMatchObject({ latest: "0.0.1", isCurrent: true });
  });

  it.each(["0.1.0\u001b[31m", "latest", ""])("--check refuses %j as a version", async (version) => {
    latest = version;
    const result = await home.run(["version", "--check"]);
    expect(result).toMatchObject({ exitCode: 8, stdout: "" });
    expect(result.stderr).toContain("the response contains no version");
  });

  it("--check says what to do if no address is known, or if it is not secure", async () => {
    for (const address of ["", "http://updates.example.com/latest.json", "nonsense"]) {
      const result = await home.run(["version", "--check"], { env: { BRIKSYNC_UPDATE_URL: address } });
      expect(result.exitCode).toBe(2);
      expect(result.stderr).toContain("Set BRIKSYNC_UPDATE_URL");
    }
  });
});

describe("the notice of a newer version", () => {
  const notePath = (): string => join(home.directory, "cache", "briksync", "update.json");
  const readNote = async (): Promise<Record<string, unknown>> => JSON.parse(await readFile(notePath(), "utf8"));
  const command = ["completion", "bash"];

  /** Runs a command at a terminal, with stdout in a file. Returns the text on the terminal and in the file. */
  async function runAtTerminal(env: Record<string, string> = {}): Promise<{ screen: string; stdout: string }> {
    const file = join(home.directory, "stdout");
    const line = `"${process.execPath}" "${cliPath}" ${command.join(" ")} > "${file}"; printf ended`;
    const terminal = useTerminal(["-c", line], {
      program: "sh",
      env: { ...home.env, XDG_CACHE_HOME: join(home.directory, "cache"), ...env },
    });
    await terminal.waitFor("ended");
    return { screen: terminal.text, stdout: await readFile(file, "utf8") };
  }

  it("appears once a day at a terminal, from a check in the background, and never on stdout", async () => {
    expect((await runAtTerminal()).screen).not.toContain("is available");
    await vi.waitFor(async () => expect(await readNote()).toMatchObject({ latest: "99.0.0" }), 20_000);
    expect(server.requests.length).toBe(1);
    expect(server.requests[0]?.headers["user-agent"]).toBe("briksync");

    const second = await runAtTerminal();
    expect(second.screen).toContain("briksync 99.0.0 is available.");
    expect(second.stdout).not.toContain("99.0.0");
    expect((await runAtTerminal()).screen).not.toContain("is available");

    const { shownAt, checkedAt } = await readNote();
    const dayAndMore = 25 * 60 * 60 * 1000;
    const aged = { latest: "99.0.0", shownAt: Number(shownAt) - dayAndMore, checkedAt };
    await writeFile(notePath(), JSON.stringify(aged));
    expect((await runAtTerminal()).screen).toContain("is available");
    expect(server.requests.length).toBe(1);
  });

  it("passes no credentials to the check in the background", async () => {
    const seen = join(home.directory, "environment.json");
    const spy = join(home.directory, "spy.cjs");
    const record = `require("node:fs").writeFileSync(${JSON.stringify(seen)}, JSON.stringify(process.env))`;
    await writeFile(spy, `if (process.argv.includes("__check-update")) ${record};`);
    await runAtTerminal({ NODE_OPTIONS: `--require=${spy}`, BRIKSYNC_TOKEN: "canary-token" });
    await vi.waitFor(async () => expect(await readFile(seen, "utf8")).toContain("BRIKSYNC_UPDATE_URL"), 20_000);
    expect(await readFile(seen, "utf8")).not.toContain("canary-token");
    // Wait for the check, so that it does not reach the server during the next test.
    await vi.waitFor(async () => expect(await readNote()).toMatchObject({ latest: "99.0.0" }), 20_000);
    expect(server.requests.length).toBe(1);
  });

  it.each([
    ["in CI", { CI: "true" }],
    ["with BRIKSYNC_NO_UPDATE_NOTIFIER", { BRIKSYNC_NO_UPDATE_NOTIFIER: "1" }],
    ["without an address", { BRIKSYNC_UPDATE_URL: "" }],
  ])("never appears %s, and nothing is checked", async (_name, env) => {
    await runAtTerminal(env);
    await expect(readFile(notePath())).rejects.toThrow("ENOENT");
    expect(server.requests).toEqual([]);
  });

  it("never appears without a terminal", async () => {
    const env = { XDG_CACHE_HOME: join(home.directory, "cache") };
    await home.run(["version"], { env });
    await home.run(command, { env });
    await expect(readFile(notePath())).rejects.toThrow("ENOENT");
    expect(server.requests).toEqual([]);
  });

  it("does not delay a command if the address never responds, and checks again only the next day", async () => {
    isSilent = true;
    await runAtTerminal();
    // The check is still waiting. Its time limit is 5 seconds.
    expect(hasGivenUp).toBe(false);
    await vi.waitFor(() => expect(server.requests.length).toBe(1), 20_000);
    await runAtTerminal();
    await wait(300);
    expect(server.requests.length).toBe(1);
  });

  it("does not fail a command if its file is damaged or cannot be written", async () => {
    await runAtTerminal();
    await vi.waitFor(async () => expect(await readNote()).toHaveProperty("latest"), 20_000);
    await writeFile(notePath(), "{");
    expect((await runAtTerminal()).screen).not.toContain("error");
    const cache = join(home.directory, "file");
    await writeFile(cache, "");
    expect((await runAtTerminal({ XDG_CACHE_HOME: join(cache, "below") })).screen).not.toMatch(/ENOTDIR|Unexpected/);
  });
});
