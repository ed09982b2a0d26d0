import { describe, expect, it } from "vitest";
import { cliPath } from "../support/cli-process.ts";
import { useHome, useStubServer, useTerminal } from "../support/lifetimes.ts";
import { makeSessionInfo, sendJson } from "../support/stub-server.ts";

const answers: (() => void)[] = [];
const server = useStubServer((_request, response) => {
  answers.push(() => sendJson(response, 200, makeSessionInfo()));
});
const home = useHome(() => ({ BRIKSYNC_TOKEN: "canary-token", BRIKSYNC_SERVER: server.url }));

describe("the modes of the terminal", () => {
  it.each([
    [
      "from a pipe, such as a pager",
      '"$0" "$1" companies list | (read -r _ </dev/tty; stty -echo </dev/tty; echo set; cat >/dev/null)',
    ],
    ["in the foreground", '"$0" "$1" companies list & read -r _; stty -echo; echo set; wait'],
  ])("stay as another program %s set them while the CLI ran", async (_, script) => {
    const terminal = useTerminal(["-c", `${script}; stty -a`, process.execPath, cliPath], {
      program: "/bin/bash",
      env: home.env,
    });
    await expect.poll(() => answers.length).toBe(1);
    terminal.enter();
    await terminal.waitFor("set");
    answers.pop()?.();
    await terminal.waitFor(/ -echo /);
  });

  it("are left alone without losing the report of an uncaught error", async () => {
    const module = new URL("../../src/program/keep-terminal-modes.ts", import.meta.url).href;
    const script = `import { keepTerminalModes } from "${module}"; keepTerminalModes(process); throw new Error("canary");`;
    const terminal = useTerminal(["--input-type=module", "-e", script], { program: process.execPath, env: home.env });
    expect((await terminal.waitForExit()).exitCode).toBe(1);
    expect(terminal.text).toContain("Error: canary\n");
  });
});
