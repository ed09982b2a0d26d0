import { describe, expect, it } from "vitest";
import { Browser } from "../support/browser.ts";
import { getCallbackUrl, invite, pathOf, useBrowsers } from "../support/browser-sign-in.ts";
import { approve, beginSignIn, poll, startDevice } from "../support/device-sign-ins-in-browser.ts";
import { expectError } from "../support/expect-error.ts";
import { useServer, useTestServer } from "../support/lifetimes.ts";
import { getMe, refresh } from "../support/own-sessions.ts";
import { createPerson, otherPassword, signInPerson } from "../support/people.ts";

const auth = "/external/v1/auth";

describe("signing a device in through a browser", () => {
  const server = useServer();

  it("opens one session for concurrent polls", async () => {
    const { browser, code, userCode, person } = await beginSignIn(server);
    await approve(browser, userCode, person.companyId);
    const before = await server.database.query("select id from sessions");
    const responses = await Promise.all(Array.from({ length: 5 }, () => poll(server, code)));
    expect(responses.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    expect(new Set(responses.map(({ body }) => body.refresh_token)).size).toBe(1);
    expect((await server.database.query("select id from sessions")).length).toBe(before.length + 1);
  });

  it("returns the same tokens after a lost response, until the refresh token is used or a minute has passed", async () => {
    const patient = await useTestServer();
    for (const invalidate of [
      async (body: { refresh_token: string }) => void (await refresh(patient, body.refresh_token)),
      async () => patient.clock.advance(60_000),
    ]) {
      const { browser, code, userCode, person } = await beginSignIn(patient);
      await approve(browser, userCode, person.companyId);
      const { body } = await poll(patient, code);
      const again = await poll(patient, code);
      expect(again.body.refresh_token).toBe(body.refresh_token);
      await invalidate(body);
      expect((await getMe(patient, body.access_token)).status).toBe(200);
      expectError(await poll(patient, code), "DEVICE_CODE_EXPIRED");
      // One of the two holders of the code may have stolen it, so the session ends.
      expect((await getMe(patient, body.access_token)).status).toBe(401);
    }
  });

  it("opens no session if the session that approved has ended, or the user was disabled or left", async () => {
    const invalidate: ((given: Awaited<ReturnType<typeof beginSignIn>>) => Promise<unknown>)[] = [
      ({ browser }) => browser.open("/api/auth/signout", { everywhere: "1" }),
      async ({ person }) => {
        const { token } = await signInPerson(server, person);
        const json = { currentPassword: person.password, newPassword: otherPassword };
        return server.call("POST", `${auth}/password`, { token, json });
      },
      ({ browser, person }) =>
        browser.fetch("/api/auth/password", { currentPassword: person.password, newPassword: otherPassword }),
      ({ person }) => server.database.query("update users set disabled_on = '2026-01-01' where id = ?", person.userId),
      ({ person }) => server.database.query("delete from memberships where user_id = ?", person.userId),
    ];
    for (const change of invalidate) {
      const given = await beginSignIn(server);
      expect((await approve(given.browser, given.userCode, given.person.companyId)).status).toBe(204);
      await change(given);
      expectError(await poll(server, given.code), "ACCESS_DENIED");
    }
  });

  it("ends with the user's other sessions, and approves only companies of the user", async () => {
    const { browser, code, userCode, person } = await beginSignIn(server);
    const stranger = await createPerson(server.deps);
    expect((await approve(browser, userCode, stranger.companyId)).status).toBe(403);
    await approve(browser, userCode, person.companyId);
    const { body } = await poll(server, code);
    await browser.open("/api/auth/signout", { everywhere: "1" });
    expect((await getMe(server, body.access_token)).status).toBe(401);
    expect((await refresh(server, body.refresh_token)).status).toBe(401);
  });

  it("with an identity provider, ends no later than the session of the browser, also after refreshes", async () => {
    const hybrid = await useBrowsers();
    const { user, companyId } = await invite(hybrid);
    const browser = new Browser(hybrid);
    await browser.open(pathOf(await getCallbackUrl(hybrid, browser, user)));
    hybrid.server.clock.advance(3_600_000);
    const started = await startDevice(hybrid.server);
    expect((await approve(browser, started.user_code, companyId)).status).toBe(204);
    let { refresh_token: token } = (await poll(hybrid.server, started.device_code)).body;
    hybrid.server.clock.advance(10 * 3_600_000);
    const refreshed = await refresh(hybrid.server, token);
    token = refreshed.body.refreshToken;
    expect(refreshed.status).toBe(200);
    hybrid.server.clock.advance(3_600_000);
    expect((await getMe(hybrid.server, refreshed.body.accessToken)).status).toBe(401);
    expect((await refresh(hybrid.server, token)).status).toBe(401);
  });
});
