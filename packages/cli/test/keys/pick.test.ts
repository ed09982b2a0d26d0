import { describe, expect, it } from "vitest";
import { useAdmin, useHome, useServer, useTerminal } from "../support/lifetimes.ts";
import type { PtySession } from "../support/pty.ts";

const server = useServer();
const admin = useAdmin(server);
const home = useHome(() => ({ BRIKSYNC_SERVER: server.url }));

function open(args: readonly string[], env = admin.env): PtySession {
  return useTerminal(args, { env, columns: 120 });
}

describe("a missing or ambiguous key at a terminal", () => {
  it("opens a list that the user can search", async () => {
    const [crm] = [await admin.createKey("CRM"), await admin.createKey("Payroll")];
    const terminal = open(["keys", "show"]);
    await terminal.waitFor("Choose a key (type to search):");
    // The client IDs are aligned with the longer name below.
    await terminal.waitFor(`CRM      ${crm?.clientId}  never used`);
    terminal.type("payroll");
    await terminal.waitFor("❯ Payroll");
    terminal.enter();
    await terminal.waitFor(/Name +Payroll/);
    expect((await terminal.waitForExit()).exitCode).toBe(0);
  });

  it("lists only the keys of the ambiguous name, and acts on the chosen one", async () => {
    const twins = [await admin.createKey("Twin"), await admin.createKey("Twin")];
    const chosen = twins[1];
    const terminal = open(["keys", "rename", "Twin", "Single"]);
    await terminal.waitFor('2 active keys are named "Twin". Choose one:');
    expect(terminal.text).not.toContain("CRM");
    terminal.type(chosen?.clientId ?? "");
    await terminal.waitFor(`❯ Twin  ${chosen?.clientId}`);
    terminal.enter();
    expect((await terminal.waitForExit()).exitCode).toBe(0);
    expect(await admin.fetchJson(`/keys/${chosen?.id}`)).toMatchObject({ name: "Single" });
    expect(await admin.fetchJson(`/keys/${twins[0]?.id}`)).toMatchObject({ name: "Twin" });
  });

  it("is asked for before the confirmation of revoke, and Ctrl-C changes nothing", async () => {
    const key = await admin.createKey("Kept");
    const terminal = open(["keys", "revoke"]);
    await terminal.waitFor("Choose a key (type to search):");
    terminal.type("Kept");
    await terminal.waitFor("❯ Kept");
    terminal.enter();
    await terminal.waitFor("To confirm, type the name of the key:");
    terminal.pressCtrlC();
    expect((await terminal.waitForExit()).exitCode).toBe(130);
    expect(await admin.fetchJson(`/keys/${key.id}`)).toMatchObject({ status: "active" });
  });

  it("stays an error without a terminal and with --no-input", async () => {
    await admin.createKey("Doubled");
    await admin.createKey("Doubled");
    for (const [args, exitCode, message] of [
      [["keys", "show"], 2, "Missing required argument 'key'.\nhint: See: briksync keys show --help\n"],
      [["keys", "rename"], 2, "Missing required argument"],
      [["keys", "revoke"], 2, "Missing required argument 'key'"],
      [["keys", "rotate"], 2, "briksync keys rotate --help"],
      [["companies", "use"], 2, "Missing required argument 'company'"],
      [["profiles", "use"], 2, "Missing required argument 'profile'"],
      [["keys", "show", "Doubled"], 2, '2 active keys are named "Doubled"'],
    ] as const) {
      const { exitCode: code, stdout, stderr } = await admin.run(args);
      expect({ args, code, stdout }).toEqual({ args, code: exitCode, stdout: "" });
      expect(stderr).toContain(message);
    }
    const silent = open(["keys", "show", "Doubled", "--no-input"]);
    expect((await silent.waitForExit()).exitCode).toBe(2);
    expect(silent.text).not.toContain("Choose one");
  });
});

describe("a missing company or profile at a terminal", () => {
  it("opens a list", async () => {
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
    await home.run([...login, "--profile", "other"], { stdin: person.password });
    const companies = open(["companies", "use"], home.env);
    await companies.waitFor("Choose a company (type to search):");
    companies.type("second");
    await companies.waitFor("❯ Second Ltd");
    companies.enter();
    await companies.waitFor("You now work in Second Ltd");
    expect((await companies.waitForExit()).exitCode).toBe(0);
    const profiles = open(["profiles", "use"], home.env);
    await profiles.waitFor("Choose a profile (type to search):");
    profiles.type("other");
    await profiles.waitFor("❯ other");
    profiles.enter();
    await profiles.waitFor('Commands now use the profile "other"');
  });
});
