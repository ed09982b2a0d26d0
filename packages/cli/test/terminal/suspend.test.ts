import { spawnSync } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { cliPath, createCliHome } from "../support/cli-process.ts";
import { useAdmin, useServer, useTerminal } from "../support/lifetimes.ts";
import type { PtySession } from "../support/pty.ts";

const server = useServer();
const admin = useAdmin(server);

const briksync = `${process.execPath} ${cliPath}`;
const suspendKey = "\u001a";

/** Opens a real shell with job control. */
async function openShell(env: Readonly<Record<string, string>> = {}): Promise<PtySession> {
  const shell = useTerminal(["--norc", "--noprofile", "-i"], {
    program: "/bin/bash",
    env: { ...admin.env, BRIKSYNC_STORAGE: "file", HISTFILE: "/dev/null", PS1: "$ ", ...env },
    columns: 200,
  });
  await shell.waitFor("$ ");
  return shell;
}

/** Presses Ctrl-Z, and checks that the terminal has the modes that a shell needs: echo, lines and signals. */
async function suspend(shell: PtySession): Promise<void> {
  shell.type(suspendKey);
  await shell.waitFor("Stopped");
  shell.enter(
    "stty -a | tr ';' '\\n' | grep -ow -e '-\\?echo' -e '-\\?icanon' -e '-\\?isig' | sort | xargs echo modes:",
  );
  await shell.waitFor(/\nmodes: echo icanon isig/);
}

async function resume(shell: PtySession, question: string): Promise<void> {
  shell.enter("fg");
  await shell.waitFor("bin.js");
  await shell.waitFor(question);
}

describe.skipIf(process.platform === "win32")("Ctrl-Z and fg", () => {
  it("C-14 at the email and password prompts keep the typed text away from the shell", async () => {
    const shell = await openShell({ BRIKSYNC_TOKEN: "" });
    const account = await server.createAccount();
    shell.enter(`${briksync} login --password`);
    await shell.waitFor("Email or username:");
    shell.type(account.email.slice(0, 3));
    await shell.waitFor(account.email.slice(0, 3));
    await suspend(shell);
    await resume(shell, `Email or username: ${account.email.slice(0, 3)}`);
    shell.enter(account.email.slice(3));
    await shell.waitFor("Password:");
    shell.type(account.password.slice(0, 5));
    await suspend(shell);
    await resume(shell, "Password:");
    shell.enter(account.password.slice(5));
    await shell.waitFor(`Signed in to ${server.url}`);
    shell.enter("history; echo end of history");
    await shell.waitFor(/\nend of history/);
    expect(shell.text).not.toContain(account.password.slice(5));
    expect(shell.text).not.toContain("at process");
  });

  it("C-14 at a confirmation: the answer is accepted afterwards", async () => {
    await admin.createKey("Suspended");
    const shell = await openShell();
    shell.enter(`${briksync} keys rotate Suspended --secret-only; echo "code $?"`);
    await shell.waitFor('Rotate "Suspended" now?');
    await suspend(shell);
    await resume(shell, 'Rotate "Suspended" now?');
    shell.enter("n");
    await shell.waitFor("Nothing was changed");
  });

  it("C-14 at a list of companies: the choice is accepted afterwards", async () => {
    const shell = await openShell();
    const person = await server.createAccount({ company: "Alpha Ltd" });
    await server.createAccount({ ...person, company: "Beta Ltd" });
    shell.enter(`BRIKSYNC_TOKEN= ${briksync} login --email ${person.email}`);
    await shell.waitFor("Password:");
    shell.enter(person.password);
    await shell.waitFor("Company to work in:");
    await suspend(shell);
    await resume(shell, "Company to work in:");
    shell.enter();
    await shell.waitFor(/company (Alpha|Beta) Ltd/);
  });

  it("C-14 a stop by a signal also restores the terminal", async () => {
    const shell = await openShell({ BRIKSYNC_TOKEN: "" });
    shell.enter(`${briksync} keys inspect`);
    await shell.waitFor("Client secret:");
    const [pid] = spawnSync("pgrep", ["-f", `^${process.execPath} ${cliPath} keys inspect`], { encoding: "utf8" })
      .stdout.trim()
      .split("\n");
    process.kill(Number(pid), "SIGTSTP");
    await shell.waitFor("Stopped");
    await resume(shell, "Client secret:");
    shell.enter("sec_canary0");
    await shell.waitFor("is not a client secret");
    expect(shell.text).not.toContain("sec_canary0");
  });

  it.each(["SIGTERM", "SIGHUP"] as const)("C-14 %s at a password prompt restores the terminal", async (signal) => {
    const shell = await openShell({ BRIKSYNC_TOKEN: "" });
    shell.enter(
      `before=$(stty -a); ${briksync} login --email ada@partner.com; [ "$before" = "$(stty -a)" ] && echo "sa""me"`,
    );
    await shell.waitFor("Password:");
    const [pid] = spawnSync("pgrep", ["-f", `^${process.execPath} ${cliPath} login --email ada@partner.com`], {
      encoding: "utf8",
    })
      .stdout.trim()
      .split("\n");
    process.kill(Number(pid), signal);
    await shell.waitFor("same");
  });
});

describe("a secret typed at a terminal", () => {
  it.each([
    ["login", ["login", "--email", "ada@partner.com", "--password-stdin"], "Password:"],
    ["password change", ["password", "change", "--password-stdin"], "Current password:"],
    ["keys verify", ["keys", "verify"], "Client secret:"],
    ["keys inspect", ["keys", "inspect"], "Client secret:"],
  ])("C-14 is never shown: %s, with Ctrl-T too", async (_name, args, question) => {
    const env = { ...admin.env, BRIKSYNC_STORAGE: "file" };
    const terminal = useTerminal(args, { env });
    await terminal.waitFor(question);
    terminal.type("canary-wxyz");
    terminal.type("\u0014");
    await setTimeout(300);
    terminal.type("-uvts");
    terminal.enter();
    terminal.type("\u0004");
    if (args[0] === "password") await terminal.waitFor("New password:");
    else await terminal.waitForExit();
    expect(terminal.text).not.toMatch(/canary|wxyz|uvts/);
  });

  it("C-14 is refused if the prompt could not be shown", async () => {
    const shell = await openShell();
    shell.enter(`${briksync} login --email ada@partner.com --password-stdin 2>/dev/null; echo "code $?"`);
    await shell.waitFor("code 2");
  });
});

describe("prompts and confirmations", () => {
  it("C-05 do not appear if stdin is a pipe and stderr is a terminal", async () => {
    const key = await admin.createKey("Piped");
    const shell = await openShell();
    const commands = ["keys revoke Piped", "keys rotate Piped", "keys allow-ip Piped 192.0.2.1", "login"];
    for (const [index, command] of commands.entries()) {
      shell.enter(`yes | BRIKSYNC_EMAIL= ${briksync} ${command} >"$HOME/out"; echo "code$? ${index}"`);
      await shell.waitFor(new RegExp(`\\ncode2 ${index}`));
    }
    expect(shell.text).not.toMatch(/type the name of the key|now\?|Save the list\?|Email or username:/);
    const [found] = await admin.fetchJson<{ status: string; ipAllowlist: unknown[] }[]>("/keys");
    expect(found).toBeDefined();
    const after = await admin.fetchJson<{ status: string; ipAllowlist: unknown[]; rotatedOn: null }>(`/keys/${key.id}`);
    expect(after).toMatchObject({ status: "active", ipAllowlist: [], rotatedOn: null });
  });

  it("C-05 do not appear at a sign-in either, which continues without an answer", { timeout: 60_000 }, async () => {
    const member = await server.createAccount({ company: "Northern Ltd" });
    await server.createAccount({ ...member, company: "Eastern Ltd" });
    const fresh = await server.createAccount({ mustChangePassword: true });
    const home = await createCliHome({ BRIKSYNC_SERVER: server.url, BRIKSYNC_TOKEN: "", BRIKSYNC_STORAGE: "" });
    try {
      const shell = await openShell({ ...home.env, MEMBER: member.password, FRESH: fresh.password });
      const pipe = async (number: number, input: string, args: string, code: number): Promise<void> => {
        shell.enter(`${input} | ${briksync} ${args} >"$HOME/out"; echo "code$? ${number}"`);
        await shell.waitFor(new RegExp(`\\ncode${code} ${number}`));
      };
      const login = "--password-stdin --email";
      await pipe(1, 'printf %s "$MEMBER"', `login ${login} ${member.email}`, 9);
      await pipe(2, 'printf %s "$MEMBER"', `login --insecure-storage ${login} ${member.email}`, 0);
      await pipe(3, 'printf %s "$FRESH"', `login --insecure-storage ${login} ${fresh.email}`, 5);
      for (const file of await readdir(join(home.configDirectory, "sessions"))) {
        const { accessToken } = JSON.parse(await readFile(join(home.configDirectory, "sessions", file), "utf8"));
        const headers = { authorization: `Bearer ${accessToken}` };
        await fetch(`${server.url}/external/v1/auth/signout`, { method: "POST", headers });
      }
      await pipe(4, "yes", "companies list", 4);
      expect(shell.text).not.toMatch(
        /Store the session in this file|Company to work in:|Password of|New password:|Password:|cannot prompt/,
      );
    } finally {
      await home.remove();
    }
  });

  it("C-05 do not appear if stderr is not a terminal, because the user would not see them", async () => {
    const key = await admin.createKey("Unseen");
    const shell = await openShell();
    for (const [index, command] of [
      "keys revoke Unseen",
      "keys rotate Unseen",
      "keys allow-ip Unseen 192.0.2.1",
    ].entries()) {
      shell.enter(`${briksync} ${command} 2>"$HOME/err"; cat "$HOME/err"; echo "code ${index}"`);
      await shell.waitFor("Confirmation required:");
      await shell.waitFor(new RegExp(`\\ncode ${index}`));
    }
    const after = await admin.fetchJson<{ status: string; ipAllowlist: unknown[]; rotatedOn: null }>(`/keys/${key.id}`);
    expect(after).toMatchObject({ status: "active", ipAllowlist: [], rotatedOn: null });
  });
});
