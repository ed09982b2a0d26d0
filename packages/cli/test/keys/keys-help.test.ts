import { execFile } from "node:child_process";
import { chmod, mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CliHome, cliPath, createCliHome } from "../support/cli-process.ts";
import { useTerminal } from "../support/lifetimes.ts";
import { listKeyCommands } from "../support/list-key-commands.ts";

const commands = listKeyCommands().map((verb) => `keys ${verb}`);
let home: CliHome;

beforeAll(async () => {
  home = await createCliHome({ BRIKSYNC_SERVER: "http://127.0.0.1:9", BRIKSYNC_TOKEN: "t" });
  const bin = join(home.directory, "bin");
  await mkdir(bin);
  await writeFile(join(bin, "briksync"), `#!/bin/sh\nexec "${process.execPath}" "${cliPath}" "$@"\n`);
  await writeFile(join(bin, "deploy"), "#!/bin/sh\n");
  await writeFile(join(home.directory, "secret.txt"), "sec_x\n");
  // A fake vendor program that accepts everything.
  await writeFile(join(bin, "gh"), "#!/bin/sh\n");
  for (const name of ["briksync", "deploy", "gh"]) await chmod(join(bin, name), 0o755);
});
afterAll(() => home?.remove());

async function readExamples(command: string): Promise<string[]> {
  const { stdout } = await home.run(
    command === "help rotation" ? ["help", "rotation"] : [...command.split(" "), "--help"],
  );
  return stdout.slice(stdout.indexOf("\nExamples:\n")).split("\n").slice(2);
}

function runInShell(line: string): Promise<string> {
  const env = { ...home.env, PATH: `${join(home.directory, "bin")}:${home.env["PATH"]}`, SECRET: "sec_x" };
  return new Promise((resolve) => {
    const child = execFile(
      "/bin/sh",
      ["-c", line],
      { cwd: home.directory, env, timeout: 20_000 },
      (_, stdout, stderr) => resolve(stdout + stderr),
    );
    child.stdin?.end();
  });
}

// The errors of valid commands without a server, a terminal and a confirmation.
const errorOfValidCommand = /Cannot reach|Confirmation required|is not a client secret|No secret was passed/;

describe.each(commands)("the help of %s", (command) => {
  it("fits a terminal of 80 columns", async () => {
    const terminal = useTerminal([...command.split(" "), "--help"], { env: home.env, columns: 80 });
    expect((await terminal.waitForExit()).exitCode).toBe(0);
    for (const line of terminal.text.split("\n")) expect(line.length, line).toBeLessThanOrEqual(80);
  });
});

describe("the help of keys rotate", () => {
  it.each([80, 105])("fits a screen of 50 lines and %i columns", async (columns) => {
    const terminal = useTerminal(["keys", "rotate", "--help"], { env: home.env, columns });
    expect((await terminal.waitForExit()).exitCode).toBe(0);
    expect(terminal.text.trimEnd().split("\n").length).toBeLessThanOrEqual(50);
  });
});

describe("the examples in the help of the key commands", () => {
  it.each([...commands, "audit", "help rotation"])(
    "of %s fit 80 columns and are valid command lines",
    async (command) => {
      const lines = await readExamples(command);
      for (const line of lines) expect(line.length, line).toBeLessThanOrEqual(80);
      const examples = lines
        .map((line) => line.replace(/(^| {2})# .*$/, "").trim())
        // Skip the last lines of the page, which link to other pages.
        .filter((line) => line !== "" && !/^(Run|See also:) /.test(line));
      expect(examples.length).toBeGreaterThan(0);
      for (const example of examples) {
        expect(example).toContain("briksync ");
        const output = await runInShell(example);
        expect({ example, output }).toEqual({ example, output: expect.stringMatching(errorOfValidCommand) });
      }
    },
  );
});
