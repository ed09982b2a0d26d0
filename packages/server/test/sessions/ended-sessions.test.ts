import { describe, expect, it } from "vitest";
import { Browser, openBrowser } from "../support/browser.ts";
import { approve, poll, startApprovedDevice, startDevice } from "../support/device-sign-ins-in-browser.ts";
import { expectError } from "../support/expect-error.ts";
import { createSupabasePerson, findSession, getMe as getProvided, useHybrid } from "../support/hybrid-server.ts";
import { useServer } from "../support/lifetimes.ts";
import { endSession, getMe, idOf, idsOf, list, refresh } from "../support/own-sessions.ts";
import { createSignedIn, signInPerson } from "../support/people.ts";

const auth = "/external/v1/auth";

describe("sessions that their user ends", () => {
  const server = useServer({ REFRESH_TOKEN_TTL: "86400" });

  it("S-07 a session ends immediately with its access token and refresh token, and no other session ends", async () => {
    const person = await createSignedIn(server);
    const other = await signInPerson(server, person);
    const id = await idOf(server, other);
    expect((await endSession(server, person.token, id)).status).toBe(204);
    expectError(await getMe(server, other.token), "UNAUTHORIZED");
    expectError(await refresh(server, other.refreshToken), "UNAUTHORIZED");
    expect(idsOf(await list(server, person.token))).toEqual([await idOf(server, person)]);
    expect((await endSession(server, person.token, id)).status).toBe(204);
    const { body: events } = await server.call("GET", `${auth}/audit`, { token: person.token });
    expect(events[0]).toMatchObject({
      action: "session.signed_out",
      actorId: person.userId,
      details: { sessionId: id, hostName: null },
    });
    expect(events.filter(({ action }: { action: string }) => action === "session.signed_out")).toHaveLength(1);
  });

  it("S-07 the session of the call ends as with a sign-out", async () => {
    const person = await createSignedIn(server);
    expect((await endSession(server, person.token, await idOf(server, person))).status).toBe(204);
    expectError(await getMe(server, person.token), "UNAUTHORIZED");
    expectError(await refresh(server, person.refreshToken), "UNAUTHORIZED");
  });

  it("S-16 a session of another user cannot be ended, and the response is the same as for an unknown ID", async () => {
    const [person, stranger] = [await createSignedIn(server), await createSignedIn(server)];
    const id = await idOf(server, stranger);
    const texts = [id, "00000000-0000-4000-8000-000000000000"].map(async (text) => {
      const response = await endSession(server, person.token, text);
      expectError(response, "NOT_FOUND");
      return response.text.replace(String(response.headers["x-request-id"]), "");
    });
    const [foreign, never] = await Promise.all(texts);
    expect(foreign).toBe(never);
    expect((await getMe(server, stranger.token)).status).toBe(200);
  });

  it("S-07 the session of a browser ends with its cookie and its tokens", async () => {
    const person = await createSignedIn(server);
    const browser = await openBrowser(server, person);
    const pageToken = (await browser.fetch("/api/auth/token")).body.data.accessToken;
    const id = await idOf(server, { token: pageToken });
    expect((await endSession(server, person.token, id)).status).toBe(204);
    expectError(await getMe(server, pageToken), "UNAUTHORIZED");
    expect((await browser.fetch("/api/auth/token")).status).toBe(401);
    expect((await browser.copy().open("/login")).text).not.toContain("Signed in as");
  });

  it("S-07 the session of a browser ends with the pending device sign-ins that it approved", async () => {
    const person = await createSignedIn(server);
    const started = await startApprovedDevice(server, person);
    const { body } = await list(server, person.token);
    const browser = body.find(({ openedWith }: { openedWith: string }) => openedWith === "browser");
    expect((await endSession(server, person.token, browser.id)).status).toBe(204);
    expectError(await poll(server, started.device_code), "ACCESS_DENIED");
  });

  it("S-07 all other sessions end immediately, with unfinished sign-ins", async () => {
    const person = await createSignedIn(server);
    const others = [await signInPerson(server, person), await signInPerson(server, person)];
    const browser = await openBrowser(server, person);
    const started = await startDevice(server);
    const pageToken = (await browser.fetch("/api/auth/token")).body.data.accessToken;
    await approve(browser, started.user_code, person.companyId);
    const stranger = await createSignedIn(server);
    const response = await endSession(server, pageToken);
    expect([response.status, response.body]).toEqual([200, { endedSessions: 3 }]);
    for (const other of [...others, person]) {
      expectError(await getMe(server, other.token), "UNAUTHORIZED");
      expectError(await refresh(server, other.refreshToken), "UNAUTHORIZED");
    }
    expectError(await poll(server, started.device_code), "ACCESS_DENIED");
    expect((await list(server, pageToken)).body).toMatchObject([{ current: true, openedWith: "browser" }]);
    expect((await browser.fetch("/api/auth/token")).status).toBe(200);
    expect((await endSession(server, pageToken)).body).toEqual({ endedSessions: 0 });
    expect((await getMe(server, stranger.token)).status).toBe(200);
    const again = await signInPerson(server, person);
    const { body: events } = await server.call("GET", `${auth}/audit`, { token: again.token });
    const ended = events.filter(({ action }: { action: string }) => action === "session.signed_out");
    expect(ended).toMatchObject([{ details: { endedSessions: 3, exceptSessionId: expect.any(String) } }]);
  });

  it("S-07 a misspelled call for one session does not end the others", async () => {
    const person = await createSignedIn(server);
    const other = await signInPerson(server, person);
    const response = await endSession(server, person.token, `?id=${await idOf(server, person)}`);
    expectError(response, "VALIDATION_FAILED");
    expect((await getMe(server, other.token)).status).toBe(200);
  });

  it("S-07 a session that signs out at the same time is recorded once", async () => {
    const person = await createSignedIn(server);
    const rounds = 20;
    for (let round = 0; round < rounds; round++) {
      const other = await signInPerson(server, person);
      const id = await idOf(server, other);
      const signOut = server.call("POST", `${auth}/signout`, { token: other.token });
      await Promise.all([signOut, endSession(server, person.token, id)]);
    }
    const { body: events } = await server.call("GET", `${auth}/audit?action=session.signed_out`, {
      token: person.token,
    });
    expect(events).toHaveLength(rounds);
  });

  it("S-07 only sessions that worked are counted", async () => {
    const person = await createSignedIn(server);
    server.clock.advance(86_400_001);
    const current = await signInPerson(server, person);
    expect((await endSession(server, current.token)).body).toEqual({ endedSessions: 0 });
  });

  it("S-07 a session that refreshes at the same time has no token that works afterwards", async () => {
    const person = await createSignedIn(server);
    for (let round = 0; round < 5; round++) {
      const other = await signInPerson(server, person);
      const id = await idOf(server, other);
      const [next, ended] = await Promise.all([
        refresh(server, other.refreshToken),
        endSession(server, person.token, id),
      ]);
      expect(ended.status).toBe(204);
      for (const token of [other.token, ...(next.status === 200 ? [next.body.accessToken] : [])]) {
        expectError(await getMe(server, token), "UNAUTHORIZED");
      }
      const refreshToken = next.status === 200 ? next.body.refreshToken : other.refreshToken;
      expectError(await refresh(server, refreshToken), "UNAUTHORIZED");
    }
  });

  it("S-07 if two sessions end each other at the same time, one remains", async () => {
    for (let round = 0; round < 5; round++) {
      const person = await createSignedIn(server);
      const other = await signInPerson(server, person);
      const responses = await Promise.all([endSession(server, person.token), endSession(server, other.token)]);
      expect(responses.map(({ status }) => status).sort()).toEqual([200, 401]);
      const alive = [await getMe(server, person.token), await getMe(server, other.token)];
      expect(alive.map(({ status }) => status).sort()).toEqual([200, 401]);
    }
  });

  it("sessions can be listed and ended before an initial password is changed, and by members", async () => {
    for (const options of [{ mustChangePassword: true }, { privilege: 3 as const }]) {
      const person = await createSignedIn(server, options);
      await signInPerson(server, person);
      expect((await list(server, person.token)).body).toHaveLength(2);
      expect((await endSession(server, person.token)).body).toEqual({ endedSessions: 1 });
    }
  });
});

describe("the sessions of a Supabase user", () => {
  it("S-07 end on the server for all future tokens, and at Supabase with their next refresh", async () => {
    const hybrid = await useHybrid();
    const { server, supabase } = hybrid;
    const person = await createSupabasePerson(hybrid);
    const second = await supabase.signIn(person.account);
    for (const token of [second.token, person.token]) expect((await getProvided(hybrid, token)).status).toBe(200);
    const { body } = await list(server, person.token);
    expect(body).toMatchObject([{ openedWith: "provider" }, { openedWith: "provider" }]);
    const other = body.find(({ current }: { current: boolean }) => !current);
    expect((await endSession(server, person.token, other.id)).status).toBe(204);
    expectError(await getProvided(hybrid, second.token), "UNAUTHORIZED");
    expectError(await getProvided(hybrid, await supabase.project.signToken(second.session)), "UNAUTHORIZED");
    expect(second.session.isEnded).toBe(false);
    expectError(await refresh(server, second.session.refreshToken), "UNAUTHORIZED");
    expect(second.session.isEnded).toBe(true);
    // The session of the call also ends at Supabase.
    const own = (await list(server, person.token)).body[0];
    expect((await endSession(server, person.token, own.id)).status).toBe(204);
    expect(findSession(hybrid, person).isEnded).toBe(true);
    expectError(await getProvided(hybrid, person.token), "UNAUTHORIZED");
  });

  it("S-07 of a browser are listed as opened with a browser", async () => {
    const hybrid = await useHybrid();
    const person = await createSupabasePerson(hybrid);
    const browser = new Browser(hybrid);
    const { email, password } = person;
    await browser.open("/api/auth/signin", { email, password });
    expect(
      (await list(hybrid.server, person.token)).body.map(({ openedWith }: { openedWith: string }) => openedWith),
    ).toContain("browser");
  });
});
