import { beforeAll, describe, expect, it } from "vitest";
import type { PrintedKey } from "../support/admin.ts";
import { useAdmin, useServer, useTerminal } from "../support/lifetimes.ts";

interface Event {
  readonly action: string;
  readonly keyId: string | null;
  readonly actorEmail: string | null;
  readonly createdOn: string;
}

const server = useServer();
const admin = useAdmin(server);
let key: PrintedKey;
let afterCreate: string;

beforeAll(async () => {
  key = await admin.createKey("CRM Integration", "127.0.0.1");
  await admin.createKey("Payroll");
  await new Promise((resolve) => setTimeout(resolve, 20));
  afterCreate = new Date().toISOString();
  await admin.run(["keys", "rename", key.id, "CRM (EU)"]);
  await admin.run(["keys", "rotate", key.id, "-y", "-q"]);
  await admin.run(["keys", "allow-ip", key.id, "10.0.0.0/8", "--note", "office"]);
});

async function listActions(...args: string[]): Promise<string[]> {
  const { exitCode, stdout, stderr } = await admin.run(["audit", "-o", "json", ...args]);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  return JSON.parse(stdout).map((event: Event) => event.action);
}

describe("audit", () => {
  it("C-05 prints the server's list with -o json, newest first", async () => {
    const { stdout } = await admin.run(["audit", "-o", "json"]);
    expect(stdout).toBe(`${JSON.stringify(await admin.fetchJson("/audit"), null, 2)}\n`);
    expect(
      JSON.parse(stdout)
        .slice(0, 3)
        .map((event: Event) => event.action),
    ).toEqual(["key.ip_allowed", "key.rotated", "key.renamed"]);
  });

  it("lists the events of one key, by ID, client ID or name", async () => {
    const story = ["key.ip_allowed", "key.rotated", "key.renamed", "key.created"];
    for (const name of [key.id, key.clientId, "CRM (EU)"]) expect(await listActions("--key", name)).toEqual(story);
    const unknown = await admin.run(["audit", "--key", "CRM Integration"]);
    expect(unknown.exitCode).toBe(3);
    expect(unknown.stderr).toMatch(/CRM \(EU\) {2}api_/);
  });

  it("filters by user, action, time and number", async () => {
    expect(await listActions("--actor", "me", "--action", "key.created")).toHaveLength(2);
    expect(await listActions("--actor", admin.email.toUpperCase(), "--action", "key.created")).toHaveLength(2);
    expect(await listActions("--actor", "somebody@else.com")).toEqual([]);
    expect(await listActions("--since", afterCreate)).toEqual(["key.ip_allowed", "key.rotated", "key.renamed"]);
    expect(await listActions("--since", "1h", "--limit", "2")).toEqual(["key.ip_allowed", "key.rotated"]);
    expect(await listActions("--since", "2999-01-01")).toEqual([]);
  });

  it("refuses an unusable --actor before it signs in", async () => {
    const { exitCode, stderr } = await admin.run(["audit", "--actor", "ada"], { env: { BRIKSYNC_TOKEN: undefined } });
    expect(exitCode).toBe(2);
    expect(stderr).toContain("is not an email address or an ID");
  });

  it("says in text output that there are more events, and how to list them", async () => {
    const { stdout, stderr } = await admin.run(["audit", "--limit", "2"]);
    expect(stdout.trimEnd().split("\n")).toHaveLength(3);
    expect(stdout).toMatch(/^WHEN +ACTION +KEY +BY +FROM +DETAILS\n/);
    expect(stdout).toMatch(
      /key\.ip_allowed +CRM \(EU\) +ada\d@partner\.com +127\.0\.0\.1 +cidr 10\.0\.0\.0\/8, note office\n/,
    );
    expect(stderr).toBe(
      "Only the newest 2 events are listed. To list more, pass --limit 20. To filter, pass --key, --actor, --run, --action or --since.\n",
    );
    const all = await admin.run(["audit"]);
    expect(all.stderr).toBe("");
    expect(all.stdout).toContain("CRM Integration → CRM (EU)");
  });

  it("searches all events, sorts those that it lists and prints the chosen fields", async () => {
    expect(await listActions("--search", "office 10.0.0.0/8")).toEqual(["key.ip_allowed"]);
    expect(await listActions("--search", "crm", "--limit", "1")).toEqual(["key.ip_allowed"]);
    expect(await listActions("--search", "crm", "--limit", "2", "--sort", "action:desc")).toEqual([
      "key.rotated",
      "key.ip_allowed",
    ]);
    const { stdout } = await admin.run(["audit", "--search", "renamed", "--fields", "action,keyName", "-o", "csv"]);
    expect(stdout).toBe("action,keyName\nkey.renamed,CRM (EU)\n");
    const unknown = await admin.run(["audit", "--fields", "when"]);
    expect(unknown).toMatchObject({ exitCode: 2, stdout: "" });
    const [, fields = ""] = /The fields are: (.*)\.\n/.exec(unknown.stderr) ?? [];
    expect(fields).toContain("createdOn, action, keyName");
    expect((await admin.run(["audit", "--help"])).stdout.replace(/\s+/g, " ")).toContain(`Fields: ${fields}.`);
  });

  it("warns about an unknown action, suggests the nearest one and still queries the server", async () => {
    const near = await admin.run(["audit", "--action", "key.create", "-o", "json", "-q"]);
    expect(near).toMatchObject({ exitCode: 0, stdout: "[]\n" });
    expect(near.stderr).toBe('! "key.create" is not a known action. Did you mean key.created?\n');
    const far = await admin.run(["audit", "--action", "nonsense"]);
    expect(far.stderr).toContain('! "nonsense" is not a known action. See: briksync audit --help\n');
  });

  it("fits the terminal", async () => {
    const terminal = useTerminal(["audit"], { env: admin.env, columns: 80 });
    expect((await terminal.waitForExit()).exitCode).toBe(0);
    for (const line of terminal.text.trimEnd().split("\n")) expect(line.length).toBeLessThanOrEqual(80);
    expect(terminal.text).toMatch(/key\.rotated +CRM \(EU\)/);
  });

  it("C-05 prints exact times with -o csv, and the details as JSON", async () => {
    const { stdout } = await admin.run(["audit", "-o", "csv", "--action", "key.renamed"]);
    const [header, line = ""] = stdout.split("\n");
    expect(header).toBe("createdOn,action,keyName,actorEmail,ip,details,keyId,actorId,requestId,id");
    expect(line).toMatch(
      /^\d{4}-.*Z,key\.renamed,CRM \(EU\),ada\d@partner\.com,127\.0\.0\.1,"\{""from"":""CRM Integration"",""to"":""CRM \(EU\)""\}",/,
    );
  });

  it("refuses invalid values and shows the correct form", async () => {
    for (const [args, message] of [
      [["--since", "yesterday"], "is not a duration or a time"],
      [["--actor", "ada"], "is not an email address or an ID"],
      [["--limit", "0"], "Pass a whole number from 1 to 100000."],
    ] as const) {
      const { exitCode, stdout, stderr } = await admin.run(["audit", ...args]);
      expect({ args, exitCode, stdout }).toEqual({ args, exitCode: 2, stdout: "" });
      expect(stderr).toContain(message);
    }
  });
});
