import { describe, expect, it } from "vitest";
import { Browser, openBrowser } from "./support/browser.ts";
import { approve, poll, startApprovedDevice, startDevice } from "./support/device-sign-ins-in-browser.ts";
import { expectError } from "./support/expect-error.ts";
import type { Answer, HttpClient } from "./support/http-client.ts";
import { createProvided, findSession, getMe as getProvided, useHybrid } from "./support/hybrid-server.ts";
import { useServer } from "./support/lifetimes.ts";
import { findNextPage } from "./support/next-page.ts";
import { createPerson, createSignedIn, type SignedIn, signInPerson } from "./support/people.ts";

const auth = "/external/v1/auth";
const list = (client: HttpClient, token: string, query = ""): Promise<Answer> =>
  client.call("GET", `${auth}/sessions${query}`, { token });
const end = (client: HttpClient, token: string, id = ""): Promise<Answer> =>
  client.call("DELETE", `${auth}/sessions${id === "" ? "" : `/${id}`}`, { token });
const getMe = (client: HttpClient, token: string): Promise<Answer> => client.call("GET", `${auth}/me`, { token });
const refresh = (client: HttpClient, refreshToken: string): Promise<Answer> =>
  client.call("POST", `${auth}/refresh`, { json: { refreshToken } });
const idOf = async (client: HttpClient, { token }: Pick<SignedIn, "token">): Promise<string> =>
  (await getMe(client, token)).body.session.id;
const idsOf = ({ body }: Answer): string[] => body.map(({ id }: { id: string }) => id);

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

  it("S-16 do not contain those of others, nor sessions that have ended", async () => {
    const person = await createSignedIn(server);
    const ended = await signInPerson(server, person);
    await server.call("POST", `${auth}/signout`, { token: ended.token });
    await createSignedIn(server, { company: person.companyName });
    server.clock.advance(43_200_000);
    const current = await signInPerson(server, person);
    expect((await list(server, current.token)).body).toHaveLength(2);
    const currentId = await idOf(server, current);
    // The first session has expired then.
    server.clock.advance(43_200_001);
    const last = await signInPerson(server, person);
    expect(idsOf(await list(server, last.token))).toEqual([await idOf(server, last), currentId]);
  });

  it("S-63 come in pages, and a client description is limited", async () => {
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
      const page: Answer = await server.call("GET", path, { token: person.token });
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

  it("S-07 one ends at once: its access token, its refresh token, and nothing else", async () => {
    const person = await createSignedIn(server);
    const other = await signInPerson(server, person);
    const id = await idOf(server, other);
    expect((await end(server, person.token, id)).status).toBe(204);
    expectError(await getMe(server, other.token), "UNAUTHORIZED");
    expectError(await refresh(server, other.refreshToken), "UNAUTHORIZED");
    expect(idsOf(await list(server, person.token))).toEqual([await idOf(server, person)]);
    expect((await end(server, person.token, id)).status).toBe(204);
    const { body: events } = await server.call("GET", `${auth}/audit`, { token: person.token });
    expect(events[0]).toMatchObject({
      action: "session.signed_out",
      actorId: person.userId,
      details: { sessionId: id, hostName: null },
    });
    expect(events.filter(({ action }: { action: string }) => action === "session.signed_out")).toHaveLength(1);
  });

  it("S-07 that of the call ends as a sign-out does", async () => {
    const person = await createSignedIn(server);
    expect((await end(server, person.token, await idOf(server, person))).status).toBe(204);
    expectError(await getMe(server, person.token), "UNAUTHORIZED");
    expectError(await refresh(server, person.refreshToken), "UNAUTHORIZED");
  });

  it("S-16 of another user cannot be ended, with the same answer as for one that never was", async () => {
    const [person, stranger] = [await createSignedIn(server), await createSignedIn(server)];
    const id = await idOf(server, stranger);
    const texts = [id, "00000000-0000-4000-8000-000000000000"].map(async (text) => {
      const answer = await end(server, person.token, text);
      expectError(answer, "NOT_FOUND");
      return answer.text.replace(String(answer.headers["x-request-id"]), "");
    });
    const [foreign, never] = await Promise.all(texts);
    expect(foreign).toBe(never);
    expect((await getMe(server, stranger.token)).status).toBe(200);
  });

  it("S-07 of a browser ends with its cookie and its tokens", async () => {
    const person = await createSignedIn(server);
    const browser = await openBrowser(server, person);
    const pageToken = (await browser.fetch("/api/auth/token")).body.data.accessToken;
    const id = await idOf(server, { token: pageToken });
    expect((await end(server, person.token, id)).status).toBe(204);
    expectError(await getMe(server, pageToken), "UNAUTHORIZED");
    expect((await browser.fetch("/api/auth/token")).status).toBe(401);
    expect((await browser.copy().open("/login")).text).not.toContain("Signed in as");
  });

  it("S-07 of a browser ends with the sign-ins of devices that it approved and that wait", async () => {
    const person = await createSignedIn(server);
    const started = await startApprovedDevice(server, person);
    const { body } = await list(server, person.token);
    const browser = body.find(({ openedWith }: { openedWith: string }) => openedWith === "browser");
    expect((await end(server, person.token, browser.id)).status).toBe(204);
    expectError(await poll(server, started.device_code), "ACCESS_DENIED");
  });

  it("S-07 all others end at once, with sign-ins that are not finished", async () => {
    const person = await createSignedIn(server);
    const others = [await signInPerson(server, person), await signInPerson(server, person)];
    const browser = await openBrowser(server, person);
    const started = await startDevice(server);
    const pageToken = (await browser.fetch("/api/auth/token")).body.data.accessToken;
    await approve(browser, started.user_code, person.companyId);
    const stranger = await createSignedIn(server);
    const answer = await end(server, pageToken);
    expect([answer.status, answer.body]).toEqual([200, { endedSessions: 3 }]);
    for (const other of [...others, person]) {
      expectError(await getMe(server, other.token), "UNAUTHORIZED");
      expectError(await refresh(server, other.refreshToken), "UNAUTHORIZED");
    }
    expectError(await poll(server, started.device_code), "ACCESS_DENIED");
    expect((await list(server, pageToken)).body).toMatchObject([{ current: true, openedWith: "browser" }]);
    expect((await browser.fetch("/api/auth/token")).status).toBe(200);
    expect((await end(server, pageToken)).body).toEqual({ endedSessions: 0 });
    expect((await getMe(server, stranger.token)).status).toBe(200);
    const again = await signInPerson(server, person);
    const { body: events } = await server.call("GET", `${auth}/audit`, { token: again.token });
    const ended = events.filter(({ action }: { action: string }) => action === "session.signed_out");
    expect(ended).toMatchObject([{ details: { endedSessions: 3, exceptSessionId: expect.any(String) } }]);
  });

  it("S-07 counts only sessions that worked", async () => {
    const person = await createSignedIn(server);
    server.clock.advance(86_400_001);
    const current = await signInPerson(server, person);
    expect((await end(server, current.token)).body).toEqual({ endedSessions: 0 });
  });

  it("S-07 of two sessions that end each other at the same time, one stays", async () => {
    for (let round = 0; round < 5; round++) {
      const person = await createSignedIn(server);
      const other = await signInPerson(server, person);
      const answers = await Promise.all([end(server, person.token), end(server, other.token)]);
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 401]);
      const alive = [await getMe(server, person.token), await getMe(server, other.token)];
      expect(alive.map(({ status }) => status).sort()).toEqual([200, 401]);
    }
  });

  it("can be seen and ended before an initial password is changed, and by members", async () => {
    for (const options of [{ mustChangePassword: true }, { privilege: 3 as const }]) {
      const person = await createSignedIn(server, options);
      await signInPerson(server, person);
      expect((await list(server, person.token)).body).toHaveLength(2);
      expect((await end(server, person.token)).body).toEqual({ endedSessions: 1 });
    }
  });
});

describe("the sessions of a user of Supabase", () => {
  it("S-07 end here for every token they will ever have, and there with their next refresh", async () => {
    const hybrid = await useHybrid();
    const { server, supabase } = hybrid;
    const person = await createProvided(hybrid);
    const second = await supabase.signIn(person.account);
    for (const token of [second.token, person.token]) expect((await getProvided(hybrid, token)).status).toBe(200);
    const { body } = await list(server, person.token);
    expect(body).toMatchObject([{ openedWith: "provider" }, { openedWith: "provider" }]);
    const other = body.find(({ current }: { current: boolean }) => !current);
    expect((await end(server, person.token, other.id)).status).toBe(204);
    expectError(await getProvided(hybrid, second.token), "UNAUTHORIZED");
    expectError(await getProvided(hybrid, await supabase.project.signToken(second.session)), "UNAUTHORIZED");
    expect(second.session.isEnded).toBe(false);
    expectError(await refresh(server, second.session.refreshToken), "UNAUTHORIZED");
    expect(second.session.isEnded).toBe(true);
    // The session of the call ends there too.
    const own = (await list(server, person.token)).body[0];
    expect((await end(server, person.token, own.id)).status).toBe(204);
    expect(findSession(hybrid, person).isEnded).toBe(true);
    expectError(await getProvided(hybrid, person.token), "UNAUTHORIZED");
  });

  it("S-07 a browser's is listed as that of a browser", async () => {
    const hybrid = await useHybrid();
    const person = await createProvided(hybrid);
    const browser = new Browser(hybrid);
    const { email, password } = person;
    await browser.open("/api/auth/signin", { email, password });
    expect(
      (await list(hybrid.server, person.token)).body.map(({ openedWith }: { openedWith: string }) => openedWith),
    ).toContain("browser");
  });
});
