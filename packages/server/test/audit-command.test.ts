import { copyFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type Database from "better-sqlite3";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { printAuditAnchor, verifyAudit } from "../src/commands/audit-verify.ts";
import type { Terminal } from "../src/commands/terminal.ts";
import { createTestKey } from "./support/keys.ts";
import { useDatabase, useTemporaryDirectory } from "./support/lifetimes.ts";
import { createSignedIn, type SignedIn } from "./support/people.ts";
import { runCommand } from "./support/run-command.ts";
import { startTestServer } from "./support/start-server.ts";
import { createTemporaryDirectory } from "./support/temporary-directory.ts";

const secrets = {
  BRIKSYNC_JWT_SECRET: "a signing secret of more than 32 bytes",
  BRIKSYNC_KEY_PEPPER: "a pepper of more than thirty-two bytes",
};

/** A terminal that keeps what was printed. */
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
      readInput: async () => "",
      waitForStop: () => new Promise(() => undefined),
    },
  };
}

describe("audit verify", () => {
  const directory = createTemporaryDirectory();
  const original = join(directory.path, "original.db");
  let one: SignedIn;
  let two: SignedIn;
  beforeAll(async () => {
    const server = await startTestServer(secrets);
    one = await createSignedIn(server);
    two = await createSignedIn(server);
    for (const { token } of [one, one, two, one, two]) await createTestKey(server, token);
    await server.deps.store.transact(async () => undefined);
    useDatabaseOnce(server.databasePath, (database) => database.exec(`vacuum into '${original}'`));
    await server.stop();
  });
  afterAll(() => directory.remove());

  function useDatabaseOnce(path: string, work: (database: Database.Database) => void): void {
    const database = useDatabase(path, () => undefined);
    work(database);
    database.close();
  }

  /** A copy of the database, tampered with, and what the commands say about it. */
  function tamper(work: (database: Database.Database) => void) {
    const path = join(useTemporaryDirectory(), "briksync.db");
    copyFileSync(original, path);
    useDatabaseOnce(path, work);
    const env = { DATABASE_URL: `sqlite:${path}`, ...secrets };
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
    const { env } = tamper(() => undefined);
    const { terminal, printed } = createTerminal(env);
    expect(await printAuditAnchor(terminal)).toBe(0);
    const path = join(useTemporaryDirectory(), "anchor.json");
    writeFileSync(path, printed.join("\n"));
    return path;
  }

  const update = (sql: string) => (database: Database.Database) => {
    const { changes } = database.prepare(sql).run(one.companyId);
    expect(changes).toBeGreaterThan(0);
  };

  it("S-15 finds nothing in what the server wrote, with and without an anchor", async () => {
    const { verify } = tamper(() => undefined);
    for (const options of [{}, { anchor: await exportAnchor() }]) {
      const { exitCode, said, results } = await verify(options);
      expect([exitCode, said]).toEqual([0, ["Every audit chain is intact."]]);
      expect(results).toHaveLength(2);
      expect(results).toContainEqual({ companyId: one.companyId, ok: true, rows: 7 });
      expect(results).toContainEqual({ companyId: two.companyId, ok: true, rows: 6 });
    }
  });

  const tamperings: [string, string, (database: Database.Database) => void][] = [
    [
      "edited details",
      "edited",
      (db) => update("update audit_events set details = '{}' where company_id = ? and seq = 3")(db),
    ],
    [
      "another actor",
      "edited",
      (db) =>
        update("update audit_events set actor_email = 'eve@partner.example' where company_id = ? and seq = 5")(db),
    ],
    [
      "an actor taken out",
      "edited",
      (db) => update("update audit_events set actor_id = null where company_id = ? and seq = 5")(db),
    ],
    [
      "another time",
      "edited",
      (db) =>
        update("update audit_events set created_on = '2020-01-01T00:00:00.000Z' where company_id = ? and seq = 7")(db),
    ],
    [
      "another hash",
      "edited",
      (db) => update("update audit_events set hash = zeroblob(32) where company_id = ? and seq = 2")(db),
    ],
    ["a row deleted", "missing", (db) => update("delete from audit_events where company_id = ? and seq = 4")(db)],
    [
      "the first row deleted",
      "missing",
      (db) => update("delete from audit_events where company_id = ? and seq = 1")(db),
    ],
    [
      "the last row deleted",
      "truncated",
      (db) => update("delete from audit_events where company_id = ? and seq = 7")(db),
    ],
    ["all rows deleted", "truncated", (db) => update("delete from audit_events where company_id = ?")(db)],
    ["the end forgotten", "missing", (db) => update("delete from audit_heads where company_id = ?")(db)],
    [
      "rows and end deleted",
      "missing",
      (db) => {
        update("delete from audit_heads where company_id = ?")(db);
        update("delete from audit_events where company_id = ?")(db);
      },
    ],
    [
      "a row closed up over a deleted one",
      "edited",
      (db) => {
        update("delete from audit_events where company_id = ? and seq = 4")(db);
        for (const seq of [5, 6, 7])
          update(`update audit_events set seq = ${seq - 1} where company_id = ? and seq = ${seq}`)(db);
        update("update audit_heads set seq = 6 where company_id = ?")(db);
      },
    ],
    [
      "two rows exchanged",
      "edited",
      (db) => {
        for (const [from, to] of [
          [3, 100],
          [4, 3],
          [100, 4],
        ]) {
          update(`update audit_events set seq = ${to} where company_id = ? and seq = ${from}`)(db);
        }
      },
    ],
    [
      "a row of another company put in",
      "inserted",
      (db) => {
        db.prepare("update audit_events set company_id = ?, seq = 8 where company_id = ? and seq = 6").run(
          one.companyId,
          two.companyId,
        );
      },
    ],
    [
      "a pepper nobody has",
      "unknown-pepper",
      (db) => update("update audit_events set pepper_version = '00000000' where company_id = ? and seq = 2")(db),
    ],
  ];
  it.each(tamperings)("S-15 finds %s (%s)", async (_what, problem, work) => {
    const { exitCode, said, of } = await tamper(work).verify();
    expect(exitCode).toBe(10);
    expect(said[0]).toMatch(/^\d audit chain\(s\) are broken\.$/);
    expect(of(one.companyId)).toMatchObject({ ok: false, problem, message: expect.stringMatching(/\.$/) });
  });

  it("S-15 finds a truncation that was covered up only against an anchor", async () => {
    const { verify } = tamper((db) => {
      update("delete from audit_events where company_id = ? and seq > 5")(db);
      const hash = db
        .prepare("select hash from audit_events where company_id = ? and seq = 5")
        .pluck()
        .get(one.companyId);
      db.prepare("update audit_heads set seq = 5, hash = ? where company_id = ?").run(hash, one.companyId);
    });
    expect((await verify()).exitCode).toBe(0);
    const { exitCode, of } = await verify({ anchor: await exportAnchor() });
    expect(exitCode).toBe(10);
    expect(of(one.companyId)).toMatchObject({ ok: false, problem: "truncated", seq: 6 });
    expect(of(two.companyId)).toMatchObject({ ok: true });
  });

  it("S-15 finds a company taken out with everything it had, against an anchor", async () => {
    const { verify } = tamper((db) => {
      db.pragma("foreign_keys = off");
      for (const table of ["audit_events", "audit_heads", "api_keys"])
        update(`delete from ${table} where company_id = ?`)(db);
      update("delete from companies where id = ?")(db);
    });
    const { exitCode, of } = await verify({ anchor: await exportAnchor() });
    expect(exitCode).toBe(10);
    expect(of(one.companyId)).toMatchObject({ ok: false, problem: "truncated" });
  });

  it("S-15 as commands: anchor to a file, verify against it, exit codes and sentences", async () => {
    const { env } = tamper(() => undefined);
    const anchored = await runCommand(["audit", "anchor"], env);
    expect([anchored.code, anchored.stderr]).toEqual([0, ""]);
    const path = join(useTemporaryDirectory(), "anchor.json");
    writeFileSync(path, anchored.stdout);
    const good = await runCommand(["audit", "verify", "--anchor", path], env);
    expect([good.code, good.stderr]).toEqual([0, "Every audit chain is intact.\n"]);
    const broken = tamper((db) => update("delete from audit_events where company_id = ? and seq = 7")(db));
    const bad = await runCommand(["audit", "verify"], broken.env);
    expect([bad.code, bad.stderr]).toEqual([10, "1 audit chain(s) are broken.\n"]);
    expect(bad.stdout).toContain('"message":"Audit event 7 and everything after it is gone, up to event 7."');
  });

  it.each([
    ["no JSON", "not json"],
    ["no list", "{}"],
    ["other things in it", '[{"companyId":1}]'],
    ["a short hash", '[{"companyId":"x","seq":1,"hash":"abcd"}]'],
  ])("S-15 says when a file is no anchor (%s)", async (_how, text) => {
    const path = join(useTemporaryDirectory(), "anchor.json");
    writeFileSync(path, text);
    const { verify } = tamper(() => undefined);
    await expect(verify({ anchor: path })).rejects.toThrow(`${path} is not what briksync-server audit anchor printed`);
  });
});
