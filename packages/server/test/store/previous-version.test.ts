import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { removeExpired } from "../../src/domain/jobs/remove-expired.ts";
import { expectError } from "../support/expect-error.ts";
import { type Acknowledged, openPreviousVersion, type PreviousVersion } from "../support/previous-version.ts";
import { runCommand } from "../support/run-command.ts";
import { startTestServer, type TestServer } from "../support/start-server.ts";

const auth = "/external/v1/auth";
const keys = `${auth}/keys`;

/** Peppers of the server that takes over the database. */
const peppers: [string, (before: string) => string][] = [
  ["with its pepper", (before) => before],
  ["with another pepper before its own", (before) => `another pepper of more than thirty-two bytes,${before}`],
];

/** The tests share a server, whose clock only moves forward from test to test. */
describe.each(peppers)("a database of version 0.1.0 %s", (_name, choosePeppers) => {
  let previous: PreviousVersion;
  let env: Record<string, string>;
  let acknowledged: Acknowledged;
  let server: TestServer;
  beforeAll(async () => {
    previous = await openPreviousVersion("0.1.0");
    acknowledged = previous.acknowledged;
    const { jwtSecret, keyPepper } = previous.secrets;
    env = {
      ...previous.database.env,
      BRIKSYNC_JWT_SECRET: jwtSecret,
      BRIKSYNC_KEY_PEPPER: choosePeppers(keyPepper),
    };
    server = await startTestServer({
      ...env,
      TRUSTED_PROXIES: "127.0.0.1",
      STRIPE_WEBHOOK_SECRET: acknowledged.webhookSecret,
    });
    setClock(acknowledged.writtenOn);
  });
  afterAll(async () => {
    await server.stop();
    await previous.remove();
  });

  /** Sets the server's clock to a time. */
  function setClock(time: string, plusMilliseconds = 0): void {
    server.clock.set(Date.parse(time) + plusMilliseconds - Date.now());
  }
  async function signIn(login: string, companyId?: string): Promise<string> {
    const known = acknowledged.users.find(({ email }) => email === login);
    const password = known?.password ?? acknowledged.users[0]?.password;
    const json = { email: login, password, ...(companyId === undefined ? {} : { companyId }) };
    const { status, body, text } = await server.call("POST", `${auth}/signin`, { json });
    expect(status, text).toBe(200);
    return body.accessToken;
  }
  function verify(clientSecret: string, address = "192.0.2.77") {
    const headers = { "x-forwarded-for": address };
    return server.call("GET", `${auth}/verify`, { token: clientSecret, headers });
  }

  it("S-53 keeps companies with their plans, and every key, rotation and audit event unchanged", async () => {
    expect(acknowledged.companies.map(({ plan }) => plan).sort()).toEqual([
      "BUSINESS",
      "BUSINESS",
      "FREE",
      "FREE",
      "PRO",
    ]);
    for (const company of acknowledged.companies) {
      const token = await signIn(company.email, company.id);
      const get = async (path: string) => (await server.call("GET", path, { token })).body;
      const { plan, activeCompany } = await get(`${auth}/me`);
      expect([plan, activeCompany]).toEqual([company.plan, { id: company.id, name: company.name }]);
      expect(await get(keys)).toMatchObject(company.keys);
      for (const { id } of company.keys) {
        expect(await get(`${keys}/${id}/rotations`)).toMatchObject(company.rotations[id] ?? []);
      }
      // Newer events come first, such as the sign-in above.
      const events = await get(`${auth}/audit?limit=1000`);
      expect(company.audit.length).toBeGreaterThan(3);
      expect(events.slice(-company.audit.length)).toMatchObject(company.audit);
    }
  });

  it("S-10 accepts and refuses every secret as before", async () => {
    expect(acknowledged.secrets.length).toBeGreaterThan(20);
    for (const { clientId, clientSecret, status, state, address } of acknowledged.secrets) {
      const response = await verify(clientSecret, address);
      expect([response.status, response.body.secret ?? null], JSON.stringify(response.body)).toEqual([status, state]);
      if (status === 200) expect(response.body.clientId).toBe(clientId);
    }
  });

  it("S-12 lets the server finish a rotation that the old version started", async () => {
    const { keyId, clientSecret, rotationId } = acknowledged.unfinished;
    const token = await signIn("ada@partner.example", acknowledged.companies[0]?.id);
    expect((await server.call("POST", `${keys}/${keyId}/rotations/${rotationId}/finish`, { token })).status).toBe(200);
    expect((await verify(clientSecret)).body.secret).toBe("current");
  });

  it("S-03 lets its users sign in by email and by username, with their memberships", async () => {
    for (const { login, password, user, memberships } of acknowledged.users) {
      const { status, body } = await server.call("POST", `${auth}/signin`, { json: { email: login, password } });
      expect(status, login).toBe(200);
      expect(body.user).toMatchObject(user);
      expect(body.companies).toMatchObject(memberships);
      const wrong = { email: login, password: "not the password of anybody here" };
      expectError(await server.call("POST", `${auth}/signin`, { json: wrong }), "SIGN_IN_FAILED");
    }
    const token = await signIn("dora@partner.example");
    expectError(await server.call("GET", keys, { token }), "PASSWORD_CHANGE_REQUIRED");
  });

  it("S-06 keeps its active sessions, but not the ended ones", async () => {
    const { live, switched, kept, reused, ended } = acknowledged.sessions;
    const me = (token: string) => server.call("GET", `${auth}/me`, { token });
    const refresh = (refreshToken: string) => server.call("POST", `${auth}/refresh`, { json: { refreshToken } });
    for (const { accessToken } of [live, switched, kept, reused]) expect((await me(accessToken)).status).toBe(200);
    expect((await me(switched.accessToken)).body.activeCompany.id).toBe(switched.companyId);
    for (const tokens of ended) {
      expectError(await me(tokens.accessToken), "UNAUTHORIZED");
      expectError(await refresh(tokens.refreshToken), "UNAUTHORIZED");
    }
    for (const tokens of [live, switched, kept]) {
      const { status, body } = await refresh(tokens.refreshToken);
      expect([status, (await me(body.accessToken)).status]).toEqual([200, 200]);
      // The response may have been lost, so the same token returns the same successor for a short time.
      expect((await refresh(tokens.refreshToken)).body.refreshToken).toBe(body.refreshToken);
      expect((await refresh(body.refreshToken)).status).toBe(200);
    }
    expectError(await refresh(reused.refreshToken), "UNAUTHORIZED");
    expectError(await me(reused.accessToken), "UNAUTHORIZED");
  });

  it("S-53 lists its sessions, without how they were opened because the old version did not store it", async () => {
    const token = await signIn("ada@partner.example");
    const { status, body, text } = await server.call("GET", `${auth}/sessions`, { token });
    expect(status, text).toBe(200);
    const [current, ...others] = body;
    expect(current).toMatchObject({ current: true, openedWith: "password", ip: "127.0.0.1" });
    const older = others.filter(({ openedWith }: { openedWith: string | null }) => openedWith === null);
    expect(older.length).toBeGreaterThan(3);
    const unknown = { openedWith: null, hostName: null, client: null, ip: null, current: false };
    for (const session of older) expect(session).toMatchObject(unknown);
    // Some sessions were refreshed above.
    expect(older.some(({ lastUsedOn }: { lastUsedOn: string | null }) => lastUsedOn === null)).toBe(true);
    const ended = older.at(-1);
    expect((await server.call("DELETE", `${auth}/sessions/${ended.id}`, { token })).status).toBe(204);
    const rest = (await server.call("GET", `${auth}/sessions`, { token })).body;
    expect(rest.map(({ id }: { id: string }) => id)).not.toContain(ended.id);
    expect(rest).toHaveLength(others.length);
  });

  it("S-15 verifies its audit trail, and later events, against the anchor that the old version printed", async () => {
    const token = await signIn("ada@partner.example", acknowledged.companies[0]?.id);
    expect((await server.call("POST", keys, { token, json: { name: "One more" } })).status).toBe(201);
    const { code, stdout, stderr } = await runCommand(["audit", "verify", "--anchor", previous.anchorPath], env);
    expect([code, stderr]).toEqual([0, "All audit chains are intact.\n"]);
    const lines = stdout.trim().split("\n");
    expect(lines).toHaveLength(acknowledged.companies.length);
    for (const line of lines) expect(JSON.parse(line).ok).toBe(true);
  });

  it("S-13 ends an unused pending secret at its deadline", async () => {
    setClock(acknowledged.unusedPending.expiresOn);
    expect((await verify(acknowledged.unusedPending.clientSecret)).status).toBe(401);
  });

  it("C-10 replays its responses to calls with an Idempotency-Key for 24 hours", async () => {
    const { calls, writtenOn, companies } = acknowledged;
    expect(calls.map(({ status }) => status).sort()).toEqual([200, 200, 201, 201, 409]);
    const repeat = async ({ email, path, idempotencyKey, json }: (typeof calls)[number]) => {
      const token = await signIn(email, companies[0]?.id);
      return server.call("POST", path, { token, json, headers: { "idempotency-key": idempotencyKey } });
    };
    for (const delayMs of [3 * 3_600_000, 23 * 3_600_000]) {
      setClock(writtenOn, delayMs);
      for (const call of calls) {
        const response = await repeat(call);
        if (call.text === null) expectError(response, "IDEMPOTENCY_SUPERSEDED");
        else {
          expect([response.status, response.headers["idempotency-replayed"]]).toEqual([call.status, "true"]);
          expect(response.body).toMatchObject(JSON.parse(call.text));
        }
      }
    }
    setClock(writtenOn, 25 * 3_600_000);
    for (const call of calls.filter(({ status }) => status === 201)) {
      expect((await repeat(call)).headers["idempotency-replayed"]).toBeUndefined();
    }
  });

  it("S-13 ends retiring secrets, and retention keeps secrets that were used or may have been delivered", async () => {
    const { writtenOn, secrets } = acknowledged;
    setClock(writtenOn, 2 * 86_400_000);
    expect((await removeExpired(server.deps)).secret).toBeGreaterThan(3);
    for (const { clientSecret, status, state, address } of secrets) {
      const response = await verify(clientSecret, address);
      expect([response.status, response.body.secret ?? null]).toEqual(
        state === "retiring" ? [401, null] : [status, state],
      );
    }
    expect(secrets.filter(({ isWithoutDeadline }) => isWithoutDeadline)).toHaveLength(3);
  });
});
