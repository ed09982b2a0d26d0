import type { Kysely } from "kysely";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseConfig } from "../../src/config/config.ts";
import { auditExaminedMax, listAuditEvents } from "../../src/domain/audit/list-audit-events.ts";
import { listKeys } from "../../src/domain/keys/list-keys.ts";
import { openTransfer } from "../../src/store/open-store.ts";
import type { AuditFilter } from "../../src/store/records.ts";
import { auditStepRows, createAuditRepository } from "../../src/store/repositories/audit-repository.ts";
import { createKeyRepository } from "../../src/store/repositories/key-repository.ts";
import { staleStepKeys } from "../../src/store/repositories/key-rows.ts";
import { createSessionRepository } from "../../src/store/repositories/session-repository.ts";
import type { Tables } from "../../src/store/tables.ts";
import type { HttpResponse } from "../support/http-client.ts";
import { dateEvent, eventCount, events, fillCompany, matchesFilter } from "../support/large-company.ts";
import { useAdmin, useServer } from "../support/lifetimes.ts";
import { countRowsRead, readSqlitePlan, watchQueries, watchQuery } from "../support/query-plans.ts";

const auth = "/external/v1/auth";

describe("lists of a company with much data", () => {
  const server = useServer();
  const admin = useAdmin(server);
  /** Admin of a company without the events that are common in the first company. */
  const other = useAdmin(server);
  const actor = () => ({ kind: "user", privilege: 1, companyId: admin.companyId }) as never;
  let db: Kysely<Tables>;

  beforeAll(async () => {
    ({ db } = await openTransfer(parseConfig(server.env).database));
    await fillCompany(db, server.database, { companyId: admin.companyId, otherCompanyId: other.companyId });
  });
  afterAll(async () => {
    await db.destroy();
  });

  /** Reads all pages of a list as clients do, and returns all responses. */
  async function page(path: string): Promise<HttpResponse[]> {
    const responses: HttpResponse[] = [];
    for (let next: string | undefined = `${auth}${path}`; next !== undefined; ) {
      const response: HttpResponse = await server.call("GET", next, { token: admin.token });
      expect(response.status, response.text).toBe(200);
      responses.push(response);
      const reference = /^<([^>]+)>; rel="next"$/.exec(String(response.headers["link"] ?? ""))?.[1];
      // The reference is relative (RFC 8288), so it also works behind a proxy that strips a prefix.
      const url: URL | undefined = reference === undefined ? undefined : new URL(reference, `${server.url}${next}`);
      next = url === undefined ? undefined : `${url.pathname}${url.search}`;
    }
    return responses;
  }

  const filters: AuditFilter[] = [];
  for (const keyId of [undefined, "busy", "nobody"]) {
    for (const actorId of [undefined, "often", "nobody"]) {
      for (const action of [undefined, "session.signed_in", "nope"]) {
        for (const since of [undefined, "2000-01-01T00:00:00.000Z", dateEvent(eventCount - 400)]) {
          filters.push({
            ...(keyId === undefined ? {} : { keyId }),
            ...(actorId === undefined ? {} : { actorId }),
            ...(action === undefined ? {} : { action }),
            ...(since === undefined ? {} : { since }),
          });
        }
      }
    }
  }

  it("S-63 every combination of filters reads a limited number of rows with an index, from any cursor", async () => {
    for (const filter of filters) {
      for (const beforeSeq of [undefined, eventCount / 2]) {
        const queries = await watchQueries(db, (watched) =>
          createAuditRepository(watched).listStep(admin.companyId, filter, { beforeSeq, limit: 101 }),
        );
        for (const query of queries) {
          const what = `${JSON.stringify({ ...filter, beforeSeq })}: ${query.sql}`;
          const read = await countRowsRead(db, server.database.engine, query);
          if (read !== null) expect(read, what).toBeLessThanOrEqual(2 * auditStepRows + 2);
          else {
            const plan = await readSqlitePlan(db, query);
            const reads = plan.filter((line) => / audit_events /.test(line));
            expect(reads, what).toHaveLength(1);
            // The index covers every column that narrows the step: the company, the condition, and the cursor or time.
            const index =
              /USING (COVERING )?INDEX audit_events_(key \(company_id=\? AND key_id=\?|actor \(company_id=\? AND actor_id=\?|action \(company_id=\? AND action=\?)( AND seq<\?)\)$|USING (COVERING )?INDEX (sqlite_autoindex_audit_events_\d \(company_id=\? AND seq<\?|audit_events_time \(company_id=\? AND created_on>\?)\)$/;
            expect(reads[0], what).toMatch(index);
            expect(query.sql, what).toMatch(/ limit \?/);
          }
        }
      }
    }
  });

  it("S-63 a filter without matches in a company does not read all its events", async () => {
    for (const filter of [{ action: "session.signed_in" }, { actorId: "often" }, { keyId: "busy" }]) {
      const query = await watchQuery(db, (watched) =>
        createAuditRepository(watched).listStep(other.companyId, filter, { limit: 101 }),
      );
      const read = await countRowsRead(db, server.database.engine, query);
      if (read !== null) expect(read, JSON.stringify(filter)).toBeLessThanOrEqual(101);
      else expect((await readSqlitePlan(db, query)).join()).toMatch(/USING INDEX audit_events_(key|actor|action) /);
    }
  });

  it("S-63 every combination of filters returns each matching event once, newest first, over all pages", async () => {
    for (const filter of filters) {
      const expected = events.filter((event) => matchesFilter(event, filter)).map(({ seq }) => seq);
      const found: number[] = [];
      let cursor: string | undefined;
      for (let calls = 0; ; calls++) {
        expect(calls, JSON.stringify(filter)).toBeLessThan(60);
        const query = { ...filter, limit: 1_000, ...(cursor === undefined ? {} : { cursor }) };
        const { items, examined, nextCursor } = await listAuditEvents(server.deps, actor(), query);
        expect(examined, JSON.stringify(filter)).toBeLessThanOrEqual(auditExaminedMax + auditStepRows);
        expect(items.length).toBeLessThanOrEqual(1_000);
        found.push(...items.map(({ seq }) => seq));
        if (nextCursor === null) break;
        cursor = nextCursor;
      }
      expect(found, JSON.stringify(filter)).toEqual(expected);
    }
  });

  it("S-63 a filter without matches returns immediately over HTTP, and a filter for one old event finds it", async () => {
    for (const path of [
      "/audit?action=nope",
      "/audit?keyId=nope",
      "/audit?actorId=nope",
      "/audit?since=2099-01-01T00:00:00Z",
    ]) {
      const responses = await page(path);
      expect(responses.map(({ body }) => body)).toEqual([[]]);
    }
    const [rare] = await page("/audit?action=key.revoked");
    expect(rare?.body).toHaveLength(1);
    const responses = await page("/audit?actorId=often&action=key.revoked&since=2000-01-01T00:00:00Z");
    expect(responses.length).toBeGreaterThan(1);
    expect(responses.length).toBeLessThanOrEqual(1 + eventCount / auditExaminedMax);
    expect(responses.flatMap(({ body }) => body)).toHaveLength(1);
  });

  it("S-63 the server handles other requests between the steps of a long read", async () => {
    /** Returns how many turns the event loop makes during the work. */
    const countTurns = async (work: () => Promise<unknown>): Promise<number> => {
      let turns = 0;
      let isDone = false;
      const count = (): void => {
        turns++;
        if (!isDone) setImmediate(count);
      };
      setImmediate(count);
      await work();
      isDone = true;
      return turns;
    };
    const nothing = { actorId: "often", action: "nope", keyId: "busy" };
    const auditTurns = await countTurns(() => listAuditEvents(server.deps, actor(), nothing));
    expect(auditTurns).toBeGreaterThanOrEqual(eventCount / 3 / auditStepRows);
    expect(await countTurns(() => listKeys(server.deps, actor(), { limit: 1_000 }))).toBeGreaterThanOrEqual(1_000 / 50);
  });

  it("S-63 a page of keys is read from its cursor with an index, for every status", async () => {
    for (const status of [undefined, "active", "revoked"] as const) {
      for (const after of [undefined, { rank: "2026-01-02T00:00:00.000Z", id: "key 101200" }]) {
        const from = { ...(status === undefined ? {} : { status }), ...(after === undefined ? {} : { after }) };
        const query = await watchQuery(db, (watched) =>
          createKeyRepository(watched).listStep(admin.companyId, from, { limit: 50, entriesMax: 200 }),
        );
        const read = await countRowsRead(db, server.database.engine, query);
        if (read !== null) expect(read, JSON.stringify(from)).toBeLessThanOrEqual(60);
        else {
          const [plan] = await readSqlitePlan(db, query);
          const name = status === undefined ? "api_keys_company" : "api_keys_status";
          expect(plan).toContain(`USING INDEX ${name} (company_id=?`);
          expect(plan?.includes("(created_on,id)>(?,?)"), plan).toBe(after !== undefined);
          expect(await readSqlitePlan(db, query)).toHaveLength(1);
        }
      }
    }
  });

  it("S-63 pages contain every key once, in order, for every status", async () => {
    const all = await server.database.query(
      "select id, status from api_keys where company_id = ? order by created_on, id",
      admin.companyId,
    );
    for (const [query, expected] of [
      ["limit=1000", all],
      ["limit=333&status=active", all.filter(({ status }) => status === "active")],
      ["limit=1000&status=revoked", all.filter(({ status }) => status === "revoked")],
    ] as const) {
      const responses = await page(`/keys?${query}`);
      expect(responses.flatMap(({ body }) => body.map(({ id }: { id: string }) => id))).toEqual(
        expected.map(({ id }) => id),
      );
      const [first] = responses;
      // The server writes the JSON in parts, but it still matches the schema.
      expect(first?.headers["content-type"]).toBe("application/json; charset=utf-8");
      expect(Object.keys(first?.body[0])).toEqual(
        Object.keys((await server.call("GET", `${auth}/keys/${first?.body[0].id}`, { token: admin.token })).body),
      );
    }
  });

  it("S-63 the report of stale keys reads keys in bounded steps, by ID", async () => {
    const seen: string[] = [];
    let after: string | null = null;
    do {
      const from: string | null = after;
      let step: Awaited<ReturnType<typeof server.deps.store.keys.listStale>> | undefined;
      const query = await watchQuery(db, async (watched) => {
        step = await createKeyRepository(watched).listStale("2026-01-02", "2026-01-02", from);
      });
      if (step === undefined) throw new Error("no step");
      const read = await countRowsRead(db, server.database.engine, query);
      // One row for each key, and one for its company, which may be read again for each key.
      if (read !== null) expect(read).toBeLessThanOrEqual(2 * staleStepKeys);
      else
        expect((await readSqlitePlan(db, query)).join()).toMatch(
          /SEARCH k USING PRIMARY KEY \(id>\?\).*SEARCH c USING PRIMARY KEY/,
        );
      seen.push(...step.keys.map(({ keyId }) => keyId));
      after = step.continueAfter;
    } while (after !== null);
    const expected = await server.database.query(
      "select id from api_keys where status = 'active' and created_on < '2026-01-02' order by id",
    );
    expect(seen).toEqual(expected.map(({ id }) => id));
  });

  it("S-63 retention finds expired rows with an index", async () => {
    if (server.database.engine !== "sqlite") return;
    const queries = await watchQueries(db, async (watched) => {
      const sessions = createSessionRepository(watched);
      await sessions.deleteEndedSessions("2000-01-01", 500);
      await sessions.deleteUsedRefreshTokens("2000-01-01", 500);
    });
    const plans = await Promise.all(queries.map(async (query) => (await readSqlitePlan(db, query)).join()));
    expect(plans.filter((plan) => plan.includes("SCAN"))).toEqual([]);
    expect(plans.join()).toContain("sessions_expiry");
    expect(plans.join()).toContain("sessions_revocation");
    expect(plans.join()).toContain("refresh_tokens_use");
  });
});
