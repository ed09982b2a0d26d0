import { expect, it } from "vitest";
import { BrikSync } from "../../src/index.ts";
import { FakeBrikSync } from "../../src/testing.ts";
import { catchError } from "../support/catch-error.ts";
import { collectAll } from "../support/collect-all.ts";

function start() {
  const fake = new FakeBrikSync();
  const { key } = fake.addKey("CRM");
  return { fake, key, client: new BrikSync({ fetch: fake.fetch, session: fake.addSession() }) };
}

/** Calls each method with valid values, and with the given options as its last argument. */
const callsByName: Record<string, (client: BrikSync, options: unknown) => Promise<unknown>> = {
  "auth.signIn": ({ auth }, options) => auth.signIn({ email: "a", password: "b" }, options as object),
  "auth.getSession": ({ auth }, options) => auth.getSession(options as object),
  "auth.signOut": ({ auth }, options) => auth.signOut(options as object),
  "keys.list": async ({ keys }, options) => collectAll(keys.list({}, options as object)),
  "keys.listPage": ({ keys }, options) => keys.listPage({}, options as object),
  "keys.create": ({ keys }, options) => keys.create({ name: "x" }, options as object),
  "keys.get": ({ keys }, options) => keys.get("k1", options as object),
  "keys.rename": ({ keys }, options) => keys.rename("k1", "x", options as object),
  "keys.rotate": ({ keys }, options) => keys.rotate("k1", options as object),
  "keys.revoke": ({ keys }, options) => keys.revoke("k1", options as object),
  "keys.allowIp": ({ keys }, options) => keys.allowIp("k1", { cidr: "203.0.113.7" }, options as object),
  "keys.disallowIp": ({ keys }, options) => keys.disallowIp("k1", "e1", options as object),
  "keys.rotations.list": ({ keys }, options) => keys.rotations.list("k1", options as object),
  "keys.rotations.finish": ({ keys }, options) => keys.rotations.finish("k1", "r1", options as object),
  "keys.rotations.abort": ({ keys }, options) => keys.rotations.abort("k1", "r1", options as object),
  "keys.rotations.renew": ({ keys }, options) => keys.rotations.renew("k1", "r1", options as object),
  "audit.list": async ({ audit }, options) => collectAll(audit.list({}, options as object)),
  verify: (client, options) => client.verify({ headers: { authorization: "Bearer x" } }, options as object),
};

it.each(Object.entries(callsByName))("%s refuses an unknown option before it sends anything", async (_, call) => {
  const { client, fake } = start();
  for (const options of [{ timeout: 5 }, { idempotencykey: "x" }, { retries: 1 }]) {
    const error = await catchError(call(client, options));
    expect(error).toMatchObject({ name: "ConfigurationError", outcome: "not-sent" });
    expect(error.message).toContain(`Unknown option ${Object.keys(options)[0]}. Known options: signal, timeoutMs`);
  }
  for (const options of [5_000, "5s", null, AbortSignal.timeout(5_000)]) {
    expect(await catchError(call(client, options))).toMatchObject({ name: "ConfigurationError", outcome: "not-sent" });
  }
  expect(fake.calls).toHaveLength(0);
});

it("refuses an option that belongs to another kind of rotation", async () => {
  const { client, key, fake } = start();
  const { keys } = client;
  const wrong = [{ mode: "staged", graceSeconds: 5 }, { takeOver: true }, { expiresInSeconds: 60 }, { force: true }];
  for (const options of wrong) {
    expect(await catchError(keys.rotate(key.id, options as object))).toMatchObject({ name: "ConfigurationError" });
  }
  const deliver = async (): Promise<void> => {};
  const misspelled = { deliver, verfy: false } as { deliver: typeof deliver };
  expect(await catchError(keys.rotateSafely(key.id, misspelled))).toMatchObject({ name: "ConfigurationError" });
  expect(fake.calls).toHaveLength(0);
});

it("refuses a misspelled restriction instead of creating a key without it", async () => {
  const { client, key, fake } = start();
  const misspelled = { name: "CRM", ipAllowList: ["203.0.113.7"] };
  const error = await catchError(client.keys.create(misspelled));
  expect(error.message).toBe("Unknown field ipAllowList. Known fields: name, ipAllowlist.");
  const expiring = { cidr: "203.0.113.7", expiresOn: "2030-01-01" };
  expect(await catchError(client.keys.allowIp(key.id, expiring))).toMatchObject({ name: "ConfigurationError" });
  expect(await catchError(client.keys.listPage({ state: "active" } as object))).toMatchObject({
    name: "ConfigurationError",
  });
  expect(() => client.keys.list({ state: "active" } as object)).toThrow("Unknown field state.");
  expect(() => client.audit.list({ key: "k1" } as object)).toThrow("Unknown field key.");
  expect(fake.calls).toHaveLength(0);
});

it("treats undefined as a missing value everywhere", async () => {
  const { client, key, fake } = start();
  const { keys } = client;
  const calls = { signal: undefined, timeoutMs: undefined, idempotencyKey: undefined };
  const made = await keys.create({ name: "New", ipAllowlist: undefined }, { ...calls, other: undefined } as object);
  await keys.allowIp(made.id, { cidr: "203.0.113.7", note: undefined, expiresAt: undefined }, calls);
  await collectAll(keys.list({ status: undefined, limit: undefined, pageSize: undefined }, calls));
  await keys.listPage({ status: undefined, limit: undefined, cursor: undefined }, calls);
  await keys.rotate(key.id, { ...calls, mode: undefined, graceSeconds: undefined });
  const staged = await keys.rotate(key.id, {
    ...calls,
    mode: "staged",
    expiresInSeconds: undefined,
    takeOver: undefined,
  });
  const lease = { ...calls, leaseExpiresOn: undefined };
  await keys.rotations.renew(key.id, staged.id, lease);
  await keys.rotations.finish(key.id, staged.id, { ...lease, graceSeconds: undefined, takeOver: undefined });
  const since = { keyId: undefined, actorId: undefined, action: undefined, since: undefined };
  expect((await collectAll(client.audit.list(since, calls))).length).toBeGreaterThan(0);
  const nothing = { fetch: fake.fetch, baseUrl: undefined, accessToken: undefined, session: undefined };
  const bare = { ...nothing, clientId: undefined, clientSecret: undefined, userAgent: undefined, onEvent: undefined };
  const limits = { timeoutMs: undefined, maxRetries: undefined, allowInsecureHttp: undefined };
  expect(await new BrikSync({ ...bare, ...limits }).verify({ headers: {} })).toMatchObject({ ok: false, status: 401 });
});

it("lists keys and events again for each iteration", async () => {
  const { client, fake } = start();
  const list = client.keys.list({ pageSize: 1 });
  expect(await collectAll(list)).toHaveLength(1);
  fake.addKey("Another");
  expect((await collectAll(list)).map(({ name }) => name).sort()).toEqual(["Another", "CRM"]);
  for await (const _ of list) break;
  expect(await collectAll(list)).toHaveLength(2);
  const [one, other] = await Promise.all([collectAll(list), collectAll(list)]);
  expect(one).toEqual(other);
  await client.keys.create({ name: "Third" });
  const events = client.audit.list();
  expect((await collectAll(events)).length).toBeGreaterThan(0);
  expect(await collectAll(events)).toEqual(await collectAll(events));
});
