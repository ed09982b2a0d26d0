import { readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { useAccount, useHome, useServer } from "../support/lifetimes.ts";

const server = useServer();
const account = useAccount(server);
const home = useHome(() => ({ BRIKSYNC_SERVER: server.url }));

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
    [
      { BRIKSYNC_PASSWORD: "alone" },
      4,
      "hint: In CI, set BRIKSYNC_TRUST or BRIKSYNC_TOKEN. For the steps, run: briksync help pipelines",
    ],
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
    const login = ["login", "--insecure-storage", "--email", account.email, "--password-stdin"];
    expect((await home.run(login, { stdin: account.password })).exitCode).toBe(0);
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
