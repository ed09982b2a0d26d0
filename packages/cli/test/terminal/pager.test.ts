import { chmod, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { cliPath } from "../support/cli-process.ts";
import { useHome, useStubServer, useTerminal } from "../support/lifetimes.ts";
import type { PtySession } from "../support/pty.ts";
import { makeSessionInfo, sendJson } from "../support/stub-server.ts";

const companies = Array.from({ length: 200 }, (_, index) => ({
  id: `c${index}`,
  name: `Company ${index}`,
  privilege: 2,
}));
const server = useStubServer((_request, response) => sendJson(response, 200, makeSessionInfo({ companies })));
const home = useHome(() => ({ BRIKSYNC_TOKEN: "canary-token", BRIKSYNC_SERVER: server.url }));

function list(env: Readonly<Record<string, string>>, ...flags: string[]): PtySession {
  return useTerminal(["companies", "list", ...flags], { env: { ...home.env, ...env } });
}

/** Writes a pager that records what it gets, and returns its command. */
async function writePager(script: string): Promise<string> {
  const path = join(home.directory, "my pager");
  await writeFile(path, `#!/bin/sh\n${script}\n`);
  await chmod(path, 0o700);
  return `'${path}'`;
}

/** Matches the first screen of less with its prompt. */
const lessPrompt = /Company 20 [\s\S]*\n:/;

/**
 * Presses a key until less has done what `waitForEffect` waits for. A single press can be lost: while less 590 reads its
 * input, it drops all keys.
 */
function press<T>(terminal: PtySession, key: string, waitForEffect: (timeoutMs: number) => Promise<T>): Promise<T> {
  const pressOnce = (): Promise<T> => {
    terminal.type(key);
    return waitForEffect(1000);
  };
  return vi.waitFor(pressOnce, { timeout: 20_000 });
}

/** Quits less. Returns the exit code of the program in the terminal. */
async function quit(terminal: PtySession): Promise<number> {
  return (await press(terminal, "q", (timeoutMs) => terminal.waitForExit(timeoutMs))).exitCode;
}

describe("the pager of long output at a terminal", () => {
  it("is less by default, which shows colors and quits without an error before the end", async () => {
    const terminal = list({});
    await terminal.waitFor(lessPrompt);
    expect(terminal.text).not.toContain("Company 199");
    await press(terminal, "G", (timeoutMs) => terminal.waitFor("200 companies", timeoutMs));
    expect(await quit(terminal)).toBe(0);
    expect(terminal.screen).toContain("\u001b[1m");
    const early = list({});
    await early.waitFor(lessPrompt);
    expect(await quit(early)).toBe(0);
  });

  it("keeps the terminal after Ctrl-C, which less handles itself", async () => {
    const terminal = list({ LESS: "RX" });
    await terminal.waitFor(lessPrompt);
    await press(terminal, "G", (timeoutMs) => terminal.waitFor(/200 companies\s*\(END\)/, timeoutMs));
    terminal.pressCtrlC();
    // The CLI ends an interrupted run within two seconds.
    await new Promise((resolve) => setTimeout(resolve, 2500));
    await press(terminal, "g", (timeoutMs) => terminal.waitFor(lessPrompt, timeoutMs));
    expect(await quit(terminal)).toBe(0);
  });

  it("is BRIKSYNC_PAGER, then PAGER, with arguments, as in git. It gets LESS and no token", async () => {
    const record = join(home.directory, "record");
    const pager = await writePager(`{ echo "$1 $LESS $BRIKSYNC_TOKEN."; tail -n 1; } >'${record}'`);
    for (const [env, expected] of [
      [{ PAGER: `${pager} -a` }, "-a FRX ."],
      [{ PAGER: "false", BRIKSYNC_PAGER: `${pager} -b`, LESS: "S" }, "-b S ."],
    ] as const) {
      expect((await list(env).waitForExit()).exitCode).toBe(0);
      const lines = (await readFile(record, "utf8")).split("\n");
      expect(lines[0]).toBe(expected);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: colors are control sequences
      expect(lines[1]?.replace(/\u001b\[\d+m/g, "")).toBe("200 companies");
    }
  });

  it.each([
    { BRIKSYNC_PAGER: "" },
    { BRIKSYNC_PAGER: "cat", PAGER: "false" },
    { PAGER: "", BRIKSYNC_PAGER: "" },
    { TERM: "dumb", PAGER: "false" },
    { GITHUB_ACTIONS: "true", PAGER: "false" },
  ])("is off with %j", async (env) => {
    const terminal = list(env as Readonly<Record<string, string>>);
    expect((await terminal.waitForExit()).exitCode).toBe(0);
    expect(terminal.text).toContain("Company 199");
  });

  it("is not used with --no-input, for output that fits on the screen, or for a pipe", async () => {
    const env = { PAGER: "false" };
    const whole = list(env, "--no-input");
    expect((await whole.waitForExit()).exitCode).toBe(0);
    expect(whole.text).toContain("Company 199");
    const short = useTerminal(["whoami"], { env: { ...home.env, ...env } });
    expect((await short.waitForExit()).exitCode).toBe(0);
    expect(short.text).toContain("Acme Corp");
    expect((await home.run(["companies", "list"], { env })).stdout).toContain("Company 199");
  });

  it.each([
    ["head -n 2", "Company 0", ""],
    ["cat", "Company 199", ""],
    ["less", lessPrompt, "q"],
  ])("leaves a pipe to %s alone", async (reader, shown, key) => {
    const script = `"$0" "$1" companies list | ${reader}; echo "ended \${PIPESTATUS[*]}"`;
    const terminal = useTerminal(["-c", script, process.execPath, cliPath], {
      program: "/bin/bash",
      env: { ...home.env, PAGER: "false" },
    });
    await terminal.waitFor(shown);
    await press(terminal, key, (timeoutMs) => terminal.waitFor("ended 0 0", timeoutMs));
    // Output to a pipe has no colors and no count.
    expect(terminal.text).not.toContain("200 companies");
    expect(terminal.screen).not.toContain("\u001b[1m");
  });

  it("that cannot be started does not lose the output", async () => {
    for (const env of [{ PAGER: "no-such-pager" }, { PATH: home.directory }]) {
      const terminal = list(env);
      expect((await terminal.waitForExit()).exitCode).toBe(0);
      expect(terminal.text).toContain("Company 199");
    }
  });

  it("also shows long JSON", async () => {
    const terminal = list({ LESS: "RX" }, "-o", "json");
    await terminal.waitFor('"name": "Company 2"');
    expect(await quit(terminal)).toBe(0);
    expect(terminal.text).not.toContain("Company 199");
  });
});
