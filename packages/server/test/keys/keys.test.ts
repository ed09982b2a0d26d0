import { describe, expect, it } from "vitest";
import { expectError } from "../support/expect-error.ts";
import type { HttpResponse } from "../support/http-client.ts";
import { createTestKey, verifyStatus } from "../support/keys.ts";
import { useAdmin, useServer } from "../support/lifetimes.ts";
import { findNextPage } from "../support/next-page.ts";
import { createSignedIn } from "../support/people.ts";

const keys = "/external/v1/auth/keys";
const isoTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

describe("keys", () => {
  const server = useServer();
  const admin = useAdmin(server);

  const call = (method: string, path: string, json?: unknown, token = admin.token): Promise<HttpResponse> =>
    server.call(method, `${keys}${path}`, json === undefined ? { token } : { token, json });

  describe("createKey", () => {
    it("S-10 returns the documented fields, the rest of the key, and a secret that works", async () => {
      const response = await call("POST", "", { name: "  CRM Integration " });
      expect(response.status).toBe(201);
      expect(response.headers["cache-control"]).toBe("no-store");
      const { clientSecret, ...key } = response.body;
      expect(clientSecret).toMatch(/^sec_[0-9a-f]{48}$/);
      expect(key).toEqual({
        id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/),
        name: "CRM Integration",
        clientId: expect.stringMatching(/^api_[0-9a-f]{24}$/),
        status: "active",
        lastUsedAt: null,
        lastUsedIp: null,
        createdOn: expect.stringMatching(isoTime),
        rotatedOn: null,
        revokedOn: null,
        rotation: null,
        ipAllowlist: [],
      });
      expect((await call("GET", `/${key.id}`)).body).toEqual(key);
      expect(await verifyStatus(server, clientSecret)).toBe(200);
    });

    it("S-21 restricts the key from the start, with each range once and in canonical form", async () => {
      const response = await call("POST", "", {
        name: "Restricted",
        ipAllowlist: ["203.0.113.7", "2001:DB8::/32", "203.0.113.7/32", "::ffff:203.0.113.7"],
      });
      expect(response.status).toBe(201);
      const cidrs = response.body.ipAllowlist.map(({ cidr }: { cidr: string }) => cidr);
      expect(cidrs).toEqual(["203.0.113.7/32", "2001:db8::/32"]);
      expect(await verifyStatus(server, response.body.clientSecret)).toBe(401);
    });

    it("S-21 names each refused range, and creates nothing", async () => {
      const before = (await call("GET", "")).body.length;
      const response = await call("POST", "", {
        name: "Bad",
        ipAllowlist: ["10.0.0.1", "10.0.0.1/8", "010.0.0.1", "0.0.0.0/0"],
      });
      const message = expectError(response, "VALIDATION_FAILED");
      expect(message).toContain(
        '"10.0.0.1/8" has bits set after its prefix. The network is 10.0.0.0/8, and the single address is 10.0.0.1',
      );
      expect(response.body.error.details.map(({ path }: { path: string }) => path)).toEqual([
        "/ipAllowlist/1",
        "/ipAllowlist/2",
        "/ipAllowlist/3",
      ]);
      expect((await call("GET", "")).body).toHaveLength(before);
    });

    it("S-16 refuses invalid names, unknown fields and wrong types, each with a message", async () => {
      const refused: [unknown, RegExp][] = [
        [{}, /^name is missing$/],
        [{ name: "" }, /^name: A name must have 1 to 100 characters$/],
        [{ name: " \t " }, /^name: A name must have 1 to 100 characters$/],
        [{ name: "x".repeat(101) }, /^name: A name must have at most 100 characters\. This one has 101$/],
        [{ name: "a\nb" }, /^name: A name must not contain line breaks/],
        [{ name: "a\u0000b" }, /^name: A name must not contain line breaks, tabs or other control characters/],
        [{ name: "a\u202eb" }, /^name: A name must not contain characters that change the text direction/],
        [{ name: "\ud800" }, /^name: /],
        [{ name: 5 }, /^name must be a string$/],
        [{ name: null }, /^name must be a string$/],
        [{ name: ["a"] }, /^name must be a string$/],
        [{ name: "a", expires_at: "tomorrow" }, /^expires_at is not a known field$/],
        [{ name: "a", ipAllowlist: "10.0.0.1" }, /^ipAllowlist must be an array$/],
        [{ name: "a", ipAllowlist: [10] }, /^ipAllowlist\/0 must be a string$/],
        [{ name: "a", ipAllowlist: Array(101).fill("10.0.0.1") }, /^ipAllowlist must have at most 100 entries$/],
        [[], /^the body must be a JSON object$/],
      ];
      for (const [json, message] of refused) {
        expect(expectError(await call("POST", "", json), "VALIDATION_FAILED"), JSON.stringify(json)).toMatch(message);
      }
      const longest = "\u{1f511}".repeat(100);
      expect((await call("POST", "", { name: longest })).body.name).toBe(longest);
    });
  });

  describe("listKeys", () => {
    it("S-16 lists only the company's own keys, oldest first, as the documented array", async () => {
      const one = await createSignedIn(server);
      const two = await createSignedIn(server);
      const created: string[] = [];
      for (const name of ["a", "b", "c"]) created.push((await createTestKey(server, one.token, { name })).id);
      await createTestKey(server, two.token);
      const listed = await call("GET", "", undefined, one.token);
      expect(listed.status).toBe(200);
      expect(listed.body.map(({ id }: { id: string }) => id)).toEqual(created);
      expect(listed.headers["link"]).toBeUndefined();
      expect(listed.text).not.toContain("clientSecret");
    });

    it("S-16 pages by Link, and returns each key once with the filter applied", async () => {
      const owner = await createSignedIn(server);
      const ids: string[] = [];
      for (let index = 0; index < 7; index++) ids.push((await createTestKey(server, owner.token)).id);
      await call("POST", `/${ids[3]}/revoke`, undefined, owner.token);
      const collect = async (query: string): Promise<string[][]> => {
        const pages: string[][] = [];
        for (let path: string | undefined = `${keys}?${query}`; path !== undefined; ) {
          const page: HttpResponse = await server.call("GET", path, { token: owner.token });
          expect(page.status).toBe(200);
          pages.push(page.body.map(({ id }: { id: string }) => id));
          path = findNextPage(page, path);
        }
        return pages;
      };
      expect(await collect("limit=3")).toEqual([ids.slice(0, 3), ids.slice(3, 6), ids.slice(6)]);
      expect(await collect("limit=7")).toEqual([ids]);
      const active = ids.filter((_, index) => index !== 3);
      expect(await collect("status=active&limit=3")).toEqual([active.slice(0, 3), active.slice(3)]);
      expect(await collect("limit=2&status=revoked")).toEqual([[ids[3]]]);
    });

    it("S-16 pages through keys created in the same millisecond", async () => {
      const owner = await createSignedIn(server);
      for (let index = 0; index < 5; index++) await createTestKey(server, owner.token);
      const created = "2026-02-01T10:30:00.000Z";
      await server.database.query("update api_keys set created_on = ? where company_id = ?", created, owner.companyId);
      const seen = new Set<string>();
      let path: string | undefined = `${keys}?limit=2`;
      while (path !== undefined) {
        const page: HttpResponse = await server.call("GET", path, { token: owner.token });
        for (const { id } of page.body) seen.add(id);
        path = findNextPage(page, path);
      }
      expect(seen.size).toBe(5);
    });

    it("S-16 refuses invalid filters, limits and cursors", async () => {
      const refused: [string, RegExp][] = [
        ["status=gone", /^status must be "active" or "revoked"$/],
        ["status=active&status=revoked", /^status must be /],
        ["limit=0", /^limit must be at least 1$/],
        ["limit=1001", /^limit must be at most 1000$/],
        ["limit=ten", /^limit must be a whole number$/],
        ["limit=1.5", /^limit must be a whole number$/],
        ["limit=", /^limit must be /],
        ["cursor=x", /^cursor: is not a cursor from this list$/],
        [`cursor=${Buffer.from('["5"]').toString("base64url")}`, /^cursor: is not a cursor from this list$/],
        ["offset=5", /^offset is not a known field$/],
        ["__proto__=5", /^__proto__ is not a known field$/],
      ];
      for (const [query, message] of refused) {
        const response = await call("GET", `?${query}`);
        expect(expectError(response, "VALIDATION_FAILED"), query).toMatch(message);
      }
    });
  });

  it("S-15 renameKey changes the name and nothing else", async () => {
    const { id, clientSecret } = await createTestKey(server, admin.token, { name: "old" });
    const before = (await call("GET", `/${id}`)).body;
    const renamed = await call("PATCH", `/${id}`, { name: " new " });
    expect(renamed.status).toBe(200);
    expect(renamed.body).toEqual({ ...before, name: "new" });
    expect((await call("GET", `/${id}`)).body).toEqual(renamed.body);
    expect((await call("PATCH", `/${id}`, { name: "new" })).body).toEqual(renamed.body);
    const events = await server.call("GET", `/external/v1/auth/audit?keyId=${id}`, { token: admin.token });
    expect(events.body.map(({ action }: { action: string }) => action)).toEqual(["key.renamed", "key.created"]);
    expect(await verifyStatus(server, clientSecret)).toBe(200);
    expect(expectError(await call("PATCH", `/${id}`, { name: "" }), "VALIDATION_FAILED")).toMatch(/^name: /);
    expect(expectError(await call("PATCH", `/${id}`, {}), "VALIDATION_FAILED")).toBe("name is missing");
    expectError(await call("PATCH", `/${id}`, { name: "x", status: "revoked" }), "VALIDATION_FAILED");
  });

  describe("rotateKey", () => {
    it("S-13 returns a new secret and refuses the old one immediately", async () => {
      const key = await createTestKey(server, admin.token);
      const rotated = await call("POST", `/${key.id}/rotate`);
      expect(rotated.status).toBe(200);
      expect(rotated.body.id).toBe(key.id);
      expect(rotated.body.clientId).toBe(key.clientId);
      expect(rotated.body.clientSecret).not.toBe(key.clientSecret);
      expect(rotated.body.rotatedOn).toMatch(isoTime);
      expect(await verifyStatus(server, key.clientSecret)).toBe(401);
      expect(await verifyStatus(server, rotated.body.clientSecret)).toBe(200);
    });

    it("S-16 accepts no body or an empty object, and refuses unknown fields", async () => {
      const key = await createTestKey(server, admin.token);
      expect((await call("POST", `/${key.id}/rotate`, {})).status).toBe(200);
      const empty = await server.call("POST", `${keys}/${key.id}/rotate`, {
        token: admin.token,
        headers: { "content-type": "application/json" },
      });
      expect(empty.status).toBe(200);
      const refused = await call("POST", `/${key.id}/rotate`, { grace: 60 });
      expect(expectError(refused, "VALIDATION_FAILED")).toBe("grace is not a known field");
    });
  });

  describe("revokeKey", () => {
    it("S-12 revokes the key permanently, and is safe to repeat", async () => {
      const key = await createTestKey(server, admin.token);
      await call("POST", `/${key.id}/rotate`, { mode: "staged" });
      const revoked = await call("POST", `/${key.id}/revoke`);
      expect(revoked.status).toBe(200);
      expect((await call("GET", `/${key.id}`)).body).toEqual(revoked.body);
      expect(revoked.body.status).toBe("revoked");
      expect(revoked.body.revokedOn).toMatch(isoTime);
      expect(await verifyStatus(server, key.clientSecret)).toBe(401);
      expect((await call("POST", `/${key.id}/revoke`)).body).toEqual(revoked.body);
      for (const [method, path, json] of [
        ["POST", "rotate", undefined],
        ["POST", "ip-allowlist", { cidr: "10.0.0.1" }],
      ] as const) {
        const refused = await call(method, `/${key.id}/${path}`, json);
        expect(expectError(refused, "KEY_REVOKED")).toContain("Create a new key");
      }
      expectError(await call("PATCH", `/${key.id}`, { name: "x" }), "KEY_REVOKED");
      const { body: events } = await server.call("GET", `/external/v1/auth/audit?keyId=${key.id}`, {
        token: admin.token,
      });
      const actions = events.map(({ action }: { action: string }) => action);
      expect(actions).toEqual(["key.revoked", "key.rotation_started", "key.created"]);
    });
  });
});
