import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { createTestKey, type TestKey, verifyStatus } from "../support/keys.ts";
import { useTestDatabase, useTestServer } from "../support/lifetimes.ts";
import { createSignedIn, type SignedIn } from "../support/people.ts";
import { postgresSecrets } from "../support/postgres-secrets.ts";
import { runCommand } from "../support/run-command.ts";
import { startTestServer } from "../support/start-server.ts";
import { createSqliteDatabase, type TestDatabase } from "../support/test-database.ts";

const auth = "/external/v1/auth";

describe("moving from SQLite to PostgreSQL", () => {
  const source = createSqliteDatabase(null);
  const env = { ...source.env, ...postgresSecrets };
  let admin: SignedIn;
  let key: TestKey;
  let revoked: TestKey;
  let exported: string;
  beforeAll(async () => {
    const server = await startTestServer(env);
    admin = await createSignedIn(server);
    await createSignedIn(server);
    key = await createTestKey(server, admin.token, { name: "Ключ 鍵 🔑", ipAllowlist: ["127.0.0.1", "2001:db8::/32"] });
    revoked = await createTestKey(server, admin.token);
    await server.call("POST", `${auth}/keys/${revoked.id}/revoke`, { token: admin.token });
    await server.call("POST", `${auth}/keys/${key.id}/rotate`, {
      token: admin.token,
      json: { mode: "staged" },
      headers: { "idempotency-key": "once" },
    });
    expect(await verifyStatus(server, key.clientSecret)).toBe(200);
    // A use of an ended secret still counts as the key's last use.
    const rotated = await createTestKey(server, admin.token, { name: "rotated" });
    expect(await verifyStatus(server, rotated.clientSecret)).toBe(200);
    await server.deps.usage.flush();
    await server.call("POST", `${auth}/keys/${rotated.id}/rotate`, { token: admin.token });
    // More rows than one page of a table.
    await server.deps.store.transact(async ({ keys }) => {
      const createdOn = new Date().toISOString();
      for (let index = 0; index < 1_201; index++) {
        const id = `00000000-0000-4000-8000-${String(index).padStart(12, "0")}`;
        await keys.insertKey({
          id,
          companyId: admin.companyId,
          name: `key ${index}`,
          clientId: `api_${index}`,
          createdOn,
        });
      }
    });
    await server.disconnect();
    await server.database.remove();
    const { code, stdout, stderr } = await runCommand(["export"], env);
    expect([code, stderr]).toEqual([0, expect.stringMatching(/^Exported \d+ rows\./)]);
    exported = stdout;
    expect(exported.match(/^\{"table":"secret_uses"/gm)).toHaveLength(2);
  });
  afterAll(() => source.remove());

  const importInto = async (text: string, extra: Record<string, string> = {}) => {
    const database = await useTestDatabase();
    const result = await runCommand(["import"], { ...database.env, ...extra }, text);
    return { database, ...result };
  };
  const countAll = async (database: TestDatabase): Promise<number> => {
    const tables = (await database.listTables()).filter((table) => table !== "token_debts");
    const rows = await Promise.all(tables.map((table) => database.query(`select 1 from ${table}`)));
    return rows.flat().length;
  };
  /** Returns the content of an export, without its time. */
  const contentOf = (text: string): string[] => text.trimEnd().split("\n").slice(1, -1);
  /** Returns an export with other lines and the matching end line. */
  const seal = (lines: readonly string[]): string => {
    const rows: Record<string, number> = {};
    for (const line of lines.slice(1)) {
      const { table } = JSON.parse(line);
      rows[table] = (rows[table] ?? 0) + 1;
    }
    const text = lines.map((line) => `${line}\n`).join("");
    const sha256 = createHash("sha256").update(text).digest("hex");
    return `${text}${JSON.stringify({ end: true, rows, sha256 })}\n`;
  };
  const allButEnd = (): string[] => exported.trimEnd().split("\n").slice(0, -1);

  it("transfers keys, sessions, allowlists, sealed responses, last-used times and an intact audit trail", async () => {
    const { database, code, stderr } = await importInto(exported);
    expect([code, stderr]).toEqual([0, expect.stringMatching(/^Imported \d+ rows\. They were exported on .*Z\.\n$/)]);
    const server = await useTestServer({ ...database.env });
    expect(await verifyStatus(server, key.clientSecret)).toBe(200);
    expect(await verifyStatus(server, revoked.clientSecret)).toBe(401);
    const shown = await server.call("GET", `${auth}/keys/${key.id}`, { token: admin.token });
    expect(shown.body).toMatchObject({ name: "Ключ 鍵 🔑", lastUsedIp: "127.0.0.1", rotation: [{}] });
    expect(shown.body.ipAllowlist.map(({ cidr }: { cidr: string }) => cidr)).toEqual(["127.0.0.1/32", "2001:db8::/32"]);
    const replay = await server.call("POST", `${auth}/keys/${key.id}/rotate`, {
      token: admin.token,
      json: { mode: "staged" },
      headers: { "idempotency-key": "once" },
    });
    expect([replay.status, replay.headers["idempotency-replayed"]]).toEqual([200, "true"]);
    expect(await verifyStatus(server, replay.body.clientSecret)).toBe(200);
    const verified = await runCommand(["audit", "verify"], database.env);
    expect([verified.code, verified.stderr]).toEqual([0, "All audit chains are intact.\n"]);
  });

  it("returns the same export from PostgreSQL, which can be imported into SQLite again", async () => {
    const { database } = await importInto(exported);
    const again = await runCommand(["export"], database.env);
    expect(contentOf(again.stdout)).toEqual(contentOf(exported));
    const back = createSqliteDatabase(null);
    onTestFinished(() => back.remove());
    const backEnv = { ...back.env, ...postgresSecrets };
    expect((await runCommand(["import"], backEnv, again.stdout)).code).toBe(0);
    expect(contentOf((await runCommand(["export"], backEnv)).stdout)).toEqual(contentOf(exported));
  });

  it("S-10 contains no secret in plain text", () => {
    for (const secret of [key.clientSecret, revoked.clientSecret, admin.token, admin.refreshToken, admin.password]) {
      expect(exported).not.toContain(secret);
      expect(exported).not.toContain(Buffer.from(secret).toString("base64"));
    }
  });

  const refused: [string, () => string, string, Record<string, string>?][] = [
    [
      "a truncated export",
      () => exported.slice(0, exported.length / 2),
      "The export is incomplete|The input is not an export",
    ],
    ["an export without its end line", () => `${allButEnd().join("\n")}\n`, "The export is incomplete"],
    ["an export with a changed byte", () => exported.replace('"name":"key 7"', '"name":"key 8"'), "damaged or changed"],
    [
      "an export with swapped lines",
      () => exported.replace(/(\{"table":"users".*\n)(\{"table":"users".*\n)/, "$2$1"),
      "damaged or changed",
    ],
    ["input after the end line", () => `${exported}{}\n`, "The input continues after the end"],
    ["another file", () => "create table x;\n", "The input is not an export of briksync-server"],
    ["empty input", () => "", "The input is not an export of briksync-server"],
    ["another version's export", () => exported.replace('"0001-init"', '"0000-before"'), "created by another version"],
    [
      "an unknown table",
      () => seal([...allButEnd(), '{"table":"__proto__","row":{}}']),
      'There is no table "__proto__"',
    ],
    [
      "a row with another column",
      () =>
        seal(
          allButEnd().map((line) => line.replace('{"table":"companies","row":{', '{"table":"companies","row":{"x":1,')),
        ),
      "A row of companies does not have the columns",
    ],
    [
      "a value of another type",
      () => seal(allButEnd().map((line) => line.replace(/"privilege":1/, '"privilege":"1"'))),
      "no integer in privilege",
    ],
    [
      "a forged event in the audit trail",
      () => seal(allButEnd().map((line) => line.replace('"action":"key.revoked"', '"action":"key.renamed"'))),
      "The audit trail of company .* is broken",
    ],
    [
      "secrets with a pepper that is not configured",
      () => exported,
      "BRIKSYNC_KEY_PEPPER: the pepper",
      { BRIKSYNC_KEY_PEPPER: "another pepper of more than 32 bytes" },
    ],
  ];
  it.each(refused)("refuses %s, and leaves no data behind", async (_what, text, message, extra) => {
    const { database, code, stderr } = await importInto(text(), extra);
    expect([code, stderr]).toEqual([extra === undefined ? 1 : 78, expect.stringMatching(new RegExp(message))]);
    expect(await countAll(database)).toBe(0);
  });

  it("refuses a database that is not empty, and does not change it", async () => {
    const { database } = await importInto(exported);
    const before = await countAll(database);
    const { code, stderr } = await runCommand(["import"], database.env, exported);
    expect([code, stderr]).toEqual([1, "The database is not empty: companies has rows. Nothing was imported.\n"]);
    expect(await countAll(database)).toBe(before);
  });

  it("exports the state of one moment, even while the database changes", async () => {
    const { database } = await importInto(exported);
    const server = await useTestServer({ ...database.env });
    let isOver = false;
    const changing = (async () => {
      let made = 0;
      while (!isOver) {
        await createTestKey(server, admin.token);
        made++;
      }
      return made;
    })();
    const { code, stdout } = await runCommand(["export"], database.env);
    isOver = true;
    expect(await changing).toBeGreaterThan(0);
    expect(code).toBe(0);
    // The import checks that keys, secrets and the audit trail match.
    expect((await importInto(stdout)).code).toBe(0);
  });
});
