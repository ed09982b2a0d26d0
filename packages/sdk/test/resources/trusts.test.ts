import { expect, it } from "vitest";
import { BrikSync } from "../../src/index.ts";
import { FakeBrikSync } from "../../src/testing.ts";
import { catchError } from "../support/catch-error.ts";
import { collectAll } from "../support/collect-all.ts";
import { createSampleTrust, jobClaims, pinned } from "../support/sample-trust.ts";

it("creates, lists, disables, enables and removes a trust", async () => {
  const fake = new FakeBrikSync();
  fake.addKey("Other");
  const { trust, keyId, admin } = await createSampleTrust(fake);
  expect(trust).toMatchObject({
    name: "Rotate CRM",
    provider: "github",
    issuer: "https://token.actions.githubusercontent.com",
    claims: pinned,
    may: ["rotate"],
    keyIds: [keyId],
    ttlSeconds: 900,
    reuse: 1,
    fromCidrs: [],
    createdBy: { email: "ada@partner.com", hasLeft: false },
    disabledOn: null,
    lastRun: null,
    warnings: [],
  });
  expect(await admin.trusts.list()).toEqual([trust]);
  expect(await admin.trusts.get(trust.id)).toEqual(trust);
  expect((await admin.trusts.disable(trust.id)).disabledOn).not.toBeNull();
  expect((await admin.trusts.enable(trust.id)).disabledOn).toBeNull();
  await admin.trusts.remove(trust.id);
  expect(await admin.trusts.list()).toEqual([]);
  expect(await catchError(admin.trusts.get(trust.id))).toMatchObject({ type: "NOT_FOUND" });
  const actions = (await collectAll(admin.audit.list())).map(({ action }) => action);
  expect(actions).toEqual(["trust.removed", "trust.enabled", "trust.disabled", "trust.created"]);
});

it("refuses a trust without a claim that its provider requires", async () => {
  const { environment: _, ...claims } = pinned;
  expect(await catchError(createSampleTrust(new FakeBrikSync(), { claims }))).toMatchObject({
    type: "VALIDATION_FAILED",
    details: [{ path: "/claims/environment", message: "is missing. Pin environment or ref" }],
  });
  const unknown = createSampleTrust(new FakeBrikSync(), { claims: { ...pinned, sub: "repo:acme/web" } });
  expect(await catchError(unknown)).toMatchObject({ details: [{ path: "/claims/sub" }] });
});

it("warns about a weak trust", async () => {
  const { environment: _, ...claims } = pinned;
  const weak = { claims: { ...claims, ref: "refs/heads/main" }, ttlSeconds: 3600 };
  const { trust } = await createSampleTrust(new FakeBrikSync(), weak);
  expect(trust.warnings.map(({ type }) => type)).toEqual([
    "NO_ENVIRONMENT",
    "UNPROTECTED_REF",
    "ALL_KEYS",
    "LONG_TOKENS",
  ]);
});

it("tests claims against a trust, and changes nothing", async () => {
  const fake = new FakeBrikSync();
  const { trust, admin } = await createSampleTrust(fake);
  expect(await admin.trusts.test(trust.id, jobClaims)).toMatchObject({ allowed: true });
  const { allowed, claims } = await admin.trusts.test(trust.id, { ...jobClaims, repository_id: 9, event_name: "push" });
  expect(allowed).toBe(false);
  expect(claims).toContainEqual({ claim: "repository_id", has: "9", wants: "123456", ok: false });
  const forked = await admin.trusts.test(trust.id, { ...jobClaims, event_name: "pull_request" });
  expect(forked.claims).toContainEqual({ claim: "event_name", has: "pull_request", wants: null, ok: false });
  expect(await collectAll(admin.trusts.log(trust.id))).toEqual([]);
});

it("lists the log in pages, newest first", async () => {
  const fake = new FakeBrikSync();
  const { trust, admin } = await createSampleTrust(fake);
  const run = async (claims: object) => {
    const identity = { trustId: trust.id, getIdToken: async () => fake.issueIdToken({ ...jobClaims, ...claims }) };
    const job = new BrikSync({ fetch: fake.fetch, workloadIdentity: identity });
    return job.auth.getGrant();
  };
  await run({});
  expect(await catchError(run({ repository_id: "5" }))).toMatchObject({ type: "TRUST_DENIED", status: 403 });
  const log = await collectAll(admin.trusts.log(trust.id, { pageSize: 1 }));
  const where = { repository: "acme/web", workflow: ".github/workflows/rotate.yml", runId: "4711" };
  expect(log).toMatchObject([
    { outcome: "refused", type: "TRUST_DENIED", claim: "repository_id", has: "5", run: where },
    { outcome: "allowed", type: null, claim: null, has: null, run: where },
  ]);
  expect(await collectAll(admin.trusts.log(trust.id, { refused: true }))).toEqual([log[0]]);
  expect((await admin.trusts.get(trust.id)).lastRun).toMatchObject(where);
});

it("says which feature a server without trusts lacks", async () => {
  const client = new BrikSync({ accessToken: "t", fetch: async () => new Response("", { status: 404 }) });
  for (const call of [client.trusts.list(), client.trusts.get("t1"), client.tokens.list(), client.auth.getGrant()]) {
    expect(await catchError(call)).toMatchObject({ type: "NOT_FOUND", feature: expect.stringContaining(".") });
  }
});
