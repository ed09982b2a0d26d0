import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { useAccount, useHome, useServer } from "../support/lifetimes.ts";

const server = useServer();
const account = useAccount(server);
const home = useHome(() => ({ BRIKSYNC_SERVER: server.url }));

describe("login without a terminal", () => {
  it("C-01 refuses to store a file without consent, and in CI says what to do instead", async () => {
    const login = ["login", "--email", account.email, "--password-stdin"];
    const plain = await home.run(login, { stdin: `${account.password}\n` });
    expect(plain.exitCode).toBe(9);
    const command = `briksync login --email ${account.email} --password-stdin --insecure-storage`;
    expect(plain.stderr).toContain(`run: ${command}\n`);
    const odd = await home.run([...login, "--company", "A $& B"], { stdin: account.password });
    expect(odd.stderr).toContain(` --company 'A $& B' --insecure-storage\n`);
    const empty = await home.run([...login, "--insecure-storage"], { stdin: "" });
    expect(empty).toMatchObject({ exitCode: 2, stdout: "" });
    expect(empty.stderr).toContain(`hint: Run: printf '%s' "$PASSWORD" | ${command}\n`);
    const inCi = await home.run(login, { stdin: `${account.password}\n`, env: { CI: "true" } });
    expect(inCi.exitCode).toBe(9);
    expect(inCi.stderr).toContain("BRIKSYNC_TOKEN");
    await expect(stat(home.configDirectory)).rejects.toThrow("ENOENT");
  });

  it("C-01 with consent, stores the session in a 0600 file in 0700 directories, and whoami shows that", async () => {
    const login = await home.run(["login", "--email", account.email, "--password-stdin", "-o", "json"], {
      stdin: `${account.password}\n`,
      env: { BRIKSYNC_STORAGE: "file" },
    });
    expect(login.exitCode).toBe(0);
    expect(login.stderr).toContain("not encrypted");
    expect(JSON.parse(login.stdout)).toMatchObject({ storage: "file", user: { email: account.email } });
    const whoami = JSON.parse((await home.run(["whoami", "-o", "json"])).stdout);
    expect(whoami.token).toMatchObject({ source: "session", storage: "file", isEncrypted: false });
    expect((await stat(home.configDirectory)).mode & 0o777).toBe(0o700);
    expect((await stat(join(home.configDirectory, "sessions"))).mode & 0o777).toBe(0o700);
    expect((await stat(whoami.token.path)).mode & 0o777).toBe(0o600);
    expect((await stat(join(home.configDirectory, "config.json"))).mode & 0o777).toBe(0o600);
    expect(await readFile(join(home.configDirectory, "config.json"), "utf8")).not.toContain("eyJ");
  });

  it("C-05 never prompts, and says what to pass instead", async () => {
    const result = await home.run(["login", "--insecure-storage"], { stdin: "open" });
    expect(result.exitCode).toBe(2);
    expect(result.stdout).toBe("");
    expect(result.stderr).toContain("--password-stdin");
  });

  it("C-05 keeps stdout empty in text mode", async () => {
    const result = await home.run(["login", "--insecure-storage", "--email", account.email, "--password-stdin"], {
      stdin: account.password,
    });
    expect(result).toMatchObject({ exitCode: 0, stdout: "" });
  });

  it("requires the email address and exactly one line with --password-stdin", async () => {
    const nameless = await home.run(["login", "--insecure-storage", "--password-stdin"], { stdin: "x\n" });
    expect(nameless.exitCode).toBe(2);
    expect(nameless.stderr).toContain("--email");
    const empty = await home.run(["login", "--insecure-storage", "--email", "a@b.c", "--password-stdin"]);
    expect(empty.exitCode).toBe(2);
    expect(empty.stderr).toContain("Standard input does not contain a password.");
  });

  it("signs in if the password must be changed, exits with 5 and shows the next command", async () => {
    const fresh = await server.createAccount({ mustChangePassword: true });
    const login = await home.run(["login", "--insecure-storage", "--email", fresh.email, "--password-stdin"], {
      stdin: fresh.password,
    });
    expect(login.exitCode).toBe(5);
    expect(login.stderr).toContain("briksync password change --password-stdin");
    const change = await home.run(["password", "change", "--password-stdin"], {
      stdin: `${fresh.password}\nsome other passphrase\n`,
    });
    expect(change).toMatchObject({ exitCode: 0, stdout: "" });
    const whoami = JSON.parse((await home.run(["whoami", "-o", "json"])).stdout);
    expect(whoami.user.mustChangePassword).toBe(false);
  });

  it("reads the email address and password from the environment or a file", async () => {
    const result = await home.run(["login", "--insecure-storage"], {
      env: { BRIKSYNC_EMAIL: account.email, BRIKSYNC_PASSWORD: account.password },
    });
    expect(result.exitCode).toBe(0);
  });

  it("selects the requested company, and lists the others if it does not exist", async () => {
    const person = await server.createAccount({ company: "Gamma Ltd" });
    await server.createAccount({ ...person, company: "Delta Ltd" });
    const login = [
      "login",
      "--insecure-storage",
      "--email",
      person.email,
      "--password-stdin",
      "-o",
      "json",
      "--company",
    ];
    for (const company of ["Gamma Ltd", "delta ltd"]) {
      const result = await home.run([...login, company], { stdin: person.password });
      expect(JSON.parse(result.stdout).activeCompany.name.toLowerCase()).toBe(company.toLowerCase());
    }
    const stored = await readFile(join(home.configDirectory, "config.json"), "utf8");
    const wrong = await home.run([...login, "Epsilon"], { stdin: person.password });
    expect(wrong.exitCode).toBe(3);
    expect(JSON.parse(wrong.stderr).error.details.join()).toContain("Gamma Ltd");
    expect(await readFile(join(home.configDirectory, "config.json"), "utf8")).toBe(stored);
    const [last, before] = await server.listActions(person);
    expect([last, before], "a session that was not stored must not stay open").toEqual([
      "session.signed_out",
      "session.signed_in",
    ]);
  });

  it("says which company it selected if there are several and it cannot prompt", async () => {
    const person = await server.createAccount({ company: "Zeta Ltd" });
    await server.createAccount({ ...person, company: "Eta Ltd" });
    const result = await home.run(["login", "--insecure-storage", "--email", person.email, "--password-stdin"], {
      stdin: person.password,
    });
    expect(result.exitCode).toBe(0);
    expect(result.stderr).toMatch(/2 companies\. You work in (Zeta|Eta) Ltd/);
  });

  it("refuses BRIKSYNC_STORAGE=none and invalid values before it reads a password", async () => {
    for (const [storage, exitCode] of [
      ["none", 9],
      ["cloud", 2],
    ] as const) {
      const result = await home.run(["login", "--email", account.email, "--password-stdin"], {
        stdin: "open",
        env: { BRIKSYNC_STORAGE: storage },
      });
      expect(result.exitCode).toBe(exitCode);
      expect(result.stderr).toContain("BRIKSYNC_STORAGE");
    }
  });

  it("warns if a token from the environment overrides the stored session", async () => {
    const result = await home.run(["login", "--insecure-storage", "--email", account.email, "--password-stdin"], {
      stdin: account.password,
      env: { BRIKSYNC_TOKEN: "some-token" },
    });
    expect(result.exitCode).toBe(0);
    expect(result.stderr).toContain("BRIKSYNC_TOKEN is set and overrides this session");
  });

  it("ends the replaced session on the server", async () => {
    const login = ["login", "--insecure-storage", "--email", account.email, "--password-stdin"];
    await home.run(login, { stdin: account.password });
    const { token } = JSON.parse((await home.run(["whoami", "-o", "json"])).stdout);
    const { accessToken } = JSON.parse(await readFile(token.path, "utf8"));
    await home.run(login, { stdin: account.password });
    const old = await home.run(["whoami"], { env: { BRIKSYNC_TOKEN: accessToken } });
    expect(old.exitCode).toBe(4);
    expect(old.stderr).toContain("BRIKSYNC_TOKEN");
  });
});
