import { describe, expect, it } from "vitest";
import { removeExpired } from "../../src/domain/jobs/remove-expired.ts";
import { openBrowser } from "../support/browser.ts";
import { approve, beginSignIn, poll, startDevice } from "../support/device-sign-ins-in-browser.ts";
import { expectError } from "../support/expect-error.ts";
import { useServer, useTestServer } from "../support/lifetimes.ts";
import { getMe, refresh } from "../support/own-sessions.ts";
import { createPerson } from "../support/people.ts";

const auth = "/external/v1/auth";

describe("signing a device in through a browser", () => {
  const server = useServer();

  it("announces the method, and returns both codes, the page and the interval", async () => {
    expect((await server.call("GET", `${auth}/signin/methods`)).body).toEqual({ methods: ["browser", "password"] });
    const started = await startDevice(server);
    expect(started).toEqual({
      device_code: expect.stringMatching(/^dev_[0-9a-f]{48}$/),
      user_code: expect.stringMatching(/^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$/),
      verification_uri: `${server.url}/device`,
      verification_uri_complete: `${server.url}/device?code=${started.user_code}`,
      expires_in: 600,
      interval: 5,
    });
  });

  it("S-10 stores only digests of both codes", async () => {
    const { device_code: code, user_code: userCode } = await startDevice(server);
    const rows = JSON.stringify(await server.database.query("select * from device_sign_ins"));
    expect(rows).not.toContain(code);
    expect(rows).not.toContain(userCode);
    expect(rows).not.toContain(userCode.replace("-", ""));
  });

  it("waits for the user, opens a session of the chosen company, and audits who approved what", async () => {
    const { person, browser, code, userCode } = await beginSignIn(server);
    expectError(await poll(server, code), "AUTHORIZATION_PENDING");
    const found = await browser.fetch("/api/auth/device/find", { userCode: userCode.toLowerCase().replace("-", " ") });
    expect(found.body.data).toEqual({
      hostName: "laptop",
      clientVersion: "briksync 1.2.3",
      ip: "127.0.0.1",
      createdOn: expect.any(String),
      expiresOn: expect.any(String),
    });
    expect((await approve(browser, userCode, person.companyId)).status).toBe(204);
    const { status, body } = await poll(server, code);
    expect([status, Object.keys(body).sort()]).toEqual([
      200,
      ["access_token", "expires_in", "refresh_token", "token_type"],
    ]);
    expect((await getMe(server, body.access_token)).body).toMatchObject({
      user: { email: person.email },
      activeCompany: { id: person.companyId },
    });
    expect((await refresh(server, body.refresh_token)).status).toBe(200);
    const events = (await server.call("GET", `${auth}/audit?limit=10`, { token: person.token })).body;
    const about = { hostName: "laptop", clientVersion: "briksync 1.2.3", deviceIp: "127.0.0.1" };
    const list = (events.data ?? events) as { action: string; details: object }[];
    expect(list.find(({ action }) => action === "session.device_approved")?.details).toMatchObject(about);
    expect(list.find(({ action, details }) => action === "session.signed_in" && "hostName" in details)).toBeDefined();
  });

  it("RFC 8628 3.5 asks a device that polls too often to wait 5 seconds longer each time", async () => {
    const patient = await useTestServer();
    const { code } = await beginSignIn(patient);
    expectError(await poll(patient, code), "AUTHORIZATION_PENDING");
    expectError(await poll(patient, code), "SLOW_DOWN");
    patient.clock.advance(5_000);
    expectError(await poll(patient, code), "SLOW_DOWN");
    patient.clock.advance(15_000);
    expectError(await poll(patient, code), "AUTHORIZATION_PENDING");
    patient.clock.advance(10_000);
    expectError(await poll(patient, code), "SLOW_DOWN");
  });

  it("RFC 8628 3.5 reports that the user denied the sign-in, for as long as the code is valid", async () => {
    const { browser, code, userCode, person } = await beginSignIn(server);
    expect((await browser.fetch("/api/auth/device/deny", { userCode })).status).toBe(204);
    expectError(await poll(server, code), "ACCESS_DENIED");
    expectError(await poll(server, code), "ACCESS_DENIED");
    expect((await approve(browser, userCode, person.companyId)).status).toBe(404);
  });

  it("RFC 8628 5.1 returns the same response for wrong, used, denied and expired codes", async () => {
    const patient = await useTestServer();
    const { browser, person } = await beginSignIn(patient);
    const used = await startDevice(patient);
    await approve(browser, used.user_code, person.companyId);
    const expired = await startDevice(patient);
    const describeRefusals = async (userCode: string) => {
      const { companyId } = person;
      const responses = [
        await browser.fetch("/api/auth/device/find", { userCode }),
        await browser.fetch("/api/auth/device/approve", { userCode, companyId }),
        await browser.fetch("/api/auth/device/deny", { userCode }),
      ];
      return responses.map(({ status, body }) => ({ status, ...body, requestId: null }));
    };
    const wrong = await describeRefusals("BCDF-GHJK");
    expect(wrong.map(({ status }) => status)).toEqual([404, 404, 404]);
    expect(await describeRefusals(used.user_code)).toEqual(wrong);
    patient.clock.advance(600_000);
    expect(await describeRefusals(expired.user_code)).toEqual(wrong);
    expect(await describeRefusals("not a code")).toEqual(wrong);
    expectError(await poll(patient, expired.device_code), "DEVICE_CODE_EXPIRED");
  });

  it("RFC 8628 5.1 limits guesses per session, also with other codes and calls, and per network", async () => {
    const patient = await useTestServer();
    const { browser } = await beginSignIn(patient);
    const guess = async (from = browser) =>
      (await from.fetch("/api/auth/device/find", { userCode: "BCDF-GHJK" })).status;
    for (let guesses = 0; guesses < 10; guesses++) expect(await guess()).toBe(404);
    expect(await guess()).toBe(429);
    // A correct code is refused too. Otherwise, the limit would not slow down guessing.
    const { user_code: userCode } = await startDevice(patient);
    expect((await browser.fetch("/api/auth/device/find", { userCode })).status).toBe(429);
    const statuses: number[] = [];
    for (let people = 0; people < 3; people++) {
      const other = await openBrowser(patient, await createPerson(patient.deps));
      for (let guesses = 0; guesses < 10; guesses++) statuses.push(await guess(other));
    }
    expect(statuses.filter((status) => status === 404).length).toBe(20);
    patient.clock.advance(30_000);
    expect(await guess()).toBe(404);
  });

  it("RFC 8628 5.2 limits started and open sign-ins", async () => {
    const patient = await useTestServer();
    const statuses: string[] = [];
    for (let starts = 0; starts < 21; starts++)
      statuses.push("device_code" in (await startDevice(patient)) ? "ok" : "no");
    expect(statuses.filter((status) => status === "ok").length).toBe(20);
    for (let minutes = 0; minutes < 9; minutes++) {
      patient.clock.advance(60_000);
      for (let starts = 0; starts < 10; starts++) await startDevice(patient);
    }
    expect(await patient.deps.store.deviceSignIns.countOpen(patient.clock.now().toISOString(), null)).toBe(50);
    patient.clock.advance(660_000);
    expect("device_code" in (await startDevice(patient))).toBe(true);
    expect((await removeExpired(patient.deps)).device_sign_in).toBe(50);
  });

  it("RFC 8628 5.2 treats made-up device codes as expired ones, without a write", async () => {
    for (const code of ["x", "dev_", `dev_${"0".repeat(48)}`])
      expectError(await poll(server, code), "DEVICE_CODE_EXPIRED");
  });

  it("RFC 8628 5.4 refuses names that could mislead the user", async () => {
    for (const name of ["", " ", "a\nb", "a\u202eb", "a\u200bb", "x".repeat(101)]) {
      expect(await startDevice(server, { host_name: name })).toMatchObject({ error: { type: "VALIDATION_FAILED" } });
    }
  });

  it("accepts decisions only from pages of this server with their cookie, and not with a token", async () => {
    const { browser, userCode, person } = await beginSignIn(server);
    for (const verb of ["find", "approve", "deny"]) {
      const json = { userCode, ...(verb === "approve" && { companyId: person.companyId }) };
      const path = `/api/auth/device/${verb}`;
      const headers = { "sec-fetch-site": "same-origin" };
      expect((await server.call("POST", path, { json, headers, token: person.token })).status).toBe(401);
      expect((await browser.fetch(path, json, { "sec-fetch-site": "cross-site" })).status).toBe(403);
    }
  });

  it("names the form that a grant needs", async () => {
    const send = (fields: Record<string, string>) =>
      server.call("POST", `${auth}/token`, {
        headers: { "content-type": "application/x-www-form-urlencoded" },
        body: new URLSearchParams(fields).toString(),
      });
    const grant_type = "urn:ietf:params:oauth:grant-type:device_code";
    expect((await send({ grant_type })).body.error.message).toBe("device_code is missing");
    expect((await send({ grant_type: "password" })).body.error.message).toBe(
      `grant_type must be one of urn:ietf:params:oauth:grant-type:token-exchange, ${grant_type}`,
    );
    expectError(await send({}), "VALIDATION_FAILED");
    expectError(await send({ grant_type, device_code: "x", scope: "all" }), "VALIDATION_FAILED");
    expectError(await send({ grant_type, device_code: "x", client_id: "any" }), "DEVICE_CODE_EXPIRED");
  });
});
