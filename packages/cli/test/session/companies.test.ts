import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { startFaultProxy } from "../support/fault-proxy.ts";
import { useHome, useServer } from "../support/lifetimes.ts";
import { expireAccessToken } from "../support/stored-session.ts";

const server = useServer();
const home = useHome(() => ({ BRIKSYNC_SERVER: server.url }));

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
    await expireAccessToken(home.configDirectory);
    expect(JSON.parse((await home.run(["whoami", "-o", "json"])).stdout).company.name).toBe("Second Ltd");
    const unknown = await home.run(["companies", "use", "Third"]);
    expect(unknown.exitCode).toBe(3);
    expect(unknown.stderr).toContain("First Ltd");
    expect(unknown.stderr).toContain("hint: Use the name or the ID of one of these companies.");
  });

  /** Signs in to the first of two companies. */
  async function signIn(url: string): Promise<void> {
    const person = await server.createAccount({ company: "First Ltd" });
    await server.createAccount({ ...person, company: "Second Ltd" });
    const args = ["login", "--insecure-storage", "--email", person.email, "--password-stdin", "--server", url];
    const login = await home.run([...args, "--company", "First Ltd"], { stdin: person.password });
    expect(login).toMatchObject({ exitCode: 0 });
  }

  it("are selected for one run by --company, with a second session in another profile", async () => {
    const person = await server.createAccount({ company: "First Ltd" });
    await server.createAccount({ ...person, company: "Second Ltd" });
    const login = ["login", "--insecure-storage", "--email", person.email, "--password-stdin", "--company"];
    await home.run([...login, "First Ltd"], { stdin: person.password });
    const nameCompany = async (...args: string[]): Promise<string> => {
      const { stdout, stderr } = await home.run(["whoami", "-o", "json", ...args]);
      expect(stderr).toBe("");
      return JSON.parse(stdout).company.name;
    };
    expect(await nameCompany("--company", "First Ltd")).toBe("First Ltd");
    const refused = await home.run(["keys", "list", "--company", "Second Ltd"]);
    expect(refused).toMatchObject({ exitCode: 2, stdout: "" });
    expect(refused.stderr).toContain('no profile has a session for "Second Ltd"');
    const [, profile = "", words = ""] = /run: briksync login --profile (\S+) (--server .*)/.exec(refused.stderr) ?? [];
    expect(profile).toBe("second-ltd");
    expect(words).toBe(`--server ${server.url} --company 'Second Ltd'`);
    await home.run([...login, "Second Ltd", "--profile", profile], { stdin: person.password });
    expect(await nameCompany("--company", "Second Ltd")).toBe("Second Ltd");
    // The first session is still there, and still for the first company.
    expect(await nameCompany()).toBe("First Ltd");
    expect(await nameCompany("--company", "First Ltd", "--profile", "second-ltd")).toBe("First Ltd");
    const hint = (await home.run(["keys", "show", "nothing", "--company", "Second Ltd"])).stderr;
    expect(hint).toContain("briksync keys list --profile second-ltd");
  });

  it("cannot be selected for a token, which belongs to one company, but for a password", async () => {
    const person = await server.createAccount({ company: "First Ltd" });
    await server.createAccount({ ...person, company: "Second Ltd" });
    const env = { BRIKSYNC_EMAIL: person.email, BRIKSYNC_PASSWORD: person.password };
    const { stdout } = await home.run(["whoami", "-o", "json", "--company", "Second Ltd"], { env });
    expect(JSON.parse(stdout).company.name).toBe("Second Ltd");
    const unknown = await home.run(["whoami", "--company", "Third"], { env });
    expect(unknown.exitCode).toBe(2);
    expect(unknown.stderr).toContain('--company is "Third"');
    const token = await home.run(["whoami", "--company", "First Ltd"], { env: { BRIKSYNC_TOKEN: "t" } });
    expect(token.exitCode).toBe(2);
    expect(token.stderr).toContain("so --company cannot select another");
  });

  it("are checked against BRIKSYNC_COMPANY while another run switches and has only saved the session", async () => {
    await signIn(server.url);
    const config = join(home.configDirectory, "config.json");
    await copyFile(config, `${config}.before`);
    const second = JSON.parse((await home.run(["companies", "use", "Second Ltd", "-o", "json"])).stdout);
    await copyFile(`${config}.before`, config);
    const refused = await home.run(["keys", "list"], { env: { BRIKSYNC_COMPANY: "First Ltd" } });
    expect(refused).toMatchObject({ exitCode: 2, stdout: "" });
    expect(refused.stderr).toContain(
      `Your session is for company "${second.id}", but BRIKSYNC_COMPANY is "First Ltd".`,
    );
    expect(await home.run(["keys", "list"], { env: { BRIKSYNC_COMPANY: second.id } })).toMatchObject({ exitCode: 0 });
  });

  it("stop a run whose token expires after another run has switched", async () => {
    let isFirst = true;
    const proxy = await startFaultProxy(server.url, {
      async decide({ path }) {
        if (isFirst && path.includes("/keys")) {
          isFirst = false;
          const use = await home.run(["companies", "use", "Second Ltd", "--server", proxy.url]);
          expect(use).toMatchObject({ exitCode: 0 });
        }
        return { kind: "pass" };
      },
    });
    onTestFinished(() => proxy.stop());
    await signIn(proxy.url);
    await expireAccessToken(home.configDirectory);
    const stopped = await home.run(["keys", "list", "--server", proxy.url]);
    expect(stopped).toMatchObject({ exitCode: 6, stdout: "" });
    expect(stopped.stderr).toContain("Another run has switched the session to another company");
    expect(await home.run(["keys", "list", "--server", proxy.url])).toMatchObject({ exitCode: 0 });
  });
});
