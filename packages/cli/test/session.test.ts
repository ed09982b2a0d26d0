import { readdir, readFile, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { beforeEach, describe, expect, it } from "vitest";
import { spawnCli, waitForEnd } from "./support/cli-process.ts";
import { useAccount, useHome, useServer, useTerminal } from "./support/lifetimes.ts";

/** Short enough to wait for, long enough for a busy machine to use a fresh token in time. */
const tokenTtlSeconds = 3;
const expiryMs = tokenTtlSeconds * 1000 + 300;

const server = useServer({ ACCESS_TOKEN_TTL: String(tokenTtlSeconds) });
const account = useAccount(server);
const home = useHome(() => ({ BRIKSYNC_SERVER: server.url }));

async function signIn(): Promise<string> {
  const args = ["login", "--insecure-storage", "--email", account.email, "--password-stdin"];
  expect((await home.run(args, { stdin: account.password })).exitCode).toBe(0);
  const directory = join(home.configDirectory, "sessions");
  const [file = ""] = await readdir(directory);
  return join(directory, file);
}

async function readSession(path: string): Promise<{ accessToken: string; refreshToken: string; expiresAt: string }> {
  return JSON.parse(await readFile(path, "utf8"));
}

describe("a session with an expired token", () => {
  it("is renewed silently, and the new session is stored", async () => {
    const path = await signIn();
    const before = await readSession(path);
    await setTimeout(expiryMs);
    const whoami = await home.run(["whoami", "-o", "json"]);
    expect(whoami).toMatchObject({ exitCode: 0, stderr: "" });
    const after = await readSession(path);
    expect(after.accessToken).not.toBe(before.accessToken);
    expect(after.refreshToken).not.toBe(before.refreshToken);
  });

  it("C-08 survives eight concurrent renewals", async () => {
    const path = await signIn();
    for (let round = 0; round < 3; round += 1) {
      await setTimeout(expiryMs);
      const results = await Promise.all(Array.from({ length: 8 }, () => home.run(["whoami", "-o", "ids"])));
      expect(results.map((result) => result.exitCode + result.stderr)).toEqual(Array(8).fill("0"));
    }
    expect((await readSession(path)).accessToken).toMatch(/^eyJ/);
    expect(await readdir(join(home.configDirectory, "locks"))).toEqual([]);
  }, 60_000);

  it("C-08 is renewed even if a killed CLI left its lock behind", async () => {
    const path = await signIn();
    const name = path.replace(/^.*\//, "").replace(/\.json$/, ".lock");
    const holder = { processId: 4_190_000, hostName: hostname(), token: "dead" };
    await writeFile(join(home.configDirectory, "locks", name), JSON.stringify(holder));
    await setTimeout(expiryMs);
    const whoami = await home.run(["whoami"]);
    expect(whoami.exitCode).toBe(0);
    expect(whoami.durationMs).toBeLessThan(5000);
    expect(await readdir(join(home.configDirectory, "locks"))).toEqual([]);
  });

  it("C-08 Ctrl-C ends the wait for another CLI's lock with 130", async () => {
    const path = await signIn();
    const name = path.replace(/^.*\//, "").replace(/\.json$/, ".lock");
    const holder = { processId: process.pid, hostName: hostname(), token: "alive" };
    await writeFile(join(home.configDirectory, "locks", name), JSON.stringify(holder));
    await setTimeout(expiryMs);
    const child = spawnCli(["whoami"], { env: home.env });
    await setTimeout(1000);
    child.process.kill("SIGINT");
    expect(await waitForEnd(child, 5000)).toEqual({ exitCode: 130, signal: null });
    expect(await child.texts.stderr).toContain("Interrupted.");
  });

  it("does not depend on this machine's clock", async () => {
    const path = await signIn();
    for (const shiftMs of [-86_400_000 * 400, 86_400_000 * 400]) {
      const shift = `const now=Date.now;const D=Date;globalThis.Date=class extends D{constructor(...a){a.length?super(...a):super(now()+${shiftMs})}static now(){return now()+${shiftMs}}}`;
      const env = { NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(shift)}` };
      const whoami = await home.run(["whoami", "-o", "json"], { env });
      expect(whoami.exitCode, whoami.stderr).toBe(0);
      await setTimeout(expiryMs);
      expect((await home.run(["whoami"], { env })).exitCode).toBe(0);
    }
    const stored = await readSession(path);
    await writeFile(path, JSON.stringify({ ...stored, expiresAt: "1999-01-01T00:00:00.000Z" }));
    expect((await home.run(["whoami"])).exitCode).toBe(0);
  });
});

describe("a session that has ended", () => {
  beforeEach(async () => {
    await signIn();
    await endSession();
  });

  /** Ends the stored session at the server, behind the CLI's back. */
  async function endSession(): Promise<void> {
    const directory = join(home.configDirectory, "sessions");
    const [file = ""] = await readdir(directory);
    const { accessToken } = await readSession(join(directory, file));
    const ended = await fetch(`${server.url}/external/v1/auth/signout`, {
      method: "POST",
      headers: { authorization: `Bearer ${accessToken}` },
    });
    expect(ended.status).toBe(204);
  }

  it("exits with 4 without a terminal, in text and JSON", async () => {
    const text = await home.run(["companies", "list"]);
    expect(text).toMatchObject({ exitCode: 4, stdout: "" });
    expect(text.stderr).toContain("briksync login");
    const json = await home.run(["companies", "list", "-o", "json"]);
    expect(json).toMatchObject({ exitCode: 4, stdout: "" });
    expect(JSON.parse(json.stderr).error).toMatchObject({ type: "UNAUTHORIZED", status: 401, exitCode: 4 });
    expect((await home.run(["whoami"])).exitCode).toBe(4);
    expect((await home.run(["whoami", "-o", "json"])).exitCode).toBe(4);
  });

  it("at a terminal, prompts for the password of the stored email address and continues the command", async () => {
    const terminal = useTerminal(["companies", "list"], { env: { ...home.env } });
    await terminal.waitFor("has expired or was ended");
    await terminal.waitFor(`Password of ${account.email}`);
    terminal.enter(account.password);
    await terminal.waitFor(account.company);
    expect((await terminal.waitForExit()).exitCode).toBe(0);
    expect((await home.run(["companies", "list"])).exitCode).toBe(0);
  });

  it("continues in its company, not in the server's default", async () => {
    const person = await server.createAccount({ company: "Primary Ltd" });
    await server.createAccount({ ...person, company: "Other Ltd" });
    for (const company of ["Primary Ltd", "Other Ltd"]) {
      const login = ["login", "--insecure-storage", "--email", person.email, "--password-stdin", "--company", company];
      expect((await home.run(login, { stdin: person.password })).exitCode).toBe(0);
      await endSession();
      const terminal = useTerminal(["companies", "list"], { env: { ...home.env } });
      await terminal.waitFor(`Password of ${person.email}`);
      terminal.enter(person.password);
      await terminal.waitFor(new RegExp(`\\* +${company}`));
      expect((await terminal.waitForExit()).exitCode).toBe(0);
    }
  });

  it("has a hint with the flags of this run", async () => {
    const result = await home.run(["companies", "list", "--server", server.url]);
    expect(result.stderr).toContain(`briksync login --server ${server.url}`);
  });

  it("C-05 --no-input never prompts, even at a terminal", async () => {
    const terminal = useTerminal(["companies", "list", "--no-input"], { env: { ...home.env } });
    await terminal.waitFor("briksync login");
    expect((await terminal.waitForExit()).exitCode).toBe(4);
    expect(terminal.text).not.toContain("Password");
  });

  it("can be signed out of without an error", async () => {
    expect((await home.run(["logout"])).exitCode).toBe(0);
    expect((await home.run(["whoami"])).stderr).toContain("not signed in");
  });
});

describe("credentials from the environment", () => {
  it("sign in for one run and sign out at its end", async () => {
    const env = { BRIKSYNC_EMAIL: account.email, BRIKSYNC_PASSWORD: account.password };
    const whoami = await home.run(["whoami", "-o", "json"], { env });
    expect(whoami.exitCode).toBe(0);
    expect(JSON.parse(whoami.stdout).token).toMatchObject({ source: "environment", storage: null });
    expect((await server.listActions(account)).slice(0, 2)).toEqual(["session.signed_out", "session.signed_in"]);
    await expect(readdir(home.configDirectory)).rejects.toThrow("ENOENT");
  });

  it("can come from files, without trailing newlines", async () => {
    const tokenFile = join(home.directory, "token");
    const passwordFile = join(home.directory, "password");
    await writeFile(tokenFile, `${await server.signIn(account)}\n`, { mode: 0o600 });
    await writeFile(passwordFile, `${account.password}\r\n\n`, { mode: 0o600 });
    expect((await home.run(["whoami"], { env: { BRIKSYNC_TOKEN_FILE: tokenFile } })).exitCode).toBe(0);
    const env = { BRIKSYNC_EMAIL: account.email, BRIKSYNC_PASSWORD_FILE: passwordFile };
    expect((await home.run(["whoami"], { env })).exitCode).toBe(0);
  });

  it("may end with newlines, which secret stores often append", async () => {
    const env = { BRIKSYNC_EMAIL: `${account.email}\n`, BRIKSYNC_PASSWORD: `${account.password}\r\n\n` };
    expect((await home.run(["whoami"], { env })).exitCode).toBe(0);
    const token = `${await server.signIn(account)}\n`;
    expect((await home.run(["whoami"], { env: { BRIKSYNC_TOKEN: token } })).exitCode).toBe(0);
  });

  it.each([
    [{ BRIKSYNC_TOKEN_FILE: "/nonexistent/token" }, 2, "BRIKSYNC_TOKEN_FILE is set to /nonexistent/token"],
    [{ BRIKSYNC_TOKEN: "two words" }, 2, "BRIKSYNC_TOKEN does not contain a valid token"],
    [{ BRIKSYNC_TOKEN: "a\r\nX-Evil: 1" }, 2, "BRIKSYNC_TOKEN does not contain a valid token"],
    [{ BRIKSYNC_TOKEN: "wrong" }, 4, "The server rejected the token from BRIKSYNC_TOKEN"],
    [{ BRIKSYNC_EMAIL: "ada@partner.com", BRIKSYNC_PASSWORD: "wrong" }, 4, "Invalid email or password"],
    [
      { BRIKSYNC_EMAIL: "ada@partner.com", BRIKSYNC_PASSWORD: "two\nlines" },
      2,
      "BRIKSYNC_PASSWORD has more than one line, but a password cannot contain a newline.",
    ],
    [{ BRIKSYNC_PASSWORD: "alone" }, 4, "hint: In CI, set BRIKSYNC_EMAIL and BRIKSYNC_PASSWORD, or BRIKSYNC_TOKEN."],
    [{ BRIKSYNC_EMAIL: "ada@partner.com", BRIKSYNC_PASSWORD: "" }, 4, "BRIKSYNC_PASSWORD is empty."],
    [
      { BRIKSYNC_EMAIL: "ada@partner.com" },
      4,
      "BRIKSYNC_EMAIL is set, but BRIKSYNC_PASSWORD (or BRIKSYNC_PASSWORD_FILE) is not set.",
    ],
  ])("%j ends with %i: %s", async (env, exitCode, message) => {
    const result = await home.run(["whoami"], { env });
    expect(result.stderr).toContain(message);
    expect(result).toMatchObject({ exitCode, stdout: "" });
    expect(result.stderr).not.toContain("X-Evil");
  });

  it("C-05 do not choose one of several companies, and list them with the variable that does", async () => {
    const person = await server.createAccount({ company: "Theta Ltd" });
    await server.createAccount({ ...person, company: "Iota Ltd" });
    const env = { BRIKSYNC_EMAIL: person.email, BRIKSYNC_PASSWORD: person.password };
    for (const args of [["keys", "list"], ["whoami"], ["login", "--insecure-storage"]]) {
      const refused = await home.run(args, { env });
      expect(refused, args.join(" ")).toMatchObject({ exitCode: 2, stdout: "" });
      expect(refused.stderr).toMatch(/error: You belong to 2 companies, and BRIKSYNC_COMPANY is not set\.\n/);
      expect(refused.stderr).toMatch(/\n {2}\S+ {2}Theta Ltd\n/);
      expect(refused.stderr).toMatch(/\n {2}\S+ {2}Iota Ltd\n/);
      expect(refused.stderr).toContain("hint: Set BRIKSYNC_COMPANY to one of the IDs or names above.");
    }
    const actions = await server.listActions(person);
    expect(actions.slice(0, 2), "a session of a refused run must not stay open").toEqual([
      "session.signed_out",
      "session.signed_in",
    ]);
    await expect(readdir(home.configDirectory)).rejects.toThrow("ENOENT");
  });

  it("use the company in BRIKSYNC_COMPANY, by ID or exact name, or none", async () => {
    const person = await server.createAccount({ company: "Kappa Ltd" });
    await server.createAccount({ ...person, company: "Lambda Ltd" });
    const env = { BRIKSYNC_EMAIL: person.email, BRIKSYNC_PASSWORD: person.password };
    const whoami = async (company: string) =>
      JSON.parse((await home.run(["whoami", "-o", "json"], { env: { ...env, BRIKSYNC_COMPANY: company } })).stdout);
    for (const name of ["Kappa Ltd", "Lambda Ltd"]) {
      const { company } = await whoami(name);
      expect(company.name).toBe(name);
      expect((await whoami(company.id)).company.name).toBe(name);
    }
    for (const company of ["lambda ltd", "Mu Ltd"]) {
      const refused = await home.run(["keys", "list"], { env: { ...env, BRIKSYNC_COMPANY: company } });
      expect(refused).toMatchObject({ exitCode: 2, stdout: "" });
      expect(refused.stderr).toContain(`BRIKSYNC_COMPANY is "${company}", but you do not belong to such a company.`);
      expect(refused.stderr).toMatch(/\n {2}\S+ {2}Kappa Ltd\n/);
    }
    const login = await home.run(["login", "--insecure-storage", "-o", "json"], {
      env: { ...env, BRIKSYNC_COMPANY: "Lambda Ltd" },
    });
    expect(JSON.parse(login.stdout).activeCompany.name).toBe("Lambda Ltd");
    const flagged = await home.run(["login", "--insecure-storage", "-o", "json", "--company", "Kappa Ltd"], {
      env: { ...env, BRIKSYNC_COMPANY: "Lambda Ltd" },
    });
    expect(JSON.parse(flagged.stdout).activeCompany.name).toBe("Kappa Ltd");
  });

  it("never use another company than BRIKSYNC_COMPANY, with any credential", async () => {
    const only = { BRIKSYNC_EMAIL: account.email, BRIKSYNC_PASSWORD: account.password };
    const foreign = await home.run(["whoami"], { env: { ...only, BRIKSYNC_COMPANY: "Nu Ltd" } });
    expect(foreign).toMatchObject({ exitCode: 2, stdout: "" });
    await signIn();
    expect((await home.run(["whoami"], { env: { BRIKSYNC_COMPANY: account.company } })).exitCode).toBe(0);
    const stored = await home.run(["whoami"], { env: { BRIKSYNC_COMPANY: "Nu Ltd" } });
    expect(stored).toMatchObject({ exitCode: 2, stdout: "" });
    expect(stored.stderr).toContain(
      `Your session is for company "${account.company}", but BRIKSYNC_COMPANY is "Nu Ltd".`,
    );
    expect(stored.stderr).toContain(
      "hint: Unset BRIKSYNC_COMPANY, or sign in to that company: briksync login --company 'Nu Ltd'",
    );
    const env = { BRIKSYNC_TOKEN: await server.signIn(account), BRIKSYNC_COMPANY: account.company };
    const token = await home.run(["whoami"], { env });
    expect(token).toMatchObject({ exitCode: 2, stdout: "" });
    expect(token.stderr).toContain("The token from BRIKSYNC_TOKEN belongs to one company");
  });

  it("can change a password that must be changed, and nothing else", async () => {
    const fresh = await server.createAccount({ mustChangePassword: true });
    const env = { BRIKSYNC_EMAIL: fresh.email, BRIKSYNC_PASSWORD: fresh.password };
    expect(await home.run(["keys", "list"], { env })).toMatchObject({ exitCode: 5, stdout: "" });
    const stdin = `${fresh.password}\nsome other passphrase\n`;
    expect((await home.run(["password", "change", "--password-stdin"], { env, stdin })).exitCode).toBe(0);
  });

  it("cannot be switched to another company, because nothing would store that", async () => {
    const env = { BRIKSYNC_TOKEN: await server.signIn(account) };
    const result = await home.run(["companies", "use", account.company], { env });
    expect(result.exitCode).toBe(2);
    expect(result.stderr).toContain("BRIKSYNC_TOKEN");
  });
});

describe("companies", () => {
  it("are listed, and switching replaces the session", async () => {
    const person = await server.createAccount({ company: "First Ltd" });
    await server.createAccount({ ...person, company: "Second Ltd" });
    const login = [
      "login",
      "--insecure-storage",
      "--email",
      person.email,
      "--password-stdin",
      "--company",
      "First Ltd",
    ];
    await home.run(login, { stdin: person.password });
    const list = JSON.parse((await home.run(["companies", "list", "-o", "json"])).stdout);
    expect(list.map((company: { name: string; active: boolean }) => [company.name, company.active]).sort()).toEqual([
      ["First Ltd", true],
      ["Second Ltd", false],
    ]);
    const use = await home.run(["companies", "use", "second ltd"]);
    expect(use).toMatchObject({ exitCode: 0, stdout: "" });
    expect(use.stderr).toContain("You now work in Second Ltd, as Super Admin");
    expect(JSON.parse((await home.run(["whoami", "-o", "json"])).stdout).company.name).toBe("Second Ltd");
    await setTimeout(expiryMs);
    expect(JSON.parse((await home.run(["whoami", "-o", "json"])).stdout).company.name).toBe("Second Ltd");
    const unknown = await home.run(["companies", "use", "Third"]);
    expect(unknown.exitCode).toBe(3);
    expect(unknown.stderr).toContain("First Ltd");
  });
});

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
