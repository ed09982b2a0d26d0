import { randomUUID } from "node:crypto";
import type { Kysely } from "kysely";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseConfig } from "../../src/config/config.ts";
import { openTransfer } from "../../src/store/open-store.ts";
import { createKeyRepository } from "../../src/store/repositories/key-repository.ts";
import type { Tables } from "../../src/store/tables.ts";
import { createTokenInput } from "../support/automation-tokens.ts";
import { expectError } from "../support/expect-error.ts";
import type { HttpResponse } from "../support/http-client.ts";
import { createTestKey } from "../support/keys.ts";
import { useAdmin, useServer } from "../support/lifetimes.ts";
import { findNextPage } from "../support/next-page.ts";
import { createSignedIn } from "../support/people.ts";
import { countRowsRead, readSqlitePlan, watchQueries } from "../support/query-plans.ts";

const auth = "/external/v1/auth";

interface Listed {
  readonly id: string;
  readonly name: string;
}

describe("listKeys with a name prefix", () => {
  const server = useServer();
  const admin = useAdmin(server);

  const list = (prefix: string, query = "", token = admin.token): Promise<HttpResponse> =>
    server.call("GET", `${auth}/keys?namePrefix=${encodeURIComponent(prefix)}${query}`, { token });
  const namesOf = ({ status, text, body }: HttpResponse): string[] => {
    expect(status, text).toBe(200);
    return body.map(({ name }: Listed) => name);
  };
  async function create(token: string, ...names: string[]): Promise<string[]> {
    const ids: string[] = [];
    for (const name of names) ids.push((await createTestKey(server, token, { name })).id);
    return ids;
  }

  it("returns names in order, ignoring the case of ASCII letters", async () => {
    const owner = await createSignedIn(server);
    await create(owner.token, "crm two", "Payroll", "CRM", "CRm One", "Crm", "My CRM");
    const find = async (prefix: string) => namesOf(await list(prefix, "", owner.token));
    expect(await find("crm o")).toEqual(["CRm One"]);
    expect((await find("cRM")).slice(2)).toEqual(["CRm One", "crm two"]);
    expect((await find("crm")).slice(0, 2).sort()).toEqual(["CRM", "Crm"]);
    expect(await find("crm t")).toEqual(["crm two"]);
    expect(await find("crm ")).toEqual(["CRm One", "crm two"]);
    expect(await find("  crm  t")).toEqual(["crm two"]);
    expect(await find("x")).toEqual([]);
    // Without a prefix, the list has its usual order.
    for (const none of ["", "  ", "\n"]) expect((await find(none))[0]).toBe("crm two");
  });

  it("folds only ASCII letters, and compares composed forms", async () => {
    const owner = await createSignedIn(server);
    await create(owner.token, "\u00c9t\u00e9", "\u00e9clair", "Zo\u00eb", "\u212aelvin", "\u{1f511} key");
    const find = async (prefix: string) => namesOf(await list(prefix, "", owner.token));
    expect(await find("\u00e9")).toEqual(["\u00e9clair"]);
    expect(await find("e\u0301")).toEqual(["\u00e9clair"]);
    expect(await find("\u00c9T")).toEqual(["\u00c9t\u00e9"]);
    expect(await find("\u{1f511}")).toEqual(["\u{1f511} key"]);
    expect(await find("zo\u00cb")).toEqual([]);
  });

  it("treats %, _ and \\ as literal text, and accepts any other text", async () => {
    const owner = await createSignedIn(server);
    await create(owner.token, "50% off", "50 off", "a_b", "axb", "a\\b", "a\\%", "'quoted'", "[a-z]*");
    const find = async (prefix: string) => namesOf(await list(prefix, "", owner.token));
    expect(await find("50%")).toEqual(["50% off"]);
    expect(await find("%")).toEqual([]);
    expect(await find("_")).toEqual([]);
    expect(await find("a_")).toEqual(["a_b"]);
    expect(await find("a\\")).toEqual(["a\\%", "a\\b"]);
    expect(await find("'")).toEqual(["'quoted'"]);
    expect(await find("[a-z]")).toEqual(["[a-z]*"]);
    for (const odd of ["\u0000", "a\u0000", "\u{10ffff}", "x".repeat(400), "' or 1=1 --"]) {
      expect(await find(odd), JSON.stringify(odd)).toEqual([]);
    }
    expectError(await list("x".repeat(401), "", owner.token), "VALIDATION_FAILED");
    expectError(await list("a", "&namePrefix=b", owner.token), "VALIDATION_FAILED");
  });

  it("S-16 returns only keys of the company, the status and the grant of an automation token", async () => {
    const [owner, stranger] = [await createSignedIn(server), await createSignedIn(server)];
    const [first = "", second = "", third = ""] = await create(owner.token, "CRM b", "CRM a", "crm c", "Other");
    await create(stranger.token, "CRM of others");
    await server.call("POST", `${auth}/keys/${second}/revoke`, { token: owner.token });
    expect(namesOf(await list("crm", "", owner.token))).toEqual(["CRM a", "CRM b", "crm c"]);
    expect(namesOf(await list("crm", "&status=active", owner.token))).toEqual(["CRM b", "crm c"]);
    expect(namesOf(await list("crm", "&status=revoked", owner.token))).toEqual(["CRM a"]);
    const json = createTokenInput([third, first]);
    const { body } = await server.call("POST", `${auth}/tokens`, { token: owner.token, json });
    expect(namesOf(await list("CRM", "", body.token))).toEqual(["CRM b", "crm c"]);
    const page = await list("CRM", "&limit=1", body.token);
    expect(namesOf(page)).toEqual(["CRM b"]);
    const next = await server.call("GET", findNextPage(page, `${auth}/keys`) ?? "", { token: body.token });
    expect([namesOf(next), next.headers["link"]]).toEqual([["crm c"], undefined]);
  });

  describe("in a company with many keys", () => {
    let db: Kysely<Tables>;
    beforeAll(async () => {
      ({ db } = await openTransfer(parseConfig(server.env).database));
      const { companyId } = admin;
      const rows = Array.from({ length: 3_000 }, (_, index) => ({
        id: randomUUID() as string,
        companyId,
        name: index < 700 ? "Nightly" : `${index % 2 === 0 ? "Key" : "key"} ${String(index).padStart(5, "0")}`,
        clientId: `api_${index.toString(16).padStart(24, "0")}`,
        status: index % 5 === 0 ? ("revoked" as const) : ("active" as const),
        createdOn: new Date(1_800_000_000_000 - index).toISOString(),
        rotatedOn: null,
        revokedOn: null,
        ratePerMinute: null,
        rateBurst: null,
        leaseHolder: null,
        leaseExpiresOn: null,
        leaseSharedUntil: null,
      }));
      for (let start = 0; start < rows.length; start += 250) {
        await db
          .insertInto("apiKeys")
          .values(rows.slice(start, start + 250))
          .execute();
      }
      if (server.database.engine === "postgres") await server.database.query("analyze api_keys");
    });
    afterAll(() => db.destroy());

    async function collect(query: string): Promise<Listed[]> {
      const all: Listed[] = [];
      for (let path: string | undefined = `${auth}/keys?${query}`; path !== undefined; ) {
        const page: HttpResponse = await server.call("GET", path, { token: admin.token });
        expect(page.status, page.text).toBe(200);
        all.push(...page.body);
        path = findNextPage(page, path);
      }
      return all;
    }

    it("finds a name beyond the first pages immediately", async () => {
      expect(namesOf(await list("key 02999"))).toEqual(["key 02999"]);
      expect(namesOf(await list("KEY 0299"))).toHaveLength(10);
    });

    it("S-16 pages contain every key once, in order, also those with the same name", async () => {
      const [all] = await Promise.all([collect("limit=1000")]);
      for (const [query, expected] of [
        ["namePrefix=KEY&limit=333", all.filter(({ name }) => /^key/i.test(name)).length],
        ["namePrefix=nightly&limit=100", 700],
        ["namePrefix=nightly&limit=100&status=active", 560],
        ["namePrefix=n&status=revoked", 140],
      ] as const) {
        const found = await collect(query);
        expect(found.length, query).toBe(expected);
        expect(new Set(found.map(({ id }) => id)).size, query).toBe(expected);
        const order = found.map(({ name, id }) => `${name.toLowerCase()} ${id}`);
        expect(order, query).toEqual([...order].sort());
      }
    });

    it("refuses the cursors of other lists", async () => {
      const other = findNextPage(await server.call("GET", `${auth}/keys?limit=1`, { token: admin.token }), "/") ?? "";
      const own = findNextPage(await list("key", "&limit=1"), "/") ?? "";
      const cursorOf = (path: string): string => new URLSearchParams(path.split("?")[1]).get("cursor") ?? "";
      expectError(await list("key", `&cursor=${cursorOf(other)}`), "VALIDATION_FAILED");
      const plain = `${auth}/keys?cursor=${cursorOf(own)}`;
      expectError(await server.call("GET", plain, { token: admin.token }), "VALIDATION_FAILED");
    });

    it("S-63 reads each step with an index, for every status and from any position", async () => {
      for (const status of [undefined, "active", "revoked"] as const) {
        for (const after of [undefined, { rank: "nightly", id: "8" }, { rank: "key 01500", id: "8" }]) {
          const from = { ...(status && { status }), ...(after && { after }), prefix: after?.rank.slice(0, 1) ?? "key" };
          const queries = await watchQueries(db, (watched) =>
            createKeyRepository(watched).listStep(admin.companyId, from, { limit: 50, entriesMax: 200 }),
          );
          for (const query of queries.filter(({ sql }) => sql.includes("lower("))) {
            const read = await countRowsRead(db, server.database.engine, query);
            if (read !== null) expect(read, query.sql).toBeLessThanOrEqual(51);
            else {
              const plan = (await readSqlitePlan(db, query)).join();
              expect(plan, query.sql).toMatch(/USING INDEX api_keys_name \(company_id=\? AND status=\? AND <expr>/);
              expect(plan, query.sql).not.toMatch(/TEMP B-TREE/);
            }
          }
        }
      }
    });
  });
});
