import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { parseConfig } from "../../src/config/config.ts";
import { openTransfer } from "../../src/store/open-store.ts";
import { createSessionRepository } from "../../src/store/repositories/session-repository.ts";
import { expectError } from "../support/expect-error.ts";
import type { HttpResponse } from "../support/http-client.ts";
import { useServer } from "../support/lifetimes.ts";
import { findNextPage } from "../support/next-page.ts";
import { createPerson, createSignedIn, signInPerson } from "../support/people.ts";
import { countRowsRead, readSqlitePlan, watchQueries } from "../support/query-plans.ts";
import { useTwoNodes } from "../support/two-nodes.ts";

const auth = "/external/v1/auth";

describe("the list of a user with many sessions", () => {
  const server = useServer();

  it("S-63 is read in short steps with an index, and contains each session once", async () => {
    const person = await createSignedIn(server);
    const { db } = await openTransfer(parseConfig(server.env).database);
    const { userId, companyId } = person;
    const sessions = Array.from({ length: 3_000 }, (_, index) => ({
      id: randomUUID() as string,
      userId,
      companyId,
      createdOn: new Date(1_700_000_000_000 + Math.floor(index / 3)).toISOString(),
      expiresOn: "2090-01-01T00:00:00.000Z",
      revokedOn: index % 4 === 0 ? "2026-01-01T00:00:00.000Z" : null,
      endsOn: null,
      openedWith: null,
      hostName: null,
      client: null,
      ip: null,
      lastUsedOn: index % 2 === 0 ? null : new Date(1_600_000_000_000 + index).toISOString(),
    }));
    for (let start = 0; start < sessions.length; start += 500) {
      await db
        .insertInto("sessions")
        .values(sessions.slice(start, start + 500))
        .execute();
    }
    if (server.database.engine === "postgres") await server.database.query("analyze sessions");
    const lastUseOf = ({ lastUsedOn, createdOn, id }: (typeof sessions)[number]) => `${lastUsedOn ?? createdOn} ${id}`;
    const live = sessions.filter(({ revokedOn }) => revokedOn === null);
    const expected = live.sort((one, other) => (lastUseOf(one) < lastUseOf(other) ? 1 : -1)).map(({ id }) => id);

    const pages: string[][] = [];
    for (let path: string | undefined = `${auth}/sessions`; path !== undefined; ) {
      const page: HttpResponse = await server.call("GET", path, { token: person.token });
      expect(page.status, page.text).toBe(200);
      pages.push(page.body.map(({ id }: { id: string }) => id));
      path = findNextPage(page, path);
    }
    expect(pages.map(({ length }) => length)).toEqual([1_000, 1_000, expected.length + 1 - 2_000]);
    expect(pages.flat().slice(1)).toEqual(expected);

    const now = server.clock.now().toISOString();
    for (const after of [undefined, { orderedBy: "2023-11-14T22:13:20.500Z", id: "8" }]) {
      const [query] = await watchQueries(db, (watched) =>
        createSessionRepository(watched).listLive(userId, { now, limit: 100, ...(after && { after }) }),
      );
      if (query === undefined) throw new Error("no query");
      const read = await countRowsRead(db, server.database.engine, query);
      // One row each for a session, its membership and its company.
      if (read !== null) expect(read).toBeLessThanOrEqual(301);
      else {
        const plan = await readSqlitePlan(db, query);
        expect(plan[0]).toContain(`USING INDEX sessions_use (user_id=?${after === undefined ? ")" : " AND <expr><?)"}`);
        expect(plan.join()).not.toMatch(/TEMP B-TREE/);
      }
    }
    await db.destroy();
  });
});

describe("on two nodes of one database", () => {
  const nodes = useTwoNodes();

  it("S-07 a session that ended on one node is refused by both nodes", async () => {
    const [one, other] = nodes.clients;
    const person = await signInPerson(one, await createPerson(nodes.deps));
    const refusedByBoth = async ({ token, refreshToken }: { token: string; refreshToken: string }) => {
      for (const client of [other, one]) {
        expectError(await client.call("GET", `${auth}/me`, { token }), "UNAUTHORIZED");
        expectError(await client.call("POST", `${auth}/refresh`, { json: { refreshToken } }), "UNAUTHORIZED");
      }
    };
    for (let round = 0; round < 5; round++) {
      const second = await signInPerson(other, person);
      const { body: me } = await other.call("GET", `${auth}/me`, { token: second.token });
      const ended = await one.call("DELETE", `${auth}/sessions/${me.session.id}`, { token: person.token });
      expect(ended.status).toBe(204);
      await refusedByBoth(second);

      const third = await signInPerson(one, person);
      expect((await other.call("GET", `${auth}/me`, { token: third.token })).status).toBe(200);
      const all = await other.call("DELETE", `${auth}/sessions`, { token: person.token });
      expect(all.body).toEqual({ endedSessions: 1 });
      await refusedByBoth(third);
    }
  });
});
