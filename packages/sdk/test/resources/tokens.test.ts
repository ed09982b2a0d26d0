import { inspect } from "node:util";
import { expect, it } from "vitest";
import { BrikSync, isSecret } from "../../src/index.ts";
import { FakeBrikSync } from "../../src/testing.ts";
import { catchError } from "../support/catch-error.ts";
import { collectAll } from "../support/collect-all.ts";

const dayMs = 86_400_000;

async function start() {
  let nowMs = Date.parse("2026-02-01T10:30:00.000Z");
  const fake = new FakeBrikSync({ now: () => new Date(nowMs) });
  const admin = new BrikSync({ fetch: fake.fetch, session: fake.addSession() });
  const { key } = fake.addKey("CRM");
  fake.addKey("Other");
  const input = {
    name: "Jenkins",
    may: ["rotate"],
    keyIds: [key.id],
    expiresAt: new Date(nowMs + 30 * dayMs),
  } as const;
  const created = await admin.tokens.create(input);
  const use = (token: string) => new BrikSync({ fetch: fake.fetch, accessToken: token });
  const wait = (ms: number) => {
    nowMs += ms;
  };
  return { fake, admin, key, input, created, use, wait };
}

it("creates a token that is shown once and prints redacted", async () => {
  const { admin, created, key } = await start();
  expect(isSecret(created.token)).toBe(true);
  expect(created.token.reveal()).toMatch(/^aut_[0-9a-f]{48}$/);
  expect(inspect(created) + JSON.stringify(created)).not.toContain(created.token.reveal());
  const { token: _, isReplay, ...shown } = created;
  expect(isReplay).toBe(false);
  expect(shown).toMatchObject({ name: "Jenkins", keyIds: [key.id], revokedOn: null, pendingSince: null });
  expect(await admin.tokens.list()).toEqual([shown]);
  expect(await admin.tokens.get(created.id)).toEqual(shown);
});

it("returns the same token again for the same Idempotency-Key", async () => {
  const { admin, input } = await start();
  const once = await admin.tokens.create(input, { idempotencyKey: "mine" });
  const again = await admin.tokens.create(input, { idempotencyKey: "mine" });
  expect(again.isReplay).toBe(true);
  expect(again.token.reveal()).toBe(once.token.reveal());
  expect(await admin.tokens.list()).toHaveLength(2);
});

it("requires an expiry of at most 365 days", async () => {
  const { admin, input } = await start();
  const long = admin.tokens.create({ ...input, expiresAt: "2027-03-01T00:00:00.000Z" });
  expect(await catchError(long)).toMatchObject({ type: "VALIDATION_FAILED", details: [{ path: "/expiresAt" }] });
});

it("I-02 lets a token rotate its keys in stages, and nothing else", async () => {
  const { admin, created, key, fake, use } = await start();
  const job = use(created.token.reveal());
  expect((await collectAll(job.keys.list())).map(({ name }) => name)).toEqual(["CRM"]);
  expect(await job.auth.getGrant()).toMatchObject({ kind: "token", name: "Jenkins", keyIds: [key.id], run: null });
  let secret = "";
  await job.keys.rotateSafely(key.id, {
    deliver: async ({ clientSecret }) => {
      secret = clientSecret.reveal();
    },
  });
  expect(await new BrikSync({ fetch: fake.fetch, clientSecret: secret }).verify()).toMatchObject({ ok: true });
  const other = fake.addKey("Another").key.id;
  const foreign = await admin.keys.rotate(key.id, { mode: "staged" });
  for (const call of [
    job.keys.rotate(key.id),
    job.keys.rotate(key.id, { mode: "staged", takeOver: true }),
    job.keys.get(other),
    job.keys.create({ name: "x" }),
    job.keys.revoke(key.id),
    job.keys.rename(key.id, "x"),
    job.keys.allowIp(key.id, { cidr: "192.0.2.1" }),
    job.keys.rotations.finish(key.id, foreign.id),
    job.keys.rotations.abort(key.id, foreign.id, { force: true }),
    job.auth.getSession(),
    collectAll(job.audit.list()),
    job.trusts.list(),
    job.tokens.list(),
    job.tokens.create({ name: "x", may: ["rotate"], keyIds: [key.id], expiresAt: "2026-02-02T00:00:00.000Z" }),
  ]) {
    expect(await catchError(call)).toMatchObject({ type: "SCOPE_DENIED", status: 403 });
  }
});

it("keeps the old token working until the new one is used", async () => {
  const { admin, created, use } = await start();
  const unused = await admin.tokens.rotate(created.id);
  const next = await admin.tokens.rotate(created.id);
  expect(next.pendingSince).not.toBeNull();
  await use(created.token.reveal()).auth.getGrant();
  expect(await catchError(use(unused.token.reveal()).auth.getGrant())).toMatchObject({ type: "UNAUTHORIZED" });
  await use(next.token.reveal()).auth.getGrant();
  expect(await catchError(use(created.token.reveal()).auth.getGrant())).toMatchObject({ type: "UNAUTHORIZED" });
  expect(await admin.tokens.get(created.id)).toMatchObject({ pendingSince: null, lastUsedIp: "127.0.0.1" });
});

it("refuses a token that is revoked or expired", async () => {
  const { admin, created, use, wait, input } = await start();
  const job = use(created.token.reveal());
  await admin.tokens.revoke(created.id);
  expect(await catchError(job.auth.getGrant())).toMatchObject({ type: "UNAUTHORIZED" });
  const short = await admin.tokens.create(input);
  wait(31 * dayMs);
  expect(await catchError(use(short.token.reveal()).auth.getGrant())).toMatchObject({ type: "UNAUTHORIZED" });
});
