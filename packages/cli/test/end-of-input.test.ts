import { stat } from "node:fs/promises";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type CliHome, createCliHome } from "./support/cli-process.ts";
import { type PtySession, startPty } from "./support/pty.ts";
import { type Account, startServer, type TestServer } from "./support/server-process.ts";

const ctrlD = "\u0004";
let server: TestServer;
let account: Account;
let home: CliHome;
let terminal: PtySession | undefined;

beforeAll(async () => {
  server = await startServer();
  account = await server.createAccount();
  await server.createAccount({ ...account, company: "Second Ltd" });
});
afterAll(() => server?.stop());
beforeEach(async () => {
  home = await createCliHome({ BRIKSYNC_SERVER: server.url });
});
afterEach(async () => {
  terminal?.kill();
  await home.remove();
});

function openTerminal(args: readonly string[]): PtySession {
  terminal = startPty(args, { env: home.env });
  return terminal;
}

describe("Ctrl-D at a question", () => {
  it.each([
    ["a yes or no", "Store the session in this file?", ["login"]],
    ["a text", "Email or username:", ["login", "--insecure-storage"]],
    ["a password", "Password:", ["login", "--insecure-storage", "--email", "ada@partner.com"]],
    ["a secret", "Client secret:", ["keys", "verify"]],
    ["a choice", "Company to work in:", ["login", "--insecure-storage", "--email"]],
  ])("C-05 ends %s as Ctrl-C does", async (what, question, args) => {
    const session = openTerminal(what === "a choice" ? [...args, account.email] : args);
    if (what === "a choice") {
      await session.waitFor("Password:");
      session.enter(account.password);
    }
    await session.waitFor(question);
    session.type(ctrlD);
    expect((await session.waitForExit()).exitCode).toBe(130);
    expect(session.text).toContain("error: Interrupted. Nothing was changed.");
    expect(session.text).not.toMatch(/Warning|await/);
    await expect(stat(home.configDirectory)).rejects.toThrow("ENOENT");
  });

  it("says that a password that was changed before the interruption is valid", async () => {
    const fresh = await server.createAccount({ mustChangePassword: true });
    await server.createAccount({ ...fresh, company: "Third Ltd" });
    const session = openTerminal(["login", "--insecure-storage", "--email", fresh.email]);
    await session.waitFor("Password:");
    session.enter(fresh.password);
    for (const question of ["New password:", "Confirm new password:"]) {
      await session.waitFor(question);
      session.enter("one new passphrase 1");
    }
    await session.waitFor("Company to work in:");
    session.type(ctrlD);
    expect((await session.waitForExit()).exitCode).toBe(130);
    expect(session.text).toContain("Interrupted. Your password was changed, but you are not signed in.");
    await expect(stat(home.configDirectory)).rejects.toThrow("ENOENT");
  });

  it("does nothing inside a text", async () => {
    const session = openTerminal(["login", "--insecure-storage"]);
    await session.waitFor("Email or username:");
    session.type(`${account.email}${ctrlD}`);
    session.enter();
    await session.waitFor("Password:");
    session.type(ctrlD);
    expect((await session.waitForExit()).exitCode).toBe(130);
  });
});
