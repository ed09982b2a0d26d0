import { chmod, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { beforeEach, describe, expect, it } from "vitest";
import { useHome, useTerminal } from "../support/lifetimes.ts";

const server = "http://127.0.0.1:9";
const url = `${server}/settings/api-access`;
const home = useHome(() => ({ BRIKSYNC_SERVER: server }));

/** A fake browser that writes its URL and its environment to a file. */
let browser: string;
let seen: string;
beforeEach(async () => {
  browser = join(home.directory, "browser");
  seen = join(home.directory, "seen");
  await writeFile(
    browser,
    `#!/bin/sh\n{ printf '%s\\n' "$@"; env; } > '${seen}.part' && mv '${seen}.part' '${seen}'\n`,
  );
  await chmod(browser, 0o700);
});

const readSeen = (): Promise<string> => readFile(seen, "utf8").catch(() => "");

describe("dashboard", () => {
  it("opens the page at a terminal, without the credentials of the CLI", async () => {
    const env = { ...home.env, BROWSER: browser, BRIKSYNC_TOKEN: "canary-token" };
    const terminal = useTerminal(["dashboard"], { env });
    expect(await terminal.waitForExit()).toMatchObject({ exitCode: 0 });
    expect(terminal.text).toBe(`${url}\n`);
    await expect.poll(readSeen).toContain(`${url}\n`);
    expect(await readSeen()).not.toContain("canary");
  });

  it.each([
    ["without a terminal", [], `${url}\n`],
    ["without a terminal, as JSON", ["-o", "json"], `{\n  "url": "${url}"\n}\n`],
    ["without a terminal, as CSV", ["-o", "csv"], `url\n${url}\n`],
  ])("only prints the address %s", async (_case, args, stdout) => {
    const result = await home.run(["dashboard", ...args], { env: { BROWSER: browser } });
    expect(result).toMatchObject({ exitCode: 0, stdout, stderr: "" });
    expect(await readSeen()).toBe("");
  });

  it("only prints the address with --no-open", async () => {
    const terminal = useTerminal(["dashboard", "--no-open"], { env: { ...home.env, BROWSER: browser } });
    expect(await terminal.waitForExit()).toMatchObject({ exitCode: 0 });
    expect([terminal.text, await readSeen()]).toEqual([`${url}\n`, ""]);
  });

  it.each([
    ["there is no screen", {}],
    ["the browser is missing", { BROWSER: "/nowhere/browser" }],
  ])("says what to do if %s", async (_case, env) => {
    const terminal = useTerminal(["dashboard"], { env: { ...home.env, ...env } });
    expect(await terminal.waitForExit()).toMatchObject({ exitCode: 0 });
    expect(terminal.text).toBe(`${url}\nNo browser could be started. Open the address yourself.\n`);
  });
});
