import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { printAuditAnchor, verifyAudit } from "../../src/commands/audit-verify.ts";
import type { Terminal } from "../../src/commands/terminal.ts";
import { createTestKey } from "../support/keys.ts";
import { useTemporaryDirectory } from "../support/lifetimes.ts";
import { createSignedIn, type SignedIn } from "../support/people.ts";
import { runCommand } from "../support/run-command.ts";
import { startTestServer } from "../support/start-server.ts";
import type { TestDatabase } from "../support/test-database.ts";

const secrets = {
  BRIKSYNC_JWT_SECRET: "a signing secret of more than 32 bytes",
  BRIKSYNC_KEY_PEPPER: "a pepper of more than thirty-two bytes",
};

/** Returns a terminal that keeps its output. */
function createTerminal(env: Record<string, string>): { terminal: Terminal; printed: string[]; said: string[] } {
  const printed: string[] = [];
  const said: string[] = [];
  return {
    printed,
    said,
    terminal: {
      env,
      version: "0.0.0",
      print: (line) => void printed.push(line),
      say: (line) => void said.push(line),
      write: async () => undefined,
      readLines: async function* () {},
      isInteractive: false,
      ask: async () => null,
      readInput: async () => "",
      waitForStop: () => new Promise(() => undefined),
    },
  };
}

describe("audit verify", () => {
  let original: TestDatabase;
  let one: SignedIn;
  let two: SignedIn;
  beforeAll(async () => {
    const server = await startTestServer(secrets);
    one = await createSignedIn(server);
    two = await createSignedIn(server);
    for (const { token } of [one, one, two, one, two]) await createTestKey(server, token);
    await server.disconnect();
    original = server.database;
  });
  afterAll(() => original.remove());

  /** Copies the database, tampers with the copy, and returns functions that run the commands on it. */
  async function tamper(work: (database: TestDatabase) => Promise<void> = async () => undefined) {
    const database = await original.copy();
    onTestFinished(() => database.remove());
    await work(database);
    const env = { ...database.env, ...secrets };
    return {
      env,
      verify: async (options: { anchor?: string } = {}) => {
        const { terminal, printed, said } = createTerminal(env);
        const exitCode = await verifyAudit(terminal, options);
        const results = printed.map(
          (line) => JSON.parse(line) as { companyId: string; ok: boolean; [key: string]: unknown },
        );
        return {
          exitCode,
          said,
          of: (companyId: string) => results.find((result) => result.companyId === companyId),
          results,
        };
      },
    };
  }

  async function exportAnchor(): Promise<string> {
    const { env } = await tamper();
    const { terminal, printed } = createTerminal(env);
    expect(await printAuditAnchor(terminal)).toBe(0);
    const path = join(useTemporaryDirectory(), "anchor.json");
    writeFileSync(path, printed.join("\n"));
    return path;
  }

  const update =
    (sql: string, ...values: unknown[]) =>
    async (database: TestDatabase): Promise<void> => {
      expect(await database.query(`${sql} returning 1`, ...values, one.companyId)).not.toEqual([]);
    };

  it("S-15 accepts what the server wrote, with and without an anchor", async () => {
    const { verify } = await tamper();
    for (const options of [{}, { anchor: await exportAnchor() }]) {
      const { exitCode, said, results } = await verify(options);
      expect([exitCode, said]).toEqual([0, ["All audit chains are intact."]]);
      expect(results).toHaveLength(2);
      expect(results).toContainEqual({ companyId: one.companyId, ok: true, rows: 7 });
      expect(results).toContainEqual({ companyId: two.companyId, ok: true, rows: 6 });
    }
  });

  const tamperings: [string, string, (database: TestDatabase) => Promise<void>][] = [
    ["edited details", "edited", update("update audit_events set details = '{}' where company_id = ? and seq = 3")],
    [
      "another actor",
      "edited",
      update("update audit_events set actor_email = 'eve@partner.example' where company_id = ? and seq = 5"),
    ],
    ["a removed actor", "edited", update("update audit_events set actor_id = null where company_id = ? and seq = 5")],
    [
      "another time",
      "edited",
      update("update audit_events set created_on = '2020-01-01T00:00:00.000Z' where company_id = ? and seq = 7"),
    ],
    [
      "another hash",
      "edited",
      update("update audit_events set hash = ? where seq = 2 and company_id = ?", Buffer.alloc(32)),
    ],
    ["a deleted row", "missing", update("delete from audit_events where company_id = ? and seq = 4")],
    ["a deleted first row", "missing", update("delete from audit_events where company_id = ? and seq = 1")],
    ["a deleted last row", "truncated", update("delete from audit_events where company_id = ? and seq = 7")],
    ["the deletion of all rows", "truncated", update("delete from audit_events where company_id = ?")],
    ["a deleted head", "missing", update("delete from audit_heads where company_id = ?")],
    [
      "the deletion of the rows and the head",
      "missing",
      async (db) => {
        await update("delete from audit_heads where company_id = ?")(db);
        await update("delete from audit_events where company_id = ?")(db);
      },
    ],
    [
      "rows that were renumbered after a deletion",
      "edited",
      async (db) => {
        await update("delete from audit_events where company_id = ? and seq = 4")(db);
        for (const seq of [5, 6, 7])
          await update(`update audit_events set seq = ${seq - 1} where company_id = ? and seq = ${seq}`)(db);
        await update("update audit_heads set seq = 6 where company_id = ?")(db);
      },
    ],
    [
      "two swapped rows",
      "edited",
      async (db) => {
        for (const [from, to] of [
          [3, 100],
          [4, 3],
          [100, 4],
        ]) {
          await update(`update audit_events set seq = ${to} where company_id = ? and seq = ${from}`)(db);
        }
      },
    ],
    [
      "an inserted row of another company",
      "inserted",
      async (db) => {
        const move = "update audit_events set company_id = ?, seq = 8 where company_id = ? and seq = 6";
        await db.query(move, one.companyId, two.companyId);
      },
    ],
    [
      "an unknown pepper version",
      "unknown-pepper",
      update("update audit_events set pepper_version = '00000000' where company_id = ? and seq = 2"),
    ],
  ];
  it.each(tamperings)("S-15 finds %s (%s)", async (_what, problem, work) => {
    const { exitCode, said, of } = await (await tamper(work)).verify();
    expect(exitCode).toBe(10);
    expect(said[0]).toMatch(/^Broken audit chains: \d of \d+\.$/);
    expect(of(one.companyId)).toMatchObject({ ok: false, problem, message: expect.stringMatching(/\.$/) });
  });

  it("S-15 finds a concealed truncation only with an anchor", async () => {
    const { verify } = await tamper(async (db) => {
      await update("delete from audit_events where company_id = ? and seq > 5")(db);
      const [row] = await db.query("select hash from audit_events where company_id = ? and seq = 5", one.companyId);
      await update("update audit_heads set seq = 5, hash = ? where company_id = ?", row?.["hash"])(db);
    });
    expect((await verify()).exitCode).toBe(0);
    const { exitCode, of } = await verify({ anchor: await exportAnchor() });
    expect(exitCode).toBe(10);
    expect(of(one.companyId)).toMatchObject({ ok: false, problem: "truncated", seq: 6 });
    expect(of(two.companyId)).toMatchObject({ ok: true });
  });

  it("S-15 finds the removal of a company with all its data, with an anchor", async () => {
    const { verify } = await tamper(async (db) => {
      await update("delete from refresh_tokens where session_id in (select id from sessions where company_id = ?)")(db);
      await update("delete from key_secrets where key_id in (select id from api_keys where company_id = ?)")(db);
      await db.query("delete from plan_floors where company_id = ? returning 1", one.companyId);
      for (const table of ["audit_events", "audit_heads", "sessions", "memberships", "api_keys", "company_names"])
        await update(`delete from ${table} where company_id = ?`)(db);
      await update("delete from companies where id = ?")(db);
    });
    const { exitCode, of } = await verify({ anchor: await exportAnchor() });
    expect(exitCode).toBe(10);
    expect(of(one.companyId)).toMatchObject({ ok: false, problem: "truncated" });
  });

  it("S-15 the commands write an anchor to a file and verify against it, with exit codes and messages", async () => {
    const { env } = await tamper();
    const anchored = await runCommand(["audit", "anchor"], env);
    expect([anchored.code, anchored.stderr]).toEqual([0, ""]);
    const path = join(useTemporaryDirectory(), "anchor.json");
    writeFileSync(path, anchored.stdout);
    const good = await runCommand(["audit", "verify", "--anchor", path], env);
    expect([good.code, good.stderr]).toEqual([0, "All audit chains are intact.\n"]);
    const broken = await tamper(update("delete from audit_events where company_id = ? and seq = 7"));
    const bad = await runCommand(["audit", "verify"], broken.env);
    expect([bad.code, bad.stderr]).toEqual([10, "Broken audit chains: 1 of 2.\n"]);
    expect(bad.stdout).toContain('"message":"Audit event 7 and all later events up to event 7 are missing."');
  });

  it.each([
    ["invalid JSON", "not json"],
    ["an object", "{}"],
    ["incomplete entries", '[{"companyId":1}]'],
    ["a short hash", '[{"companyId":"x","seq":1,"hash":"abcd"}]'],
  ])("S-15 refuses a file that is not an anchor (%s)", async (_how, text) => {
    const path = join(useTemporaryDirectory(), "anchor.json");
    writeFileSync(path, text);
    const { verify } = await tamper();
    await expect(verify({ anchor: path })).rejects.toThrow(
      `${path} is not the output of: briksync-server audit anchor`,
    );
    await expect(verify({ anchor: `${path}.gone` })).rejects.toThrow(/^Cannot read the anchor .*\.gone: ENOENT/);
  });
});
