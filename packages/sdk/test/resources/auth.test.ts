import { inspect } from "node:util";
import { expect, it } from "vitest";
import { BrikSync, createMemorySessionStore, Secret } from "../../src/index.ts";
import { FakeBrikSync } from "../../src/testing.ts";
import { catchError } from "../support/catch-error.ts";
import { collectAll } from "../support/collect-all.ts";

const credentials = { email: "ada@partner.com", password: "correct horse battery staple" };

it("signs in and returns the session with the documented fields", async () => {
  const fake = new FakeBrikSync({ now: () => new Date() });
  const result = await new BrikSync({ fetch: fake.fetch }).auth.signIn(credentials);
  expect(result.user).toMatchObject({ firstName: "Ada", lastName: "Lovelace", mustChangePassword: false });
  expect(result.activeCompany).toEqual({ id: fake.company.id, name: "Acme Corp" });
  expect(result.companies).toEqual([{ id: fake.company.id, name: "Acme Corp", privilege: 1 }]);
  expect(result.session).toMatchObject({ accessToken: result.accessToken, refreshToken: result.refreshToken });
  expect(fake.calls[0]?.headers.get("authorization")).toBeNull();
  expect(fake.calls[0]?.body).toEqual(credentials);
});

it("saves the session of a sign-in only if it has a store", async () => {
  const fake = new FakeBrikSync();
  const store = createMemorySessionStore();
  const kept = new BrikSync({ fetch: fake.fetch, session: store });
  const { session } = await kept.auth.signIn(credentials);
  expect(await store.load()).toEqual(session);
  expect((await kept.auth.getSession()).user.email).toBe("ada@partner.com");

  const forgetful = new BrikSync({ fetch: fake.fetch });
  await forgetful.auth.signIn(credentials);
  expect(await catchError(forgetful.auth.getSession())).toMatchObject({ type: "NOT_SIGNED_IN" });

  const fixed = new BrikSync({ fetch: fake.fetch, session: fake.addSession() });
  fake.expireAccessTokens();
  await fixed.auth.signIn(credentials);
  expect(fake.calls.filter(({ operation }) => operation === "refreshSession")).toHaveLength(0);
  await fixed.auth.getSession();
  expect(fake.calls.filter(({ operation }) => operation === "refreshSession")).toHaveLength(1);
});

it("S-61 returns a device token, and the same one again if a sign-in presents it", async () => {
  const fake = new FakeBrikSync();
  fake.addUser({ email: "grace@partner.com", password: credentials.password });
  const client = new BrikSync({ fetch: fake.fetch });
  const { deviceToken = "", session } = await client.auth.signIn(credentials);
  expect(deviceToken).not.toBe("");
  expect(session).not.toHaveProperty("deviceToken");
  expect((await client.auth.signIn({ ...credentials, deviceToken })).deviceToken).toBe(deviceToken);
  expect((await client.auth.signIn({ ...credentials, deviceToken: new Secret(deviceToken) })).deviceToken).toBe(
    deviceToken,
  );
  expect(fake.calls.at(-1)?.body).toEqual({ ...credentials, deviceToken });
  // A token of another user, an unknown token and no token have the same effect: each gets a new token.
  const grace = { ...credentials, email: "grace@partner.com" };
  for (const input of [
    { ...grace, deviceToken },
    { ...grace, deviceToken: "made up" },
    { ...grace, deviceToken: undefined },
  ]) {
    const other = (await client.auth.signIn(input)).deviceToken;
    expect(other).not.toBe(deviceToken);
    expect(other).toEqual(expect.any(String));
  }
  expect((await client.auth.signIn({ ...credentials, deviceToken })).deviceToken).toBe(deviceToken);
});

it("S-61 returns no device token on refresh, and forgets other devices on a password change", async () => {
  const fake = new FakeBrikSync();
  const here = new BrikSync({ fetch: fake.fetch, session: createMemorySessionStore() });
  const { deviceToken: ownToken } = await here.auth.signIn(credentials);
  expect(await here.auth.refresh()).not.toHaveProperty("deviceToken");
  const { deviceToken: otherToken } = await new BrikSync({ fetch: fake.fetch }).auth.signIn(credentials);
  const newPassword = "another long enough phrase";
  await here.auth.changePassword({ currentPassword: credentials.password, newPassword });
  const next = { ...credentials, password: newPassword };
  expect((await here.auth.signIn({ ...next, deviceToken: ownToken })).deviceToken).toBe(ownToken);
  expect((await here.auth.signIn({ ...next, deviceToken: otherToken })).deviceToken).not.toBe(otherToken);
});

it("S-61 K-04 removes the device token from an error message of the server", async () => {
  const deviceToken = "device-token-that-must-not-show";
  const fetch = async (): Promise<Response> =>
    Response.json({ error: { code: 401, message: `no such ${deviceToken}` } }, { status: 401 });
  const client = new BrikSync({ fetch });
  const error = await catchError(client.auth.signIn({ ...credentials, deviceToken }));
  expect(error.message).toContain("no such");
  expect(`${inspect(error)} ${JSON.stringify(error)}`).not.toContain(deviceToken);
});

it("reports a wrong password without repeating it", async () => {
  const fake = new FakeBrikSync();
  const error = await catchError(
    new BrikSync({ fetch: fake.fetch }).auth.signIn({ ...credentials, password: "wrong one" }),
  );
  expect(error).toMatchObject({ name: "ApiError", type: "SIGN_IN_FAILED", status: 401, retryable: false });
  expect(error.message).toBe("Invalid email or password");
});

it("signs out on the server and in the store", async () => {
  const fake = new FakeBrikSync();
  const store = createMemorySessionStore();
  const client = new BrikSync({ fetch: fake.fetch, session: store });
  const { session } = await client.auth.signIn(credentials);
  await client.auth.signOut();
  expect(await store.load()).toBeNull();
  expect(await catchError(client.auth.getSession())).toMatchObject({ type: "NOT_SIGNED_IN" });
  const stolen = new BrikSync({ fetch: fake.fetch, session });
  expect(await catchError(stolen.auth.getSession())).toMatchObject({ type: "UNAUTHORIZED" });
});

it("keeps its refresh token if a company switch returns none", async () => {
  const fake = new FakeBrikSync();
  const other = fake.addCompany("Globex", "PRO");
  fake.admin.privileges.set(other.id, 2);
  const store = createMemorySessionStore(fake.addSession());
  const refreshToken = (await store.load())?.refreshToken;
  const withoutRefreshToken: typeof fetch = async (input, init) => {
    const response = await fake.fetch(input, init);
    if (!String(input instanceof Request ? input.url : input).endsWith("/switch-company")) return response;
    const { refreshToken: _, ...body } = await response.json();
    return Response.json(body);
  };
  const client = new BrikSync({ fetch: withoutRefreshToken, session: store });
  const result = await client.auth.switchCompany(other.id);
  expect(refreshToken).toBeDefined();
  expect(result.session).toMatchObject({ accessToken: result.accessToken, refreshToken });
  expect(await store.load()).toEqual(result.session);
});

it("switches the company by ID or object, and uses the new session", async () => {
  const fake = new FakeBrikSync();
  const other = fake.addCompany("Globex", "PRO");
  fake.admin.privileges.set(other.id, 3);
  const client = new BrikSync({ fetch: fake.fetch, session: fake.addSession() });
  const result = await client.auth.switchCompany({ companyId: other.id });
  expect(result.activeCompany.name).toBe("Globex");
  expect(await client.auth.getSession()).toMatchObject({
    activeCompany: { name: "Globex" },
    plan: "PRO",
    ip: "127.0.0.1",
  });
  await client.auth.switchCompany(fake.company.id);
  expect((await client.auth.getSession()).activeCompany.name).toBe("Acme Corp");
  fake.expireAccessTokens();
  expect((await client.auth.getSession()).activeCompany.name).toBe("Acme Corp");
});

it("signs in to the requested company", async () => {
  const fake = new FakeBrikSync();
  const other = fake.addCompany("Globex");
  fake.admin.privileges.set(other.id, 2);
  const client = new BrikSync({ fetch: fake.fetch });
  expect((await client.auth.signIn({ ...credentials, companyId: other.id })).activeCompany.name).toBe("Globex");
});

it("changes the password, after which keys can be managed", async () => {
  const fake = new FakeBrikSync();
  const user = fake.addUser({ email: "new@partner.com", password: "given by the operator", mustChangePassword: true });
  const client = new BrikSync({ fetch: fake.fetch, session: fake.addSession(user) });
  expect(await catchError(client.keys.listPage())).toMatchObject({ type: "PASSWORD_CHANGE_REQUIRED", status: 403 });
  const newPassword = "chosen by nobody else";
  await client.auth.changePassword({ currentPassword: "given by the operator", newPassword });
  expect((await client.keys.listPage()).items).toEqual([]);
  const next = await new BrikSync({ fetch: fake.fetch }).auth.signIn({
    email: "new@partner.com",
    password: newPassword,
  });
  expect(next.user.mustChangePassword).toBe(false);
});

it("refreshes on request, and explains what it requires", async () => {
  const fake = new FakeBrikSync();
  const session = fake.addSession();
  const result = await new BrikSync({ fetch: fake.fetch, session }).auth.refresh();
  expect(result.session.refreshToken).not.toBe(session.refreshToken);
  const error = await catchError(new BrikSync({ accessToken: "token" }).auth.refresh());
  expect(error).toMatchObject({ name: "ConfigurationError", type: "NOT_SIGNED_IN" });
  expect(error.message).toBe("auth.refresh requires a client that was created with session.");
});

it("lists the user's own sessions, and ends one or all others", async () => {
  const fake = new FakeBrikSync();
  const client = new BrikSync({ fetch: fake.fetch, session: createMemorySessionStore(fake.addSession()) });
  const others = [fake.addSession(), fake.addSession(), fake.addSession()].map(
    (session) => new BrikSync({ fetch: fake.fetch, session }),
  );
  fake.addSession(fake.addUser({ email: "grace@partner.com", password: "correct horse battery staple" }));
  const sessions = await collectAll(client.auth.listSessions({ pageSize: 3 }));
  expect(sessions).toHaveLength(4);
  expect(sessions.filter(({ current }) => current)).toEqual([
    expect.objectContaining({
      openedWith: "password",
      hostName: null,
      company: { id: fake.company.id, name: "Acme Corp" },
    }),
  ]);
  expect(await collectAll(client.auth.listSessions({ limit: 2 }))).toEqual(sessions.slice(0, 2));

  const [first, second] = others;
  await client.auth.endSession((await first?.auth.getSession())?.session.id ?? "");
  expect(await catchError(first?.auth.getSession() ?? Promise.resolve())).toMatchObject({ type: "UNAUTHORIZED" });
  expect((await second?.auth.getSession())?.user.email).toBe(fake.admin.email);
  expect(await client.auth.endOtherSessions()).toEqual({ endedSessions: 2 });
  expect(await catchError(second?.auth.getSession() ?? Promise.resolve())).toMatchObject({ type: "UNAUTHORIZED" });
  expect(await collectAll(client.auth.listSessions())).toMatchObject([{ current: true }]);
  expect(await catchError(client.auth.endSession("nothing"))).toMatchObject({ type: "NOT_FOUND", status: 404 });
});
