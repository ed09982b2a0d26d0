import { describe, expect, it } from "vitest";
import { openBrowser } from "../support/browser.ts";
import { approve, poll, startDevice } from "../support/device-sign-ins-in-browser.ts";
import { expectError } from "../support/expect-error.ts";
import type { HttpResponse } from "../support/http-client.ts";
import { useServer } from "../support/lifetimes.ts";
import { findNextPage } from "../support/next-page.ts";
import { idOf, idsOf, list, refresh } from "../support/own-sessions.ts";
import { createPerson, createSignedIn, signInPerson } from "../support/people.ts";

const auth = "/external/v1/auth";

describe("the sessions of a user", () => {
  const server = useServer({ REFRESH_TOKEN_TTL: "86400" });

  it("show how, where and when each was opened, newest use first", async () => {
    const person = await createPerson(server.deps);
    const second = await createPerson(server.deps, { email: person.email });
    const openedOn = server.clock.now().toISOString();
    const json = { email: person.email, password: person.password };
    const headers = { "user-agent": "briksync-cli/1.2.3  (linux)\u00a0" };
    const first = (await server.call("POST", `${auth}/signin`, { json, headers })).body;
    server.clock.advance(1_000);
    const browser = await openBrowser(server, person);
    server.clock.advance(1_000);
    const device = await startDevice(server, { host_name: "Ada's laptop" });
    await approve(browser, device.user_code, second.companyId);
    const tokens = (await poll(server, device.device_code)).body;

    const { status, body } = await list(server, tokens.access_token);
    expect(status).toBe(200);
    expect(body).toEqual([
      {
        id: expect.any(String),
        current: true,
        openedWith: "device",
        hostName: "Ada's laptop",
        client: "briksync 1.2.3",
        ip: "127.0.0.1",
        createdOn: expect.any(String),
        lastUsedOn: body[0].createdOn,
        expiresOn: expect.any(String),
        company: { id: second.companyId, name: second.companyName },
      },
      expect.objectContaining({ current: false, openedWith: "browser", hostName: null }),
      {
        id: expect.any(String),
        current: false,
        openedWith: "password",
        hostName: null,
        client: "briksync-cli/1.2.3 (linux)",
        ip: "127.0.0.1",
        createdOn: expect.any(String),
        lastUsedOn: body[2].createdOn,
        expiresOn: expect.any(String),
        company: { id: person.companyId, name: person.companyName },
      },
    ]);
    expect(body[2].createdOn >= openedOn).toBe(true);

    server.clock.advance(1_000);
    const refreshed = await refresh(server, first.refreshToken);
    const [newest] = (await list(server, refreshed.body.accessToken)).body;
    expect(newest).toMatchObject({ id: body[2].id, current: true, createdOn: body[2].createdOn });
    expect(newest.lastUsedOn > body[0].lastUsedOn).toBe(true);
    expect(newest.expiresOn > body[2].expiresOn).toBe(true);
  });

  it("S-16 do not contain sessions of others or ended sessions", async () => {
    const person = await createSignedIn(server);
    const ended = await signInPerson(server, person);
    await server.call("POST", `${auth}/signout`, { token: ended.token });
    await createSignedIn(server, { company: person.companyName });
    server.clock.advance(43_200_000);
    const current = await signInPerson(server, person);
    expect((await list(server, current.token)).body).toHaveLength(2);
    const currentId = await idOf(server, current);
    // The first session has expired by that time.
    server.clock.advance(43_200_001);
    const last = await signInPerson(server, person);
    expect(idsOf(await list(server, last.token))).toEqual([await idOf(server, last), currentId]);
  });

  it("S-63 come in pages, and a client description has a maximum length", async () => {
    const person = await createSignedIn(server);
    const json = { email: person.email, password: person.password };
    for (let index = 0; index < 4; index++) {
      server.clock.advance(index % 2);
      const headers = { "user-agent": `client ${index} ${"x".repeat(1_000)}` };
      await server.call("POST", `${auth}/signin`, { json, headers });
    }
    const all = await list(server, person.token);
    expect(all.body).toHaveLength(5);
    expect(all.headers["link"]).toBeUndefined();
    for (const { client } of all.body.slice(0, 4)) expect(client).toMatch(/^client \d x{191}$/);
    const pages: string[][] = [];
    for (let path: string | undefined = `${auth}/sessions?limit=2`; path !== undefined; ) {
      const page: HttpResponse = await server.call("GET", path, { token: person.token });
      pages.push(idsOf(page));
      path = findNextPage(page, path);
    }
    expect(pages.map(({ length }) => length)).toEqual([2, 2, 1]);
    expect(pages.flat()).toEqual(idsOf(all));
    for (const query of ["?cursor=x", "?limit=0", "?limit=1001", "?userId=x"]) {
      expectError(await list(server, person.token, query), "VALIDATION_FAILED");
    }
  });

  it("show no company that the user no longer belongs to", async () => {
    const person = await createPerson(server.deps);
    const second = await createPerson(server.deps, { email: person.email });
    const { token } = await signInPerson(server, person);
    const json = { companyId: second.companyId };
    await server.call("POST", `${auth}/switch-company`, { token, json });
    await server.database.query("delete from memberships where company_id = ?", second.companyId);
    expect((await list(server, token)).body).toMatchObject([{ company: null }]);
  });
});
