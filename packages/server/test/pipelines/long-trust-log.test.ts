import type { Kysely } from "kysely";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseConfig } from "../../src/config/config.ts";
import { openTransfer } from "../../src/store/open-store.ts";
import { createTrustRepository } from "../../src/store/repositories/trust-repository.ts";
import type { Tables } from "../../src/store/tables.ts";
import { expectError } from "../support/expect-error.ts";
import { usePipelines } from "../support/pipelines.ts";
import { readSqlitePlan, watchQueries } from "../support/query-plans.ts";

const eventCount = 3_000;

describe("a trust with a long log", () => {
  const pipelines = usePipelines();
  let db: Kysely<Tables>;
  let id: string;

  beforeAll(async () => {
    ({ db } = await openTransfer(parseConfig(pipelines.server.env).database));
    ({ id } = await pipelines.createTrust());
    const { store, newId, now } = pipelines.server.deps;
    const event = { outcome: "allowed", type: null, claim: null, has: null, ip: null } as const;
    const run = { repository: "octo-org/octo-repo", workflow: "rotate.yml", runId: "1" };
    const createdOn = now().toISOString();
    await store.transact(async ({ trusts }) => {
      for (let count = 0; count < eventCount; count++) {
        await trusts.insertEvent({ id: newId(), trustId: id, createdOn, ...event, ...run });
      }
    });
  });
  afterAll(() => db.destroy());

  it.each([
    ["the first page", undefined, false, "trust_events_place (trust_id=?)"],
    ["a later page", undefined, true, "trust_events_place (trust_id=? AND created_on<?)"],
    ["the first page of refusals", "refused", false, "trust_events_outcome (trust_id=? AND outcome=?)"],
    ["a later page of refusals", "refused", true, "trust_events_outcome (trust_id=? AND outcome=? AND created_on<?)"],
  ] as const)("S-63 reads %s of its log with an index", async (_name, outcome, isLater, index) => {
    if (pipelines.server.database.engine !== "sqlite") return;
    const after = isLater ? { createdOn: "2026-01-01T00:00:00.000Z", id } : undefined;
    const page = { outcome, after, limit: 101 };
    const [query] = await watchQueries(db, (watched) => createTrustRepository(watched).listEvents(id, page));
    if (query === undefined) throw new Error("There was no query.");
    expect(await readSqlitePlan(db, query)).toEqual([`SEARCH trust_events USING INDEX ${index}`]);
  });

  it("S-63 is removed in short steps, and its tokens end with the first step", async () => {
    const { server, admin, call, startRun } = pipelines;
    const token = await startRun(id);
    const { transact } = server.deps.store;
    let steps = 0;
    const grants: number[] = [];
    server.deps.store.transact = async (work) => {
      const result = await transact(work);
      steps++;
      if (steps === 1) grants.push((await call("GET", "/grant", token)).status);
      return result;
    };
    const removed = await call("DELETE", `/trusts/${id}`, admin.token).finally(() => {
      server.deps.store.transact = transact;
    });
    expect(removed.status, removed.text).toBe(204);
    expect(steps).toBeGreaterThanOrEqual(eventCount / 500);
    expect(grants).toEqual([401]);
    expectError(await call("GET", `/trusts/${id}`, admin.token), "NOT_FOUND");
    const audit = await call("GET", "/audit?action=trust.removed", admin.token);
    expect(audit.body).toHaveLength(1);
  });
});
