import { stat } from "node:fs/promises";
import { beforeAll, describe, expect, it } from "vitest";
import { useAccount, useHome, useServer, useTerminal } from "../support/lifetimes.ts";
import type { PtySession } from "../support/pty.ts";

const ctrlD = "\u0004";
const server = useServer();
const account = useAccount(server);
const home = useHome(() => ({ BRIKSYNC_SERVER: server.url }));

beforeAll(async () => {
  await server.createAccount({ ...account, company: "Second Ltd" });
});

function openTerminal(args: readonly string[]): PtySession {
  return useTerminal(args, { env: home.env });
}

describe("Ctrl-D at a question", () => {
  it.each([
    ["a yes or no", "Store the session in this file?", ["login"]],
    ["the method", "How do you want to sign in?", ["login", "--insecure-storage"]],
    ["a text", "Email or username:", ["login", "--insecure-storage", "--password"]],
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
    const session = openTerminal(["login", "--insecure-storage", "--password"]);
    await session.waitFor("Email or username:");
    session.type(`${account.email}${ctrlD}`);
    session.enter();
    await session.waitFor("Password:");
    session.type(ctrlD);
    expect((await session.waitForExit()).exitCode).toBe(130);
  });
});
