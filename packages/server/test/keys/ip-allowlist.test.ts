import { describe, expect, it } from "vitest";
import { expectError } from "../support/expect-error.ts";
import type { HttpResponse } from "../support/http-client.ts";
import { createTestKey, type TestKey, verifyStatus } from "../support/keys.ts";
import { useAdmin, useServer, useTestServer } from "../support/lifetimes.ts";
import { createSignedIn, type SignedIn } from "../support/people.ts";
import type { TestServer } from "../support/start-server.ts";

describe("a key's allowlist", () => {
  const server = useServer({ TRUSTED_PROXIES: "127.0.0.1" });
  const admin = useAdmin(server);

  const listPath = (key: TestKey): string => `/external/v1/auth/keys/${key.id}/ip-allowlist`;
  const allow = (key: TestKey, json: unknown): Promise<HttpResponse> =>
    server.call("POST", listPath(key), { token: admin.token, json });
  const list = async (key: TestKey): Promise<HttpResponse["body"]> =>
    (await server.call("GET", listPath(key), { token: admin.token })).body;
  const from = (address: string): Record<string, string> => ({ "x-forwarded-for": address });

  it("S-21 allowIp adds an entry in canonical form, and the same range again is the same entry", async () => {
    const key = await createTestKey(server, admin.token);
    const added = await allow(key, { cidr: "2001:0DB8::/32", note: " office ", expiresAt: null });
    expect(added.status).toBe(201);
    expect(added.body).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      cidr: "2001:db8::/32",
      note: "office",
      createdOn: expect.stringMatching(/\.\d{3}Z$/),
      expiresAt: null,
    });
    const again = await allow(key, { cidr: "2001:db8:0::/32" });
    expect([again.status, again.body]).toEqual([200, added.body]);
    expect(await list(key)).toEqual([added.body]);
  });

  it("S-13 changes apply from the next request, and a key without entries allows every address", async () => {
    const key = await createTestKey(server, admin.token);
    const visitor = from("198.51.100.7");
    expect(await verifyStatus(server, key.clientSecret, visitor)).toBe(200);
    const entry = (await allow(key, { cidr: "203.0.113.0/24" })).body;
    expect(await verifyStatus(server, key.clientSecret, visitor)).toBe(401);
    expect(await verifyStatus(server, key.clientSecret, from("203.0.113.255"))).toBe(200);
    const second = (await allow(key, { cidr: "198.51.100.7" })).body;
    expect(await verifyStatus(server, key.clientSecret, visitor)).toBe(200);
    const remove = (id: string): Promise<HttpResponse> =>
      server.call("DELETE", `${listPath(key)}/${id}`, { token: admin.token });
    expect(await remove(second.id)).toMatchObject({ status: 204, text: "" });
    expect(await verifyStatus(server, key.clientSecret, visitor)).toBe(401);
    expectError(await remove(second.id), "NOT_FOUND");
    expect((await remove(entry.id)).status).toBe(204);
    expect(await verifyStatus(server, key.clientSecret, visitor)).toBe(200);
  });

  it("S-16 S-21 an entry cannot be removed through another key, of the same company or of another", async () => {
    const [key, other] = [await createTestKey(server, admin.token), await createTestKey(server, admin.token)];
    const { body: entry } = await allow(key, { cidr: "203.0.113.7" });
    const stranger = await createSignedIn(server);
    const foreign = await createTestKey(server, stranger.token);
    for (const [through, token] of [
      [other, admin.token],
      [foreign, stranger.token],
      [key, stranger.token],
    ] as const) {
      expectError(await server.call("DELETE", `${listPath(through)}/${entry.id}`, { token }), "NOT_FOUND");
    }
    expect(await list(key)).toEqual([entry]);
    expect(await verifyStatus(server, key.clientSecret, from("198.51.100.7"))).toBe(401);
  });

  it("S-21 refuses invalid networks, notes and times, each with a message", async () => {
    const key = await createTestKey(server, admin.token);
    const refused: [unknown, RegExp][] = [
      [{}, /^cidr is missing$/],
      [{ cidr: 5 }, /^cidr must be a string$/],
      [{ cidr: "10.0.0.0/" }, /^cidr: "10\.0\.0\.0\/" has no valid prefix/],
      [{ cidr: "10.0.0.0/33" }, /^cidr: .*from 1 to 32/],
      [{ cidr: "10.0.0.0/08" }, /^cidr: .* has no valid prefix/],
      [{ cidr: "10/8" }, /^cidr: "10\/8" is not an IP address or CIDR range/],
      [{ cidr: "192.0.2.010" }, /^cidr: "192\.0\.2\.010" is not an IP address/],
      [{ cidr: " 10.0.0.1" }, /^cidr: is not an IP address/],
      [{ cidr: "10.0.0.1/24" }, /The network is 10\.0\.0\.0\/24, and the single address is 10\.0\.0\.1$/],
      [{ cidr: "0.0.0.0/0" }, /allows every address/],
      [{ cidr: "::/0" }, /allows every address/],
      [{ cidr: "fe80::1%eth0" }, /zone ID/],
      [{ cidr: "x".repeat(100) }, /^cidr must have at most 64 characters$/],
      [{ cidr: "10.0.0.1", note: "x".repeat(201) }, /^note: A note must have at most 200 characters/],
      [{ cidr: "10.0.0.1", note: "a\u001b[31mb" }, /^note: A note must not contain line breaks, tabs or other control/],
      [{ cidr: "10.0.0.1", note: 5 }, /^note must be a string or null$/],
      [
        { cidr: "10.0.0.1", expiresAt: "tomorrow" },
        /^expiresAt must be a time such as 2026-02-01T10:30:00\.000Z or null$/,
      ],
      [{ cidr: "10.0.0.1", expiresAt: 1e12 }, /^expiresAt must be a string or null$/],
      [{ cidr: "10.0.0.1", expiresAt: "2020-01-01T00:00:00Z" }, /^expiresAt: must be in the future$/],
      [{ cidr: "10.0.0.1", expiresAt: "2030-02-30T00:00:00Z" }, /^expiresAt/],
      [{ cidr: "10.0.0.1", expiresAt: "2030-06-30T23:59:60Z" }, /^expiresAt/],
      [{ cidr: "10.0.0.1", expiresAt: "2030-01-01\t00:00:00Z" }, /^expiresAt/],
      [{ cidr: "10.0.0.1", expiresAt: "2030-01-01T00:00:00+25:00" }, /^expiresAt/],
      [{ cidr: "10.0.0.1", expiresAt: "9999-12-31T23:59:59-12:00" }, /^expiresAt/],
      [{ cidr: "10.0.0.1", expires: "2030-01-01T00:00:00Z" }, /^expires is not a known field$/],
    ];
    for (const [json, message] of refused) {
      expect(expectError(await allow(key, json), "VALIDATION_FAILED"), JSON.stringify(json)).toMatch(message);
    }
    expect(await list(key)).toEqual([]);
  });

  it("S-21 stores times in UTC, whatever their offset is", async () => {
    const key = await createTestKey(server, admin.token);
    const { body } = await allow(key, { cidr: "10.0.0.1", expiresAt: "2030-01-01T02:00:00+02:00" });
    expect(body.expiresAt).toBe("2030-01-01T00:00:00.000Z");
  });

  it("S-22 an expired entry matches no address, and the allowlist stays restrictive", async () => {
    const patient = await useTestServer({ TRUSTED_PROXIES: "127.0.0.1" });
    const owner = await createSignedIn(patient);
    const key = await createTestKey(patient, owner.token);
    const expiresAt = new Date(Date.now() + 60_000).toISOString();
    const add = (json: unknown): Promise<HttpResponse> =>
      patient.call("POST", listPath(key), { token: owner.token, json });
    const first = await add({ cidr: "203.0.113.7", expiresAt });
    const verify = (address: string): Promise<number> => verifyStatus(patient, key.clientSecret, from(address));
    expect(await verify("203.0.113.7")).toBe(200);
    patient.clock.advance(61_000);
    expect(await verify("203.0.113.7")).toBe(401);
    expect(await verify("198.51.100.7")).toBe(401);

    // Allowing the range again restores the entry. Otherwise, the response would be wrong.
    const { token } = await createSignedInAgain(patient, owner);
    const renewed = await patient.call("POST", listPath(key), { token, json: { cidr: "203.0.113.7", note: "again" } });
    expect(renewed.status).toBe(200);
    expect(renewed.body).toEqual({ ...first.body, note: "again", expiresAt: null });
    expect(await verify("203.0.113.7")).toBe(200);
  });

  it("S-21 allowing a network again extends its expiry, and shortens it only if the caller sets a time", async () => {
    const key = await createTestKey(server, admin.token);
    const soon = new Date(Date.now() + 3_600_000).toISOString();
    const later = new Date(Date.now() + 7_200_000).toISOString();
    const expiryAfter = async (json: object): Promise<string | null> =>
      (await allow(key, { cidr: "10.0.0.1", ...json })).body.expiresAt;
    expect(await expiryAfter({ expiresAt: soon })).toBe(soon);
    expect(await expiryAfter({ expiresAt: later })).toBe(later);
    expect(await expiryAfter({ expiresAt: soon })).toBe(later);
    expect(await expiryAfter({})).toBe(null);
    expect(await expiryAfter({ expiresAt: soon })).toBe(null);
    expect(await expiryAfter({ expiresAt: later, mayShorten: true })).toBe(later);
    expect(await expiryAfter({ expiresAt: soon, mayShorten: true })).toBe(soon);
    expect(await list(key)).toMatchObject([{ expiresAt: soon }]);
    expect(await expiryAfter({ expiresAt: null, mayShorten: true })).toBe(null);
    expect(expectError(await allow(key, { cidr: "10.0.0.1", mayShorten: true }), "VALIDATION_FAILED")).toContain(
      "expiresAt: is required with mayShorten",
    );
  });

  it("S-21 contains at most one hundred entries", async () => {
    const key = await createTestKey(server, admin.token, {
      ipAllowlist: Array.from({ length: 99 }, (_, n) => `10.0.0.${n}`),
    });
    expect((await allow(key, { cidr: "10.0.1.1" })).status).toBe(201);
    const refused = await allow(key, { cidr: "10.0.1.2" });
    expect(expectError(refused, "VALIDATION_FAILED")).toBe(
      "cidr: the key has 100 entries, the maximum. Remove one first",
    );
    expect((await allow(key, { cidr: "10.0.1.1" })).status).toBe(200);
  });
});

async function createSignedInAgain(server: TestServer, person: SignedIn): Promise<{ token: string }> {
  const { body } = await server.call("POST", "/external/v1/auth/signin", {
    json: { email: person.email, password: person.password },
  });
  return { token: body.accessToken };
}
