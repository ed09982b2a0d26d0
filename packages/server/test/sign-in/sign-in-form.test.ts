import { describe, expect, it } from "vitest";
import { Browser, describeRefusal, getPageToken, openBrowser, publicUrl, signInWithForm } from "../support/browser.ts";
import { useBrowsers } from "../support/browser-sign-in.ts";
import { expectError } from "../support/expect-error.ts";
import type { HttpResponse } from "../support/http-client.ts";
import { createSupabasePerson } from "../support/hybrid-server.ts";
import { useTestServer } from "../support/lifetimes.ts";
import { createPerson, otherPassword, signInPerson } from "../support/people.ts";
import type { TestServer } from "../support/start-server.ts";

const auth = "/external/v1/auth";

const useServer = (environment: Record<string, string> = {}): Promise<TestServer> =>
  useTestServer({ PUBLIC_URL: publicUrl, ...environment });

describe("signing in with the form", () => {
  it("D-05 sets cookies, ends the browser's previous session, and returns to the page", async () => {
    const server = await useServer();
    const person = await createPerson(server.deps, { username: "ada" });
    const browser = new Browser({ server });
    const response = await signInWithForm(browser, person, "/settings/audit?action=key.created");
    expect([response.status, response.headers.location]).toEqual([303, "/settings/audit?action=key.created"]);
    expect(response.headers["set-cookie"]).toEqual([
      expect.stringMatching(
        /^__Host-briksync_session=[\w-]{43}; Path=\/; Max-Age=43200; HttpOnly; Secure; SameSite=Lax$/,
      ),
      expect.stringMatching(
        /^__Host-briksync_device=[\w-]{43}; Path=\/; Max-Age=31536000; HttpOnly; Secure; SameSite=Lax$/,
      ),
    ]);
    const before = browser.copy();
    const token = await getPageToken(browser);
    await signInWithForm(browser, { ...person, email: "Ada" });
    expect(await before.fetch("/api/auth/token")).toMatchObject(describeRefusal(401, "UNAUTHORIZED"));
    expectError(await server.call("GET", `${auth}/me`, { token }), "UNAUTHORIZED");
    expect((await browser.open("/login")).text).toContain(`Signed in as ${person.email}`);
  });

  it("S-03 accepts the longest password that a user can have", async () => {
    const server = await useServer();
    // Each of these characters takes three bytes.
    const password = String.fromCodePoint(...Array.from({ length: 341 }, (_, index) => 0x4e00 + 7 * index));
    const person = await createPerson(server.deps, { password });
    const response = await signInWithForm(new Browser({ server }), person);
    expect(response.headers.location).toBe("/settings/api-access");
  });

  it("S-04 sends every wrong pair to one page without a cookie, and keeps the requested page", async () => {
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
      const response = await signInWithForm(new Browser({ server }), pair);
      expect([response.status, response.headers.location, response.headers["set-cookie"]]).toEqual([
        303,
        "/login?auth=failed",
        undefined,
      ]);
    }
    const response = await signInWithForm(new Browser({ server }), { ...person, password: "wrong" }, "/settings/audit");
    expect(response.headers.location).toBe("/login?auth=failed&returnTo=%2Fsettings%2Faudit");
    const { token } = await signInPerson(server, person);
    // The server writes failures in batches, after a moment.
    const listActions = async (): Promise<string[]> =>
      (await server.call("GET", `${auth}/audit`, { token })).body.map(({ action }: { action: string }) => action);
    await expect.poll(listActions).toContain("session.sign_in_failed");
  });

  it("S-05 counts failures together with those of the API, and knows the device afterwards", async () => {
    const server = await useServer();
    const person = await createPerson(server.deps);
    const known = await openBrowser(server, person);
    for (let attempt = 0; attempt < 10; attempt++) {
      const json = { email: person.email, password: "wrong" };
      expectError(await server.call("POST", `${auth}/signin`, { json }), "SIGN_IN_FAILED");
    }
    const stranger = await signInWithForm(new Browser({ server }), person);
    expect(stranger.headers.location).toBe("/login?auth=too_many_attempts");
    expect((await signInWithForm(known, person)).headers.location).toBe("/settings/api-access");
  });

  it("D-05 sends users with an initial password to the password form first", async () => {
    const server = await useServer();
    const person = await createPerson(server.deps, { mustChangePassword: true });
    const browser = new Browser({ server });
    const { headers } = await signInWithForm(browser, person, "/settings/audit");
    expect(headers.location).toBe("/settings/account?returnTo=%2Fsettings%2Faudit");
    const token = await getPageToken(browser);
    expectError(await server.call("GET", `${auth}/keys`, { token }), "PASSWORD_CHANGE_REQUIRED");
    const passwords = { currentPassword: person.password, newPassword: otherPassword };
    expect((await browser.fetch("/api/auth/password", passwords)).status).toBe(204);
    expect((await server.call("GET", `${auth}/keys`, { token })).status).toBe(200);
  });
});

describe("signing in with the form, with Supabase", () => {
  it("D-05 checks the password at Supabase, ends its session, and changes the password there", async () => {
    const hybrid = await useBrowsers();
    const { server, supabase } = hybrid;
    const person = await createSupabasePerson(hybrid);
    const isOpen = ({ isEnded }: { isEnded: boolean }): boolean => !isEnded;
    const openBefore = supabase.project.sessions.filter(isOpen).length;
    const browser = await openBrowser(server, person);
    expect(supabase.project.sessions.filter(isOpen)).toHaveLength(openBefore);
    const token = await getPageToken(browser);
    expect((await server.call("GET", `${auth}/me`, { token })).body.user.email).toBe(person.email);

    const wrong = await signInWithForm(new Browser({ server }), { ...person, password: "wrong" });
    expect(wrong.headers.location).toBe("/login?auth=failed");
    const change = (currentPassword: string): Promise<HttpResponse> =>
      browser.fetch("/api/auth/password", { currentPassword, newPassword: otherPassword });
    expect(await change("wrong")).toMatchObject(describeRefusal(401, "SIGN_IN_FAILED"));
    expect((await change(person.password)).status).toBe(204);
    expect(person.account.password).toBe(otherPassword);
    expect(supabase.project.sessions.filter(isOpen)).toHaveLength(0);
    expect((await browser.fetch("/api/auth/token")).status).toBe(200);
    await openBrowser(server, { ...person, password: otherPassword });
  });

  it("S-04 refuses uninvited Supabase users in the same way as a wrong password", async () => {
    const hybrid = await useBrowsers();
    const { supabase, server } = hybrid;
    const user = supabase.project.addUser({ email: "stranger@partner.example", password: otherPassword });
    const person = { ...(await createPerson(server.deps)), email: user.email, password: otherPassword };
    const response = await signInWithForm(new Browser({ server }), person);
    expect(response.headers.location).toBe("/login?auth=failed");
    expect(supabase.project.sessions.filter(({ isEnded }) => !isEnded)).toHaveLength(0);
  });

  it("S-50 reports that sign-in is unavailable if Supabase does not respond", async () => {
    const hybrid = await useBrowsers();
    const person = await createSupabasePerson(hybrid);
    await hybrid.supabase.close();
    const response = await signInWithForm(new Browser(hybrid), person);
    expect(response.headers.location).toBe("/login?auth=temporarily_unavailable");
  });
});
