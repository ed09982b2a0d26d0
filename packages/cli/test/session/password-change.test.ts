import { describe, expect, it } from "vitest";
import { useHome, useServer, useTerminal } from "../support/lifetimes.ts";

/** Short enough to wait for, and long enough for a busy machine to use a new token in time. */
const tokenTtlSeconds = 3;

const server = useServer({ ACCESS_TOKEN_TTL: String(tokenTtlSeconds) });
const home = useHome(() => ({ BRIKSYNC_SERVER: server.url }));

describe("password change", () => {
  it("requires two lines, shows the server's reasons, and keeps the current session", async () => {
    const person = await server.createAccount();
    await home.run(["login", "--insecure-storage", "--email", person.email, "--password-stdin"], {
      stdin: person.password,
    });
    const change = ["password", "change", "--password-stdin"];
    for (const stdin of ["", "one line\n", "a\nb\nc\n"]) {
      expect(await home.run(change, { stdin })).toMatchObject({ exitCode: 2, stdout: "" });
    }
    const short = await home.run(change, { stdin: `${person.password}\nshort\n` });
    expect(short.exitCode).toBe(6);
    expect(short.stderr).toContain("At least 15");
    expect(short.stderr).not.toContain("newPassword");
    const wrong = await home.run(change, { stdin: `not the password\na long enough passphrase\n` });
    expect(wrong.exitCode).toBe(4);
    expect(wrong.stderr).toContain("hint: Check the current password");
    expect(wrong.stderr).not.toContain("email");
    const done = await home.run(change, { stdin: `${person.password}\na long enough passphrase\n` });
    expect(done).toMatchObject({ exitCode: 0, stdout: "" });
    expect((await home.run(["whoami"])).exitCode).toBe(0);
  });

  it("prompts for both at a terminal", async () => {
    const person = await server.createAccount();
    await home.run(["login", "--insecure-storage", "--email", person.email, "--password-stdin"], {
      stdin: person.password,
    });
    const terminal = useTerminal(["password", "change"], { env: { ...home.env } });
    await terminal.waitFor("Current password:");
    terminal.enter(person.password);
    await terminal.waitFor("New password:");
    terminal.enter("a long enough passphrase");
    await terminal.waitFor("Confirm new password:");
    terminal.enter("a long enough passphrase");
    await terminal.waitFor("Password changed");
    expect((await terminal.waitForExit()).exitCode).toBe(0);
    expect(terminal.text).not.toContain("a long enough passphrase");
  });
});
