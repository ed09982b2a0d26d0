import { expect, it } from "vitest";
import { readNextCursor } from "../../src/call/link-header.ts";
import { type ApiKey, BrikSync } from "../../src/index.ts";
import { FakeBrikSync } from "../../src/testing.ts";
import { catchError } from "../support/catch-error.ts";
import { collectAll } from "../support/collect-all.ts";
import { startRecordingServer } from "../support/recording-server.ts";
import { makeSampleKey } from "../support/sample-key.ts";

function startSignedIn() {
  const fake = new FakeBrikSync();
  return { fake, client: new BrikSync({ fetch: fake.fetch, session: fake.addSession() }) };
}

/** Starts a server with numbered keys, whose cursors are numbers. */
function startPagedServer(total: number) {
  return startRecordingServer(({ url }) => {
    const query = new URL(url, "http://127.0.0.1").searchParams;
    const start = Number(query.get("cursor") ?? 0);
    const size = Number(query.get("limit") ?? 1000);
    const count = Math.max(0, Math.min(size, total - start));
    const json = Array.from({ length: count }, (_, index) => makeSampleKey({ id: `k${start + index}` }));
    const link = `</external/v1/auth/keys?limit=${size}&cursor=${start + size}>; rel="next"`;
    return { json, headers: start + size < total ? { link } : {} };
  });
}

it("creates, reads, renames, restricts, rotates and revokes a key", async () => {
  const { client } = startSignedIn();
  const created = await client.keys.create({ name: "CRM Integration", ipAllowlist: ["203.0.113.0/24"] });
  expect(created).toMatchObject({
    name: "CRM Integration",
    status: "active",
    ipAllowlist: [{ cidr: "203.0.113.0/24" }],
  });
  const first = created.clientSecret.reveal();
  expect(first).toMatch(/^sec_[0-9a-f]{48}$/);

  expect((await client.keys.rename(created.id, "CRM")).name).toBe("CRM");
  const rotated = await client.keys.rotate(created.id);
  expect(rotated.clientId).toBe(created.clientId);
  expect(rotated.clientSecret.reveal()).not.toBe(first);

  const entry = await client.keys.allowIp(created.id, {
    cidr: "198.51.100.7",
    note: "office",
    expiresAt: new Date(Date.now() + 60_000),
  });
  expect(entry).toMatchObject({ cidr: "198.51.100.7/32", note: "office" });
  expect(await client.keys.allowIp(created.id, { cidr: "198.51.100.7/32" })).toEqual({ ...entry, expiresAt: null });
  expect(await client.keys.listAllowedIps(created.id)).toHaveLength(2);
  await client.keys.disallowIp(created.id, entry.id);
  expect((await client.keys.get(created.id)).ipAllowlist).toHaveLength(1);

  expect((await client.keys.revoke(created.id)).status).toBe("revoked");
  expect((await client.keys.revoke(created.id)).status).toBe("revoked");
  expect(await catchError(client.keys.rotate(created.id))).toMatchObject({ type: "KEY_REVOKED", status: 409 });

  const actions = (await collectAll(client.audit.list({ keyId: created.id }))).map(({ action }) => action);
  expect(actions).toEqual([
    "key.revoked",
    "key.ip_disallowed",
    "key.ip_allowed",
    "key.ip_allowed",
    "key.rotated",
    "key.renamed",
    "key.created",
  ]);
});

it("lists keys over several pages, and fetches each page only when it is needed", async () => {
  const server = await startPagedServer(25);
  const client = new BrikSync({ baseUrl: server.url, accessToken: "token" });
  expect((await collectAll(client.keys.list({ pageSize: 10 }))).map(({ id }) => id)).toEqual(
    Array.from({ length: 25 }, (_, index) => `k${index}`),
  );
  expect(server.requests.map(({ url }) => url)).toEqual([
    "/external/v1/auth/keys?limit=10",
    "/external/v1/auth/keys?limit=10&cursor=10",
    "/external/v1/auth/keys?limit=10&cursor=20",
  ]);
  for await (const key of client.keys.list({ pageSize: 5 })) if (key.id === "k2") break;
  expect(server.requests).toHaveLength(4);
});

it("ends a list at its limit, and requests no more keys than that", async () => {
  const server = await startPagedServer(25);
  const client = new BrikSync({ baseUrl: server.url, accessToken: "token" });
  expect(await collectAll(client.keys.list({ limit: 7 }))).toHaveLength(7);
  expect(await collectAll(client.keys.list({ limit: 12, pageSize: 10 }))).toHaveLength(12);
  expect(await collectAll(client.keys.list({ limit: 0 }))).toHaveLength(0);
  expect(await collectAll(client.keys.list({ limit: 5000 }))).toHaveLength(25);
  expect(server.requests.map(({ url }) => url.split("?")[1])).toEqual([
    "limit=7",
    "limit=10",
    "limit=10&cursor=10",
    undefined,
  ]);
});

it("returns single pages with the cursor of the next page", async () => {
  const server = await startPagedServer(3);
  const client = new BrikSync({ baseUrl: server.url, accessToken: "token" });
  const first = await client.keys.listPage({ limit: 2 });
  expect(first).toMatchObject({ items: [{ id: "k0" }, { id: "k1" }], nextCursor: "2" });
  expect(await client.keys.listPage({ limit: 2, cursor: first.nextCursor ?? "" })).toMatchObject({
    items: [{ id: "k2" }],
    nextCursor: null,
  });
});

it("fails if a cursor repeats immediately", async () => {
  const server = await startRecordingServer(() => ({ json: [], headers: { link: '<?cursor=same>; rel="next"' } }));
  const client = new BrikSync({ baseUrl: server.url, accessToken: "token" });
  expect(await catchError(collectAll(client.keys.list()))).toMatchObject({ name: "ResponseError" });
  expect(server.requests).toHaveLength(2);
});

it("fails if the cursors form a cycle", async () => {
  const server = await startRecordingServer((_, index) => ({
    json: [],
    headers: { link: `<?cursor=${"abc"[index % 3]}>; rel="next"` },
  }));
  const client = new BrikSync({ baseUrl: server.url, accessToken: "token" });
  const error = await catchError(collectAll(client.keys.list()));
  expect(error).toMatchObject({ name: "ResponseError", type: "INVALID_RESPONSE" });
  expect(server.requests).toHaveLength(4);
});

it("uses only the cursor of a link, even if the link points to another server", async () => {
  const evil = await startRecordingServer(() => ({ json: [] }));
  const server = await startRecordingServer((_request, index) => ({
    json: [makeSampleKey()],
    headers: index === 0 ? { link: `<${evil.url}/steal?cursor=c1>; rel="next"` } : {},
  }));
  const client = new BrikSync({ baseUrl: server.url, accessToken: "token" });
  expect(await collectAll(client.keys.list())).toHaveLength(2);
  expect(server.requests[1]?.url).toBe("/external/v1/auth/keys?cursor=c1");
  expect(evil.requests).toHaveLength(0);
});

it.each([
  ['</keys?cursor=abc>; rel="next"', "abc"],
  ["</keys?cursor=abc>; rel=next", "abc"],
  ['<https://x.example/keys?a=1&cursor=a%2Cb%3D>; title="a, b; c"; rel="next"', "a,b="],
  ['</keys?cursor=1>; rel="prev", </keys?cursor=2>; rel="next"', "2"],
  ['</keys?cursor=3>; rel="last next"', "3"],
  ['</keys?cursor=4#frag>; REL="NEXT"', "4"],
  ['</keys>; rel="next"', null],
  ['</keys?cursor=1>; rel="prev"', null],
  ['</keys?cursor=1>; rel="nextish"', null],
  ['</keys?cursor=1>; title="rel=next"', null],
  ["nonsense", null],
  ["", null],
  [null, null],
])("reads the cursor of the Link %s", (header, cursor) => {
  expect(readNextCursor(header)).toBe(cursor);
});

it("reads a hostile Link in linear time", () => {
  // A parser with quadratic time would need minutes for each header.
  for (const text of ["<", ",<", ", ", "<a>;", "<a>; rel=", '<a>; rel="', " ", "<?cursor=1>; rel= ", "<?#", "=;"])
    readNextCursor(text.repeat(500_000));
});

it("filters audit events", async () => {
  const { fake, client } = startSignedIn();
  const { id } = await client.keys.create({ name: "One" });
  await client.keys.create({ name: "Two" });
  await client.keys.rename(id, "Uno");
  expect(await collectAll(client.audit.list({ action: "key.created" }))).toMatchObject([
    { keyName: "Two" },
    { keyName: "One" },
  ]);
  expect(await collectAll(client.audit.list({ keyId: id, limit: 1 }))).toMatchObject([{ action: "key.renamed" }]);
  expect(await collectAll(client.audit.list({ actorId: fake.admin.id, pageSize: 1 }))).toHaveLength(3);
  expect(await collectAll(client.audit.list({ since: new Date(Date.now() + 1000) }))).toEqual([]);
  expect(fake.calls.at(-1)?.path).toMatch(/^\/external\/v1\/auth\/audit\?since=20\d\d-/);
});

it("omits undefined inputs from its requests", async () => {
  const server = await startRecordingServer(() => ({
    status: 201,
    json: { id: "1", clientId: "2", clientSecret: "3", cidr: "c" },
  }));
  const client = new BrikSync({ baseUrl: server.url, accessToken: "token" });
  await client.keys.create({ name: "CRM" });
  await client.keys.allowIp("1", { cidr: "203.0.113.0/24" });
  await client.keys.rotate("1");
  expect(server.requests.map(({ body }) => body)).toEqual(['{"name":"CRM"}', '{"cidr":"203.0.113.0/24"}', ""]);
});

it("K-06 keeps unknown fields and enum values", async () => {
  const odd = { ...makeSampleKey(), status: "paused", tags: ["a"], future: { nested: true } };
  const server = await startRecordingServer(() => ({ json: odd }));
  const key: ApiKey = await new BrikSync({ baseUrl: server.url, accessToken: "token" }).keys.get("k1");
  expect(key).toEqual(odd);
});

it("lists the keys whose names start with a text, in the order of their names", async () => {
  const fake = new FakeBrikSync();
  for (const name of ["crm two", "Payroll", "CRM one", "My CRM", "50% off", "50 off", "Zo\u00eb"]) fake.addKey(name);
  const client = new BrikSync({ fetch: fake.fetch, session: fake.addSession() });
  const find = async (namePrefix: string, pageSize?: number) =>
    (await collectAll(client.keys.list({ namePrefix, pageSize }))).map(({ name }) => name);
  expect(await find("crm")).toEqual(["CRM one", "crm two"]);
  expect(await find("Crm", 1)).toEqual(["CRM one", "crm two"]);
  expect(await find("50%")).toEqual(["50% off"]);
  expect(await find(" zoe\u0308")).toEqual(["Zo\u00eb"]);
  expect(await find("")).toHaveLength(7);
  expect((await client.keys.listPage({ namePrefix: "crm", limit: 1 })).nextCursor).not.toBeNull();
});
