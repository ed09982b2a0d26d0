import { describe, expect, it } from "vitest";
import { expectError } from "../support/expect-error.ts";
import type { HttpResponse } from "../support/http-client.ts";
import { createTestKey } from "../support/keys.ts";
import { useServer, useTestServer } from "../support/lifetimes.ts";
import { findNextPage } from "../support/next-page.ts";
import { createPerson, createSignedIn, otherPassword, type SignedIn, signInPerson } from "../support/people.ts";
import type { TestDatabase } from "../support/test-database.ts";

const auth = "/external/v1/auth";

describe("the audit trail", () => {
  const server = useServer({ TRUSTED_PROXIES: "127.0.0.1" });

  const list = (token: string, query = ""): Promise<HttpResponse> =>
    server.call("GET", `${auth}/audit${query}`, { token });
  const actionsOf = ({ body }: HttpResponse): string[] => body.map(({ action }: { action: string }) => action);

  it("S-15 records who changed which key, when, from which address and with which request", async () => {
    const person = await createPerson(server.deps);
    const headers = { "x-forwarded-for": "203.0.113.7" };
    const signIn = await server.call("POST", `${auth}/signin`, {
      json: { email: person.email, password: person.password },
      headers,
    });
    const token: string = signIn.body.accessToken;
    const created = await server.call("POST", `${auth}/keys`, {
      token,
      headers,
      json: { name: "CRM", ipAllowlist: ["203.0.113.0/24"] },
    });
    const { id, clientId, clientSecret } = created.body;
    const renamed = await server.call("PATCH", `${auth}/keys/${id}`, { token, headers, json: { name: "ERP" } });
    const rotated = await server.call("POST", `${auth}/keys/${id}/rotate`, { token, headers });
    const allowed = await server.call("POST", `${auth}/keys/${id}/ip-allowlist`, {
      token,
      headers,
      json: { cidr: "198.51.100.7", note: "office", expiresAt: "2030-01-01T00:00:00Z" },
    });
    const disallowed = await server.call("DELETE", `${auth}/keys/${id}/ip-allowlist/${allowed.body.id}`, {
      token,
      headers,
    });
    const revoked = await server.call("POST", `${auth}/keys/${id}/revoke`, { token, headers });

    const events = await list(token);
    expect(events.status).toBe(200);
    const expected: [string, HttpResponse | null, string | null, Record<string, unknown>][] = [
      ["key.revoked", revoked, "ERP", {}],
      ["key.ip_disallowed", disallowed, "ERP", { cidr: "198.51.100.7/32" }],
      [
        "key.ip_allowed",
        allowed,
        "ERP",
        { cidr: "198.51.100.7/32", note: "office", expiresAt: "2030-01-01T00:00:00.000Z" },
      ],
      ["key.rotated", rotated, "ERP", {}],
      ["key.renamed", renamed, "ERP", { from: "CRM", to: "ERP" }],
      ["key.created", created, "CRM", { clientId, ipAllowlist: ["203.0.113.0/24"] }],
      ["session.signed_in", signIn, null, {}],
      ["membership.added", null, null, { userId: person.userId, email: person.email, privilege: 1 }],
      ["user.created", null, null, { userId: person.userId, email: person.email }],
      ["company.created", null, null, { name: person.companyName, plan: "BUSINESS" }],
    ];
    expect(events.body).toEqual(
      expected.map(([action, response, keyName, details]) => ({
        id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        createdOn: expect.stringMatching(/\.\d{3}Z$/),
        action,
        actorKind: response === null ? "operator" : "user",
        actorId: response === null ? null : person.userId,
        actorEmail: response === null ? "operator" : person.email,
        keyId: keyName === null ? null : id,
        keyName,
        ip: response === null ? null : "203.0.113.7",
        requestId: response === null ? null : response.headers["x-request-id"],
        details,
      })),
    );
    for (const secret of [clientSecret, rotated.body.clientSecret, token, person.password])
      expect(events.text).not.toContain(secret);
  });

  it("S-15 records sessions: failed and successful sign-ins, switches, password changes and sign-outs", async () => {
    const first = await createPerson(server.deps);
    await createPerson(server.deps, { email: first.email });
    const refused = await server.call("POST", `${auth}/signin`, {
      json: { email: first.email, password: otherPassword },
    });
    expectError(refused, "SIGN_IN_FAILED");
    const person = await signInPerson(server, first);
    const companies = (await server.call("GET", `${auth}/me`, { token: person.token })).body.companies;
    await server.call("POST", `${auth}/password`, {
      token: person.token,
      json: { currentPassword: person.password, newPassword: otherPassword },
    });
    const switched = await server.call("POST", `${auth}/switch-company`, {
      token: person.token,
      json: { companyId: companies[1].id },
    });
    await expect.poll(async () => actionsOf(await list(person.token))).toContain("session.sign_in_failed");
    const events = await list(person.token, "?limit=1000");
    const failed = events.body.find(({ action }: { action: string }) => action === "session.sign_in_failed");
    expect(failed).toMatchObject({
      actorEmail: person.email,
      ip: "127.0.0.1",
      requestId: refused.headers["x-request-id"],
    });
    expect(actionsOf(events)).toContain("password.changed");
    const second = await list(switched.body.accessToken);
    expect(second.body[0]).toMatchObject({
      action: "session.company_switched",
      details: { fromCompanyId: first.companyId },
    });
    await server.call("POST", `${auth}/signout`, { token: person.token });
    const again = await signInPerson(server, { ...first, password: otherPassword });
    expect(actionsOf(await list(again.token, "?action=session.signed_out"))).toEqual(["session.signed_out"]);
  });

  it("S-15 pages and filters without losing or repeating an event", async () => {
    const admin = await createSignedIn(server);
    const key = await createTestKey(server, admin.token);
    for (let index = 0; index < 6; index++) {
      await server.call("PATCH", `${auth}/keys/${key.id}`, { token: admin.token, json: { name: `name ${index}` } });
    }
    const collect = async (query: string): Promise<string[]> => {
      const actions: string[] = [];
      for (let path: string | undefined = `${auth}/audit?${query}`; path !== undefined; ) {
        const page: HttpResponse = await server.call("GET", path, { token: admin.token });
        expect(page.status).toBe(200);
        actions.push(...page.body.map((event: HttpResponse["body"]) => event.details.to ?? event.action));
        path = findNextPage(page, path);
      }
      return actions;
    };
    const names = [5, 4, 3, 2, 1, 0].map((index) => `name ${index}`);
    const before = ["key.created", "session.signed_in", "membership.added", "user.created", "company.created"];
    expect(await collect("limit=3")).toEqual([...names, ...before]);
    expect(await collect(`limit=4&keyId=${key.id}`)).toEqual([...names, "key.created"]);
    expect(await collect("limit=2&action=key.renamed")).toEqual(names);
    expect(await collect(`actorId=${admin.userId}&limit=1000`)).toEqual([...names, "key.created", "session.signed_in"]);
    expect(await collect("since=2099-01-01T00:00:00Z")).toEqual([]);
    expect(await collect("since=2000-01-01T00:00:00%2B02:00")).toHaveLength(11);
    const { body } = await list(admin.token, "?limit=3");
    expect(await collect(`since=${body[2].createdOn}`)).toEqual(expect.arrayContaining(names.slice(0, 3)));
  });

  it("S-15 returns no events outside the trail", async () => {
    const { token } = await createSignedIn(server);
    const far = Buffer.from('["999999999999999"]').toString("base64url");
    expect((await list(token, `?cursor=${far}`)).body.length).toBeGreaterThan(0);
    const first = Buffer.from('["0"]').toString("base64url");
    expect((await list(token, `?cursor=${first}`)).body).toEqual([]);
    for (const filter of ["keyId", "actorId", "action"]) {
      expect((await list(token, `?${filter}=%00`)).body, filter).toEqual([]);
    }
  });

  it("S-15 refuses invalid filters", async () => {
    const { token } = await createSignedIn(server);
    const refused: [string, RegExp][] = [
      ["since=yesterday", /^since must be a time such as/],
      ["since=2026-06-30T23:59:60Z", /^since: must be a time such as/],
      ["since=2026-01-01", /^since must be a time such as/],
      ["limit=0", /^limit must be at least 1$/],
      ["cursor=x", /^cursor: is not a cursor from this list$/],
      [`cursor=${Buffer.from('["-1"]').toString("base64url")}`, /^cursor: is not a cursor from this list$/],
      [`cursor=${Buffer.from('["1e9"]').toString("base64url")}`, /^cursor: is not a cursor from this list$/],
      ["actor=x", /^actor is not a known field$/],
    ];
    for (const [query, message] of refused) {
      expect(expectError(await list(token, `?${query}`), "VALIDATION_FAILED"), query).toMatch(message);
    }
  });
});

describe("when the audit trail cannot be written", () => {
  const tables = [
    "companies",
    "users",
    "memberships",
    "sessions",
    "refresh_tokens",
    "api_keys",
    "key_secrets",
    "ip_allowlist",
    "audit_events",
    "audit_heads",
  ];
  const dump = (database: TestDatabase): Promise<unknown> =>
    // Without `secret_uses`, because last-used times are not confirmed to a client.
    Promise.all(tables.map((table) => database.query(`select * from ${table} order by 1, 2`)));

  it("S-15 no change happens, and each change succeeds once the trail can be written again", async () => {
    const server = await useTestServer();
    const { database } = server;
    const person = await createPerson(server.deps);
    const second = await createPerson(server.deps, { email: person.email });
    const admin: SignedIn = await signInPerson(server, person);
    const leaving = await signInPerson(server, person);
    const key = await createTestKey(server, admin.token, { ipAllowlist: ["203.0.113.7"] });
    const { body: entries } = await server.call("GET", `${auth}/keys/${key.id}/ip-allowlist`, { token: admin.token });
    const { body: next } = await server.call("POST", `${auth}/refresh`, {
      json: { refreshToken: leaving.refreshToken },
    });
    await server.call("POST", `${auth}/refresh`, { json: { refreshToken: next.refreshToken } });

    const { email, password } = person;
    const calls: [string, string, number, unknown?, string?][] = [
      ["POST", "signin", 200, { email, password }],
      ["POST", "switch-company", 200, { companyId: second.companyId }],
      ["POST", "keys", 201, { name: "new" }],
      ["PATCH", `keys/${key.id}`, 200, { name: "renamed" }],
      ["POST", `keys/${key.id}/rotate`, 200],
      ["POST", `keys/${key.id}/ip-allowlist`, 201, { cidr: "198.51.100.7" }],
      ["POST", `keys/${key.id}/ip-allowlist`, 200, { cidr: "203.0.113.7", note: "changed" }],
      ["DELETE", `keys/${key.id}/ip-allowlist/${entries[0].id}`, 204],
      ["POST", `keys/${key.id}/revoke`, 200],
      ["POST", "refresh", 401, { refreshToken: leaving.refreshToken }],
      ["POST", "password", 204, { currentPassword: password, newPassword: otherPassword }],
      ["POST", "signout", 204],
    ];
    const call = ([method, path, , json]: (typeof calls)[number]): Promise<HttpResponse> =>
      server.call(method, `${auth}/${path}`, { token: admin.token, ...(json === undefined ? {} : { json }) });
    for (const table of ["audit_events", "audit_heads"]) {
      const event = table === "audit_events" ? "insert" : "update";
      const restoreWrites = await database.breakWrites(table, event);
      const before = await dump(database);
      for (const each of calls) {
        const response = await call(each);
        expect(expectError(response, "INTERNAL"), each.slice(0, 2).join(" ")).toBe("An error occurred");
      }
      expect(await dump(database)).toEqual(before);
      await restoreWrites();
    }
    for (const each of calls) expect((await call(each)).status, each.slice(0, 2).join(" ")).toBe(each[2]);
  });
});
