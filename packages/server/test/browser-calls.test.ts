import { describe, expect, it } from "vitest";
import { Browser, foreignPages, publicUrl } from "./support/browser.ts";
import { useBrowsers } from "./support/browser-sign-in.ts";
import { expectError } from "./support/expect-error.ts";
import type { Answer } from "./support/http-client.ts";
import { createProvided } from "./support/hybrid-server.ts";
import { useTestServer } from "./support/lifetimes.ts";
import { createPerson, otherPassword, type Person, signInPerson } from "./support/people.ts";
import type { TestServer } from "./support/start-server.ts";

const auth = "/external/v1/auth";
const cookieName = "__Host-briksync_session";
const form = "application/x-www-form-urlencoded";

const useServer = (environment: Record<string, string> = {}): Promise<TestServer> =>
  useTestServer({ PUBLIC_URL: publicUrl, ...environment });

const signIn = (browser: Browser, { email, password }: Person, returnTo?: string): Promise<Answer> =>
  browser.open("/api/auth/signin", { email, password, ...(returnTo !== undefined && { returnTo }) });

/** Signs a person in with the form. */
async function open(server: TestServer, person: Person): Promise<Browser> {
  const browser = new Browser({ server });
  expect((await signIn(browser, person)).headers.location).toBe("/settings/api-access");
  return browser;
}

const getToken = async (browser: Browser): Promise<string> =>
  (await browser.fetch("/api/auth/token")).body.data.accessToken;

/** Error body of the calls of pages. */
const refusal = (status: number, code: string) => ({ status, body: { data: null, code } });

describe("signing in with the form", () => {
  it("D-05 gives the browser cookies, ends its previous session, and returns to the page", async () => {
    const server = await useServer();
    const person = await createPerson(server.deps, { username: "ada" });
    const browser = new Browser({ server });
    const answer = await signIn(browser, person, "/settings/audit?action=key.created");
    expect([answer.status, answer.headers.location]).toEqual([303, "/settings/audit?action=key.created"]);
    expect(answer.headers["set-cookie"]).toEqual([
      expect.stringMatching(
        /^__Host-briksync_session=[\w-]{43}; Path=\/; Max-Age=43200; HttpOnly; Secure; SameSite=Lax$/,
      ),
      expect.stringMatching(
        /^__Host-briksync_device=[\w-]{43}; Path=\/; Max-Age=31536000; HttpOnly; Secure; SameSite=Lax$/,
      ),
    ]);
    const before = browser.copy();
    const token = await getToken(browser);
    await signIn(browser, { ...person, email: "Ada" });
    expect(await before.fetch("/api/auth/token")).toMatchObject(refusal(401, "UNAUTHORIZED"));
    expectError(await server.call("GET", `${auth}/me`, { token }), "UNAUTHORIZED");
    expect((await browser.open("/login")).text).toContain(`Signed in as ${person.email}`);
  });

  it("S-04 leads every wrong pair to one page without a cookie, and keeps where the user wanted to go", async () => {
    const server = await useServer();
    const person = await createPerson(server.deps);
    const disabled = await createPerson(server.deps);
    await server.deps.store.transact(({ users }) => users.setDisabled(disabled.userId, new Date().toISOString()));
    for (const pair of [
      { ...person, password: "wrong" },
      { ...person, password: "" },
      { ...person, password: "x".repeat(5000) },
      { ...person, email: "nobody@partner.example" },
      { ...person, email: "" },
      { ...person, email: "x".repeat(400) },
      disabled,
    ]) {
      const answer = await signIn(new Browser({ server }), pair);
      expect([answer.status, answer.headers.location, answer.headers["set-cookie"]]).toEqual([
        303,
        "/login?auth=failed",
        undefined,
      ]);
    }
    const answer = await signIn(new Browser({ server }), { ...person, password: "wrong" }, "/settings/audit");
    expect(answer.headers.location).toBe("/login?auth=failed&returnTo=%2Fsettings%2Faudit");
    const { token } = await signInPerson(server, person);
    // Failures are written together, after a moment.
    const listActions = async (): Promise<string[]> =>
      (await server.call("GET", `${auth}/audit`, { token })).body.map(({ action }: { action: string }) => action);
    await expect.poll(listActions, { timeout: 20_000 }).toContain("session.sign_in_failed");
  });

  it("S-05 counts failures together with those of the API, and knows the device afterwards", async () => {
    const server = await useServer();
    const person = await createPerson(server.deps);
    const known = await open(server, person);
    for (let attempt = 0; attempt < 10; attempt++) {
      const json = { email: person.email, password: "wrong" };
      expectError(await server.call("POST", `${auth}/signin`, { json }), "SIGN_IN_FAILED");
    }
    const stranger = await signIn(new Browser({ server }), person);
    expect(stranger.headers.location).toBe("/login?auth=too_many_attempts");
    expect((await signIn(known, person)).headers.location).toBe("/settings/api-access");
  });

  it("D-05 sends users with an initial password to the password form first", async () => {
    const server = await useServer();
    const person = await createPerson(server.deps, { mustChangePassword: true });
    const browser = new Browser({ server });
    const { headers } = await signIn(browser, person, "/settings/audit");
    expect(headers.location).toBe("/settings/account?returnTo=%2Fsettings%2Faudit");
    const token = await getToken(browser);
    expectError(await server.call("GET", `${auth}/keys`, { token }), "PASSWORD_CHANGE_REQUIRED");
    const passwords = { currentPassword: person.password, newPassword: otherPassword };
    expect((await browser.fetch("/api/auth/password", passwords)).status).toBe(204);
    expect((await server.call("GET", `${auth}/keys`, { token })).status).toBe(200);
  });
});

describe("the calls of a page", () => {
  it("D-04 issue access tokens without a refresh token, which sign-out ends immediately", async () => {
    const server = await useServer({ ACCESS_TOKEN_TTL: "600" });
    const person = await createPerson(server.deps);
    const browser = await open(server, person);
    const { status, body, headers } = await browser.fetch("/api/auth/token");
    expect([status, headers["cache-control"], headers["set-cookie"]]).toEqual([200, "no-store", undefined]);
    expect(body).toEqual({
      data: { accessToken: expect.any(String), expiresIn: 600, sessionEndsOn: expect.any(String) },
      error: null,
    });
    const { accessToken: token, sessionEndsOn } = body.data;
    const leftMs = Date.parse(sessionEndsOn) - server.clock.now().getTime();
    expect(Math.round(leftMs / 60_000)).toBe(12 * 60);
    expect((await server.call("GET", `${auth}/keys`, { token })).status).toBe(200);
    const gone = browser.copy();
    const out = await browser.open("/api/auth/signout", {});
    expect([out.status, out.headers.location]).toEqual([303, "/login?auth=signed_out"]);
    expectError(await server.call("GET", `${auth}/keys`, { token }), "UNAUTHORIZED");
    expect(await gone.fetch("/api/auth/token")).toMatchObject(refusal(401, "UNAUTHORIZED"));
  });

  it("D-05 end with the session after twelve hours, also their tokens", async () => {
    const server = await useServer({ ACCESS_TOKEN_TTL: "86400" });
    const browser = await open(server, await createPerson(server.deps));
    server.clock.advance((12 * 60 * 60 - 60) * 1000);
    const { data } = (await browser.fetch("/api/auth/token")).body;
    expect(data.expiresIn).toBeGreaterThan(0);
    expect(data.expiresIn).toBeLessThanOrEqual(60);
    server.clock.advance(61_000);
    expectError(await server.call("GET", `${auth}/me`, { token: data.accessToken }), "UNAUTHORIZED");
    expect(await browser.fetch("/api/auth/token")).toMatchObject(refusal(401, "UNAUTHORIZED"));
  });

  it("D-05 refuse pages of other origins before they read a body, and change nothing", async () => {
    const server = await useServer();
    const person = await createPerson(server.deps);
    const browser = await open(server, person);
    const cookie = `${cookieName}=${browser.cookies.get(cookieName)}`;
    for (const headers of foreignPages) {
      for (const path of ["token", "password", "company", "signout", "signin", "start"]) {
        // A body of a type that the server would refuse, if it looked at it.
        const call = { headers: { cookie, "content-type": "application/x-unknown", ...headers }, body: "{" };
        const answer = await server.call("POST", `/api/auth/${path}`, call);
        expect(answer, `${path} ${JSON.stringify(headers)}`).toMatchObject(refusal(403, "FORBIDDEN"));
        expect(answer.headers["set-cookie"]).toBeUndefined();
      }
    }
    expect((await browser.fetch("/api/auth/token")).status).toBe(200);
  });

  it("D-05 accept browsers without Fetch Metadata from PUBLIC_URL, or from the loopback address by default", async () => {
    for (const [server, origin] of [
      [await useServer(), publicUrl],
      [await useTestServer(), undefined],
    ] as const) {
      const { email, password } = await createPerson(server.deps);
      const body = new URLSearchParams({ email, password }).toString();
      const headers = { "content-type": form, origin: origin ?? server.url };
      const answer = await server.call("POST", "/api/auth/signin", { headers, body });
      expect(answer.headers.location).toBe("/settings/api-access");
    }
    const open = await useTestServer({ HOST: "0.0.0.0" });
    const headers = { "content-type": form, origin: open.url };
    expect((await open.call("POST", "/api/auth/signin", { headers, body: "" })).status).toBe(403);
  });

  it("D-05 a link of another site asks before it signs out", async () => {
    const server = await useServer();
    const browser = await open(server, await createPerson(server.deps));
    for (const headers of [{ "sec-fetch-site": "cross-site" }, { "sec-fetch-site": "same-site" }]) {
      const asked = await browser.open("/api/auth/signout", undefined, headers);
      expect([asked.status, asked.headers["set-cookie"]]).toEqual([200, undefined]);
      expect(asked.text).toContain("Sign out of BrikSync?");
    }
    expect((await browser.fetch("/api/auth/token")).status).toBe(200);
    const typed = await browser.open("/api/auth/signout", undefined, { "sec-fetch-site": "none" });
    expect(typed.headers.location).toBe("/login?auth=signed_out");
  });

  it("D-05 switch the company without a refresh token, which the API does not give either", async () => {
    const server = await useServer();
    const person = await createPerson(server.deps, { company: "Acme" });
    await createPerson(server.deps, { email: person.email, company: "Globex" });
    const stranger = await createPerson(server.deps);
    const browser = await open(server, person);
    const token = await getToken(browser);
    const { body: me } = await server.call("GET", `${auth}/me`, { token });
    const other = me.companies.find(({ id }: { id: string }) => id !== me.activeCompany.id);
    const refused = await server.call("POST", `${auth}/switch-company`, { token, json: { companyId: other.id } });
    expect(expectError(refused, "FORBIDDEN")).toContain("belongs to a browser");
    expect((await server.call("GET", `${auth}/me`, { token })).body.activeCompany.id).toBe(me.activeCompany.id);

    expect(await browser.fetch("/api/auth/company", { companyId: stranger.companyId })).toMatchObject(
      refusal(403, "FORBIDDEN"),
    );
    expect((await browser.fetch("/api/auth/company", { companyId: 7 })).status).toBe(422);
    const switched = await browser.fetch("/api/auth/company", { companyId: other.id });
    expect([switched.status, Object.keys(switched.body.data).sort()]).toEqual([
      200,
      ["accessToken", "expiresIn", "sessionEndsOn"],
    ]);
    for (const current of [switched.body.data.accessToken, await getToken(browser)]) {
      expect((await server.call("GET", `${auth}/me`, { token: current })).body.activeCompany.id).toBe(other.id);
    }
  });

  it("D-05 change the password: the browser gets a new cookie, and all other sessions end", async () => {
    const server = await useServer();
    const person = await createPerson(server.deps);
    const browser = await open(server, person);
    const elsewhere = await open(server, person);
    const before = browser.copy();
    const change = (currentPassword: string, newPassword: string): Promise<Answer> =>
      browser.fetch("/api/auth/password", { currentPassword, newPassword });
    expect(await change("wrong", otherPassword)).toMatchObject(refusal(401, "SIGN_IN_FAILED"));
    const short = await change(person.password, "short");
    expect(short).toMatchObject(refusal(422, "VALIDATION_FAILED"));
    expect(short.body.error).toContain("At least 15 are required");
    expect((await browser.fetch("/api/auth/token")).status).toBe(200);
    const token = await getToken(browser);
    expect((await change(person.password, otherPassword)).status).toBe(204);
    for (const ended of [before, elsewhere]) {
      expect(await ended.fetch("/api/auth/token")).toMatchObject(refusal(401, "UNAUTHORIZED"));
    }
    expect((await browser.fetch("/api/auth/token")).status).toBe(200);
    expect((await server.call("GET", `${auth}/me`, { token })).status).toBe(200);
    await open(server, { ...person, password: otherPassword });
  });

  it("S-63 refuse made-up cookies, and cookies twice", async () => {
    const server = await useServer();
    const browser = await open(server, await createPerson(server.deps));
    const real = browser.cookies.get(cookieName) ?? "";
    const headers = { "sec-fetch-site": "same-origin" };
    for (const cookie of ["", "x", "x".repeat(2000), `${real}x`, `${real}; ${cookieName}=${real}`]) {
      const call = { headers: { ...headers, cookie: `${cookieName}=${cookie}` } };
      for (const path of ["token", "password", "company"]) {
        const json = path === "token" ? {} : { companyId: "x", currentPassword: "x", newPassword: "y" };
        const answer = await server.call("POST", `/api/auth/${path}`, { ...call, json });
        expect([401, 422]).toContain(answer.status);
      }
    }
  });
});

describe("signing in with the form, with Supabase", () => {
  it("D-05 asks Supabase, ends what it issued, and changes the password there", async () => {
    const hybrid = await useBrowsers();
    const { server, supabase } = hybrid;
    const person = await createProvided(hybrid);
    const isOpen = ({ isEnded }: { isEnded: boolean }): boolean => !isEnded;
    const openBefore = supabase.project.sessions.filter(isOpen).length;
    const browser = await open(server, person);
    expect(supabase.project.sessions.filter(isOpen)).toHaveLength(openBefore);
    const token = await getToken(browser);
    expect((await server.call("GET", `${auth}/me`, { token })).body.user.email).toBe(person.email);

    const wrong = await signIn(new Browser({ server }), { ...person, password: "wrong" });
    expect(wrong.headers.location).toBe("/login?auth=failed");
    const change = (currentPassword: string): Promise<Answer> =>
      browser.fetch("/api/auth/password", { currentPassword, newPassword: otherPassword });
    expect(await change("wrong")).toMatchObject(refusal(401, "SIGN_IN_FAILED"));
    expect((await change(person.password)).status).toBe(204);
    expect(person.account.password).toBe(otherPassword);
    expect(supabase.project.sessions.filter(isOpen)).toHaveLength(0);
    expect((await browser.fetch("/api/auth/token")).status).toBe(200);
    await open(server, { ...person, password: otherPassword });
  });

  it("S-04 refuses users of Supabase who are not invited like a wrong password", async () => {
    const hybrid = await useBrowsers();
    const { supabase, server } = hybrid;
    const user = supabase.project.addUser({ email: "stranger@partner.example", password: otherPassword });
    const person = { ...(await createPerson(server.deps)), email: user.email, password: otherPassword };
    const answer = await signIn(new Browser({ server }), person);
    expect(answer.headers.location).toBe("/login?auth=failed");
    expect(supabase.project.sessions.filter(({ isEnded }) => !isEnded)).toHaveLength(0);
  });

  it("S-50 says that sign-in is unavailable if Supabase does not answer", async () => {
    const hybrid = await useBrowsers();
    const person = await createProvided(hybrid);
    await hybrid.supabase.close();
    const answer = await signIn(new Browser(hybrid), person);
    expect(answer.headers.location).toBe("/login?auth=temporarily_unavailable");
  });
});
