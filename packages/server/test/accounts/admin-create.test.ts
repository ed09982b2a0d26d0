import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createAdmin } from "../../src/domain/accounts/create-admin.ts";
import { AppError } from "../../src/errors.ts";
import { createHttpClient, type HttpClient } from "../support/http-client.ts";
import { useDependencies, useTestServer } from "../support/lifetimes.ts";
import { createPerson, goodPassword, otherPassword, signInPerson } from "../support/people.ts";
import { type CommandResult, runCommand } from "../support/run-command.ts";
import { type ServerProcess, spawnServer } from "../support/spawn-server.ts";
import { createTestDatabase, type TestDatabase } from "../support/test-database.ts";

describe("admin create, next to a running server", () => {
  let database: TestDatabase;
  let env: Record<string, string>;
  let server: ServerProcess;
  let client: HttpClient;
  beforeAll(async () => {
    database = await createTestDatabase();
    env = { ...database.env, LOG_LEVEL: "error" };
    server = await spawnServer(env);
    client = createHttpClient(server.url);
  });
  afterAll(async () => {
    client.close();
    await server.stop();
    await database.remove();
  });

  const ada = ["--email", "Ada@Partner.example", "--first-name", "Ada", "--last-name", "Lovelace"];
  const create = (args: readonly string[], input?: string): Promise<CommandResult> =>
    runCommand(["admin", "create", ...args], env, input);

  it("S-03 prints a generated password once, alone on stdout, and the password works immediately", async () => {
    const { code, stdout, stderr } = await create([...ada, "--company", "Acme Corp", "--must-change-password"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^([a-z2-9]{5}-){4}[a-z2-9]{5}\n$/);
    expect(stderr).toBe(
      "Created ada@partner.example in new company Acme Corp (BUSINESS), privilege 1.\nPassword (shown only once):\n",
    );
    const person = {
      userId: "",
      companyId: "",
      companyName: "",
      email: "ada@partner.example",
      password: stdout.trim(),
    };
    const { token } = await signInPerson(client, person);
    const { body } = await client.call("GET", "/external/v1/auth/me", { token });
    expect(body.user.mustChangePassword).toBe(true);

    const again = await create([...ada, "--company", "Second Corp", "--plan", "PRO", "--privilege", "3", "--json"], "");
    expect(again.code).toBe(0);
    expect(JSON.parse(again.stdout)).toEqual({
      userId: body.user.id,
      email: "ada@partner.example",
      username: null,
      companyId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      companyName: "Second Corp",
      plan: "PRO",
      privilege: 3,
      mustChangePassword: true,
      isNewUser: false,
      isNewCompany: true,
    });
    const { body: me } = await client.call("GET", "/external/v1/auth/me", { token });
    expect(me.companies.map(({ name }: { name: string }) => name)).toEqual(["Acme Corp", "Second Corp"]);
  });

  it("S-03 reads the password from stdin, and refuses a bad one with the reason", async () => {
    const args = [
      "--email",
      "grace@partner.example",
      "--first-name",
      "Ada",
      "--last-name",
      "Lovelace",
      "--company",
      "Stdin Corp",
    ];
    const refused = await create([...args, "--password-stdin"], "password1234567\n");
    expect(refused.code).toBe(1);
    expect(refused.stdout).toBe("");
    expect(refused.stderr).toMatch(/^password: This password is too common\. Choose .*\n$/);
    const created = await create([...args, "--password-stdin", "--json"], `${otherPassword}\n`);
    expect(created.code).toBe(0);
    expect(created.stdout).not.toContain(otherPassword);
    expect(JSON.parse(created.stdout)).not.toHaveProperty("password");
    const person = {
      userId: "",
      companyId: "",
      companyName: "",
      email: "grace@partner.example",
      password: otherPassword,
    };
    await signInPerson(client, person);
  });

  it("S-03 describes each problem in one line", async () => {
    const refusals: [string[], number, RegExp][] = [
      [
        ["--email", "no-address", "--first-name", "A", "--last-name", "L", "--company", "C"],
        1,
        /^email: is not an email address\n$/,
      ],
      [[...ada, "--company", " "], 1, /^company: A name must have 1 to 100 characters\n$/],
      [
        [...ada, "--company", "Acme Corp", "--plan", "GOLD"],
        2,
        /^error: option '--plan <plan>' argument 'GOLD' is invalid/,
      ],
      [
        [...ada, "--company", "Acme Corp", "--plan", "FREE"],
        1,
        /^The company already exists with plan BUSINESS. Omit --plan\n$/,
      ],
    ];
    for (const [args, code, message] of refusals) {
      const result = await create(args);
      expect([result.code, result.stdout], args.join(" ")).toEqual([code, ""]);
      expect(result.stderr).toMatch(message);
    }
  });
});

describe("createAdmin", () => {
  it("S-05 refuses the email address of another user as a username, and a username that is taken", async () => {
    const server = await useTestServer();
    const taken = await createPerson(server.deps, { username: "ada" });
    for (const username of [taken.email, "somebody@partner.example", "ADA", "a@b"]) {
      const attempt = createPerson(server.deps, { username });
      await expect(attempt, username).rejects.toThrow(AppError);
    }
    expect((await signInPerson(server, { ...taken, email: "ada" })).userId).toBe(taken.userId);
  });

  it("S-15 two concurrent calls for the same new company create one of each, and both succeed or explain why not", async () => {
    const { env } = (await useTestServer()).database;
    const [one, two] = [await useDependencies(env), await useDependencies(env)];
    const input = {
      firstName: "Ada",
      lastName: "Lovelace",
      company: "Twice Corp",
      privilege: 1,
      mustChangePassword: false,
      password: goodPassword,
    } as const;
    const results = await Promise.all([
      createAdmin(one, { ...input, email: "one@partner.example" }),
      createAdmin(two, { ...input, email: "two@partner.example" }),
    ]);
    expect(new Set(results.map(({ company }) => company.id)).size).toBe(1);
    const same = await Promise.allSettled([
      createAdmin(one, { ...input, email: "same@partner.example" }),
      createAdmin(two, { ...input, email: "same@partner.example" }),
    ]);
    for (const result of same) if (result.status === "rejected") expect(result.reason).toBeInstanceOf(AppError);
    expect(same.some(({ status }) => status === "fulfilled")).toBe(true);
  });
});
