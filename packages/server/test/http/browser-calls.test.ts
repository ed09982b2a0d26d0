import { describe, expect, it } from "vitest";
import {
  Browser,
  describeRefusal,
  foreignPages,
  getPageToken,
  openBrowser,
  publicUrl,
  signInWithForm,
} from "../support/browser.ts";
import { findSecrets } from "../support/canary.ts";
import { expectError } from "../support/expect-error.ts";
import { createHttpClient, type HttpResponse } from "../support/http-client.ts";
import { useDependencies, useServerProcess, useTestDatabase, useTestServer } from "../support/lifetimes.ts";
import { createPerson, otherPassword, signInPerson } from "../support/people.ts";
import type { TestServer } from "../support/start-server.ts";

const auth = "/external/v1/auth";
const cookieName = "__Host-briksync_session";
const form = "application/x-www-form-urlencoded";

const useServer = (environment: Record<string, string> = {}): Promise<TestServer> =>
  useTestServer({ PUBLIC_URL: publicUrl, ...environment });

describe("the calls of a page", () => {
  it("D-04 issue access tokens without a refresh token, which sign-out ends immediately", async () => {
    const server = await useServer({ ACCESS_TOKEN_TTL: "600" });
    const person = await createPerson(server.deps);
    const browser = await openBrowser(server, person);
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
    expect(await gone.fetch("/api/auth/token")).toMatchObject(describeRefusal(401, "UNAUTHORIZED"));
  });

  it("D-05 end with the session after twelve hours, and so do their tokens", async () => {
    const server = await useServer({ ACCESS_TOKEN_TTL: "86400" });
    const browser = await openBrowser(server, await createPerson(server.deps));
    server.clock.advance((12 * 60 * 60 - 60) * 1000);
    const { data } = (await browser.fetch("/api/auth/token")).body;
    expect(data.expiresIn).toBeGreaterThan(0);
    expect(data.expiresIn).toBeLessThanOrEqual(60);
    server.clock.advance(61_000);
    expectError(await server.call("GET", `${auth}/me`, { token: data.accessToken }), "UNAUTHORIZED");
    expect(await browser.fetch("/api/auth/token")).toMatchObject(describeRefusal(401, "UNAUTHORIZED"));
  });

  it("D-05 refuse pages of other origins before the body is read, and change nothing", async () => {
    const server = await useServer();
    const person = await createPerson(server.deps);
    const browser = await openBrowser(server, person);
    const cookie = `${cookieName}=${browser.cookies.get(cookieName)}`;
    for (const headers of foreignPages) {
      const factor = ["second-factor", "second-factor/send", "second-factor/cancel"];
      for (const path of ["token", "password", "company", "signout", "signin", "start", ...factor]) {
        // The server would refuse this content type if it read the body.
        const call = { headers: { cookie, "content-type": "application/x-unknown", ...headers }, body: "{" };
        const response = await server.call("POST", `/api/auth/${path}`, call);
        expect(response, `${path} ${JSON.stringify(headers)}`).toMatchObject(describeRefusal(403, "FORBIDDEN"));
        expect(response.headers["set-cookie"]).toBeUndefined();
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
      const response = await server.call("POST", "/api/auth/signin", { headers, body });
      expect(response.headers.location).toBe("/settings/api-access");
    }
    const open = await useTestServer({ HOST: "0.0.0.0" });
    const headers = { "content-type": form, origin: open.url };
    expect((await open.call("POST", "/api/auth/signin", { headers, body: "" })).status).toBe(403);
  });

  it("D-05 sign out everywhere, including other browsers and API clients", async () => {
    const server = await useServer();
    const person = await createPerson(server.deps);
    const [browser, other] = [await openBrowser(server, person), await openBrowser(server, person)];
    const { token, refreshToken } = await signInPerson(server, person);
    const bystander = await createPerson(server.deps);
    const untouched = await openBrowser(server, bystander);
    expect((await browser.open("/api/auth/signout", { everywhere: "1" })).headers.location).toBe(
      "/login?auth=signed_out",
    );
    expect(await other.fetch("/api/auth/token")).toMatchObject(describeRefusal(401, "UNAUTHORIZED"));
    expectError(await server.call("GET", `${auth}/me`, { token }), "UNAUTHORIZED");
    expectError(await server.call("POST", `${auth}/refresh`, { json: { refreshToken } }), "UNAUTHORIZED");
    expect((await untouched.fetch("/api/auth/token")).status).toBe(200);
    const again = await signInPerson(server, person);
    const { body } = await server.call("GET", `${auth}/audit?action=session.signed_out`, { token: again.token });
    expect(body).toMatchObject([{ details: { endedSessions: 3 } }]);
  });

  it("D-05 sign out through a link on another site only after a confirmation", async () => {
    const server = await useServer();
    const browser = await openBrowser(server, await createPerson(server.deps));
    for (const headers of [{ "sec-fetch-site": "cross-site" }, { "sec-fetch-site": "same-site" }]) {
      const asked = await browser.open("/api/auth/signout", undefined, headers);
      expect([asked.status, asked.headers["set-cookie"]]).toEqual([200, undefined]);
      expect(asked.text).toContain("Sign out of BrikSync?");
    }
    expect((await browser.fetch("/api/auth/token")).status).toBe(200);
    const typed = await browser.open("/api/auth/signout", undefined, { "sec-fetch-site": "none" });
    expect(typed.headers.location).toBe("/login?auth=signed_out");
  });

  it("D-05 switch the company and return no refresh token, and neither does the API", async () => {
    const server = await useServer();
    const person = await createPerson(server.deps, { company: "Acme" });
    await createPerson(server.deps, { email: person.email, company: "Globex" });
    const stranger = await createPerson(server.deps);
    const browser = await openBrowser(server, person);
    const token = await getPageToken(browser);
    const { body: me } = await server.call("GET", `${auth}/me`, { token });
    const other = me.companies.find(({ id }: { id: string }) => id !== me.activeCompany.id);
    const refused = await server.call("POST", `${auth}/switch-company`, { token, json: { companyId: other.id } });
    expect(expectError(refused, "FORBIDDEN")).toContain("belongs to a browser");
    expect((await server.call("GET", `${auth}/me`, { token })).body.activeCompany.id).toBe(me.activeCompany.id);

    expect(await browser.fetch("/api/auth/company", { companyId: stranger.companyId })).toMatchObject(
      describeRefusal(403, "FORBIDDEN"),
    );
    expect((await browser.fetch("/api/auth/company", { companyId: 7 })).status).toBe(422);
    const switched = await browser.fetch("/api/auth/company", { companyId: other.id });
    expect([switched.status, Object.keys(switched.body.data).sort()]).toEqual([
      200,
      ["accessToken", "expiresIn", "sessionEndsOn"],
    ]);
    for (const current of [switched.body.data.accessToken, await getPageToken(browser)]) {
      expect((await server.call("GET", `${auth}/me`, { token: current })).body.activeCompany.id).toBe(other.id);
    }
  });

  it("D-05 change the password: the browser gets a new cookie, and all other sessions end", async () => {
    const server = await useServer();
    const person = await createPerson(server.deps);
    const browser = await openBrowser(server, person);
    const elsewhere = await openBrowser(server, person);
    const before = browser.copy();
    const change = (currentPassword: string, newPassword: string): Promise<HttpResponse> =>
      browser.fetch("/api/auth/password", { currentPassword, newPassword });
    expect(await change("wrong", otherPassword)).toMatchObject(describeRefusal(401, "SIGN_IN_FAILED"));
    const short = await change(person.password, "short");
    expect(short).toMatchObject(describeRefusal(422, "VALIDATION_FAILED"));
    expect(short.body.error).toContain("At least 15 are required");
    expect((await browser.fetch("/api/auth/token")).status).toBe(200);
    const token = await getPageToken(browser);
    expect((await change(person.password, otherPassword)).status).toBe(204);
    for (const ended of [before, elsewhere]) {
      expect(await ended.fetch("/api/auth/token")).toMatchObject(describeRefusal(401, "UNAUTHORIZED"));
    }
    expect((await browser.fetch("/api/auth/token")).status).toBe(200);
    expect((await server.call("GET", `${auth}/me`, { token })).status).toBe(200);
    await openBrowser(server, { ...person, password: otherPassword });
  });

  it("S-63 refuse made-up cookies and duplicate cookies", async () => {
    const server = await useServer();
    const browser = await openBrowser(server, await createPerson(server.deps));
    const real = browser.cookies.get(cookieName) ?? "";
    const headers = { "sec-fetch-site": "same-origin" };
    for (const cookie of ["", "x", "x".repeat(2000), `${real}x`, `${real}; ${cookieName}=${real}`]) {
      const call = { headers: { ...headers, cookie: `${cookieName}=${cookie}` } };
      for (const path of ["token", "password", "company"]) {
        const json = path === "token" ? {} : { companyId: "x", currentPassword: "x", newPassword: "y" };
        const response = await server.call("POST", `/api/auth/${path}`, { ...call, json });
        expect([401, 422]).toContain(response.status);
      }
    }
  });
});

it("D-04 no cookie, token or password of a browser reaches the log or the database", async () => {
  const database = await useTestDatabase();
  const env = { ...database.env, LOG_LEVEL: "trace", PUBLIC_URL: publicUrl };
  const deps = await useDependencies(env);
  const person = await createPerson(deps);
  const server = await useServerProcess(env);
  const browser = new Browser({ server: createHttpClient(server.url) });
  const wrongPassword = "nineteen canary otters, by mistake";
  await signInWithForm(browser, { ...person, password: wrongPassword });
  await signInWithForm(browser, person);
  const readSession = (): string => browser.cookies.get(cookieName) ?? "";
  const device = browser.cookies.get("__Host-briksync_device") ?? "";
  const secrets: Record<string, string> = { wrongPassword, password: person.password, device, cookie: readSession() };
  secrets["token"] = await getPageToken(browser);
  await browser.fetch("/api/auth/token", undefined, { "sec-fetch-site": "cross-site" });
  await browser.fetch("/api/auth/company", { companyId: person.companyId });
  await browser.fetch("/api/auth/password", { currentPassword: wrongPassword, newPassword: otherPassword });
  await browser.fetch("/api/auth/password", { currentPassword: person.password, newPassword: otherPassword });
  secrets["newPassword"] = otherPassword;
  secrets["newCookie"] = readSession();
  await browser.open("/api/auth/signout", {});
  expect(new Set(Object.values(secrets)).size).toBe(7);
  await server.stop();
  expect(server.stdout()).toContain("/api/auth/password");
  expect(findSecrets(`${server.stdout()}${server.stderr()}`, secrets)).toEqual([]);
  for (const content of await database.readBytes()) expect(findSecrets(content, secrets)).toEqual([]);
});
