import { chmod, chown, mkdir, readdir, stat } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { cliPath } from "../support/cli-process.ts";
import { useAccount, useHome, useServer, useTerminal } from "../support/lifetimes.ts";
import type { PtySession } from "../support/pty.ts";

const server = useServer();
const account = useAccount(server);
const home = useHome(() => ({ BRIKSYNC_SERVER: server.url }));

function openTerminal(args: readonly string[], env: Record<string, string> = {}): PtySession {
  return useTerminal(args, { env: { ...home.env, ...env } });
}

describe("login at a terminal", () => {
  it("C-01 prompts for the email address and password, and for consent before it stores a session in a file", async () => {
    const terminal = openTerminal(["login", "--password"]);
    await terminal.waitFor("no D-Bus session bus");
    await terminal.waitFor("not encrypted");
    await terminal.waitFor("Store the session in this file?");
    terminal.enter("y");
    await terminal.waitFor("Email or username:");
    terminal.enter(account.email);
    await terminal.waitFor("Password:");
    terminal.enter(account.password);
    await terminal.waitFor(`Signed in to ${server.url} as ${account.email}`);
    await terminal.waitFor("not encrypted");
    expect((await terminal.waitForExit()).exitCode).toBe(0);
    expect(terminal.text).not.toContain(account.password);

    const whoami = await home.run(["whoami"]);
    expect(whoami.exitCode).toBe(0);
    expect(whoami.stdout).toContain("readable only by you, not encrypted");
    // The consent holds for this profile: signing in again does not need it a second time.
    const again = await home.run(["login", "--email", account.email, "--password-stdin"], { stdin: account.password });
    expect(again.exitCode).toBe(0);
  });

  it("C-01 stores nothing without consent", async () => {
    const terminal = openTerminal(["login"]);
    await terminal.waitFor("Store the session in this file?");
    terminal.enter("n");
    expect((await terminal.waitForExit()).exitCode).toBe(130);
    await expect(stat(home.configDirectory)).rejects.toThrow("ENOENT");
  });

  it.skipIf(process.platform === "win32")("C-03 stores no session file where other users can write", async () => {
    const login = ["login", "--insecure-storage", "--email", account.email, "--password-stdin"];
    await mkdir(home.configDirectory);
    for (const mode of [0o775, 0o707, 0o1777]) {
      await chmod(home.configDirectory, mode);
      const refused = await home.run(login, { stdin: account.password });
      expect(refused).toMatchObject({ exitCode: 9, stdout: "" });
      expect(refused.stderr).toContain(`Other users can write to ${home.configDirectory}`);
      expect(refused.stderr).toContain(`chmod go-w ${home.configDirectory}`);
      expect(await readdir(home.configDirectory)).toEqual([]);
    }
    await chmod(home.configDirectory, 0o755);
    expect((await home.run(login, { stdin: account.password })).exitCode).toBe(0);
  });

  it.skipIf(process.geteuid?.() !== 0)(
    "C-03 stores no session file in a directory of another user (needs root)",
    async () => {
      await mkdir(home.configDirectory, { mode: 0o700 });
      await chown(home.configDirectory, 12_345, 12_345);
      const login = ["login", "--insecure-storage", "--email", account.email, "--password-stdin"];
      const refused = await home.run(login, { stdin: account.password });
      expect(refused).toMatchObject({ exitCode: 9, stdout: "" });
      expect(refused.stderr).toContain(`${home.configDirectory} belongs to another user`);
      expect(await readdir(home.configDirectory)).toEqual([]);
    },
  );

  it("reports a wrong password, prompts twice more, and then stores nothing", async () => {
    const person = await server.createAccount();
    const terminal = openTerminal(["login", "--insecure-storage", "--email", person.email]);
    for (let attempt = 1; attempt <= 3; attempt += 1) {
      await terminal.waitFor("Password:");
      terminal.enter("this is not the password");
      await terminal.waitFor("Invalid email or password");
    }
    expect((await terminal.waitForExit()).exitCode).toBe(4);
    expect(terminal.text).toContain("error: Invalid email or password");
    await expect(stat(home.configDirectory)).rejects.toThrow("ENOENT");
  });

  it("keeps the typed email address after a wrong password", async () => {
    const person = await server.createAccount();
    const terminal = openTerminal(["login", "--insecure-storage", "--password"]);
    await terminal.waitFor("Email or username:");
    terminal.enter(person.email);
    await terminal.waitFor("Password:");
    terminal.enter("this is not the password");
    await terminal.waitFor("Invalid email or password");
    await terminal.waitFor("Password:");
    terminal.enter(person.password);
    await terminal.waitFor(`Signed in to ${server.url} as ${person.email}`);
    expect((await terminal.waitForExit()).exitCode).toBe(0);
    expect(terminal.text.split("Invalid email or password")[1]).not.toContain("Email or username:");
  });

  it("does not prompt again for a password that was not typed", async () => {
    const env = { BRIKSYNC_EMAIL: "nobody@partner.com", BRIKSYNC_PASSWORD: "this is not the password" };
    const terminal = openTerminal(["login", "--insecure-storage"], env);
    await terminal.waitFor("error: Invalid email or password");
    expect((await terminal.waitForExit()).exitCode).toBe(4);
    expect(terminal.text).not.toContain("Password:");
  });

  it("changes a password that must be changed, and prompts again if the server rejects it or the two differ", async () => {
    const fresh = await server.createAccount({ mustChangePassword: true });
    const terminal = openTerminal(["login", "--insecure-storage", "--email", fresh.email]);
    await terminal.waitFor("Password:");
    terminal.enter(fresh.password);
    await terminal.waitFor("must change your password");
    await terminal.waitFor("New password:");
    terminal.enter("one new passphrase 1");
    await terminal.waitFor("Confirm new password:");
    terminal.enter("another passphrase 2");
    await terminal.waitFor("The passwords do not match");
    await terminal.waitFor("New password:");
    terminal.enter("short");
    await terminal.waitFor("Confirm new password:");
    terminal.enter("short");
    await terminal.waitFor("At least 15");
    await terminal.waitFor("New password:");
    terminal.enter("one new passphrase 1");
    await terminal.waitFor("Confirm new password:");
    terminal.enter("one new passphrase 1");
    await terminal.waitFor("Password changed");
    await terminal.waitFor("Signed in to");
    expect((await terminal.waitForExit()).exitCode).toBe(0);
    const again = await home.run(["login", "--insecure-storage", "--email", fresh.email, "--password-stdin"], {
      stdin: "one new passphrase 1\n",
    });
    expect(again.exitCode).toBe(0);
  });

  it("lets a user with several companies choose one", async () => {
    const person = await server.createAccount({ company: "Alpha Ltd" });
    await server.createAccount({ ...person, company: "Beta Ltd" });
    const terminal = openTerminal(["login", "--insecure-storage", "--email", person.email]);
    await terminal.waitFor("Password:");
    terminal.enter(person.password);
    await terminal.waitFor("Company to work in:");
    const first = terminal.text.includes("❯ Alpha Ltd") ? "Alpha Ltd" : "Beta Ltd";
    const other = first === "Alpha Ltd" ? "Beta Ltd" : "Alpha Ltd";
    terminal.type("\u001b[B");
    await terminal.waitFor(`❯ ${other}`);
    terminal.enter();
    await terminal.waitFor(`company ${other}`);
    expect((await terminal.waitForExit()).exitCode).toBe(0);
    const whoami = JSON.parse((await home.run(["whoami", "-o", "json"])).stdout);
    expect(whoami.company.name).toBe(other);
  });

  it("C-05 Enter and Ctrl-C together end with 130 and without a stack trace", async () => {
    const terminal = openTerminal(["login", "--insecure-storage", "--password"]);
    await terminal.waitFor("Email or username:");
    terminal.type("\r\u0003");
    expect((await terminal.waitForExit()).exitCode).toBe(130);
    expect(terminal.text).not.toContain("at process");
  });

  it.each(["Store the session in this file?", "Email or username:", "Password:"])(
    "C-05 Ctrl-C at %s ends with 130, restores the terminal and stores nothing",
    async (question) => {
      const shell = useTerminal(["--norc", "--noprofile", "-i"], {
        program: "/bin/bash",
        env: { ...home.env, PS1: "$ " },
      });
      await shell.waitFor("$ ");
      const consent = question.startsWith("Store") ? "" : "--insecure-storage";
      shell.enter(
        `before=$(stty -a); ${process.execPath} ${cliPath} login --password ${consent}; echo "code $?"; [ "$before" = "$(stty -a)" ] && echo same`,
      );
      if (question === "Password:") {
        await shell.waitFor("Email or username:");
        shell.enter(account.email);
      }
      await shell.waitFor(question);
      shell.pressCtrlC();
      await shell.waitFor("code 130");
      await shell.waitFor("same");
      await expect(stat(home.configDirectory)).rejects.toThrow("ENOENT");
    },
  );
});
