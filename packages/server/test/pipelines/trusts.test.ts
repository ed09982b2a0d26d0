import { describe, expect, it } from "vitest";
import { expectError } from "../support/expect-error.ts";
import { createTestKey } from "../support/keys.ts";
import { createSignedIn } from "../support/people.ts";
import { usePipelines } from "../support/pipelines.ts";
import { sampleClaims } from "../support/workload-claims.ts";

const { pinned } = sampleClaims.github;
const gitlab = { provider: "gitlab", claims: sampleClaims.gitlab.pinned };
const defaultIssuers = {
  github: "https://token.actions.githubusercontent.com",
  gitlab: "https://gitlab.com",
  buildkite: "https://agent.buildkite.com",
};

describe("trusts", () => {
  const pipelines = usePipelines();

  function create(input: Readonly<Record<string, unknown>> = {}, token = pipelines.admin.token) {
    const { issuers, key, call } = pipelines;
    return call("POST", "/trusts", token, {
      name: "Rotate",
      provider: "github",
      issuer: issuers.github.url,
      claims: pinned,
      may: ["rotate"],
      keyIds: [key.id],
      ...input,
    });
  }

  it("have the values of the request, and defaults for the rest", async () => {
    const { admin, key, issuers, call, server } = pipelines;
    await createTestKey(server, admin.token);
    const created = await create();
    expect(created.status, created.text).toBe(201);
    expect(created.body).toEqual({
      id: expect.any(String),
      name: "Rotate",
      provider: "github",
      issuer: issuers.github.url,
      claims: pinned,
      may: ["rotate"],
      keyIds: [key.id],
      ttlSeconds: 900,
      fromCidrs: [],
      reuse: 1,
      createdOn: expect.any(String),
      createdBy: { email: admin.email, hasLeft: false },
      disabledOn: null,
      lastRun: null,
      warnings: [],
    });
    expect((await call("GET", `/trusts/${created.body.id}`, admin.token)).body).toEqual(created.body);
    expect((await call("GET", "/trusts", admin.token)).body).toContainEqual(created.body);
    const chosen = await create({
      ttlSeconds: 60,
      fromCidrs: ["192.0.2.7", "2001:DB8::/32"],
      keyIds: [key.id, key.id],
    });
    expect(chosen.body).toMatchObject({
      ttlSeconds: 60,
      fromCidrs: ["192.0.2.7/32", "2001:db8::/32"],
      keyIds: [key.id],
    });
  });

  it("have the issuer of their provider by default", async () => {
    for (const [provider, issuer] of Object.entries(defaultIssuers) as [keyof typeof defaultIssuers, string][]) {
      const created = await create({ provider, issuer: undefined, claims: sampleClaims[provider].pinned });
      expect(created.body.issuer).toBe(issuer);
    }
    for (const provider of ["circleci", "kubernetes"] as const) {
      const refused = await create({ provider, issuer: undefined, claims: sampleClaims[provider].pinned });
      expectError(refused, "VALIDATION_FAILED");
      expect(refused.body.error.details[0].path).toBe("/issuer");
    }
  });

  const { environment: _, ...withoutEnvironment } = pinned;
  it.each([
    ["a missing claim", { claims: withoutEnvironment }, "/claims/environment"],
    ["sub", { claims: { ...pinned, sub: "repo:octo-org/octo-repo:ref:refs/heads/main" } }, "/claims/sub"],
    ["an empty claim", { claims: { ...pinned, environment: "" } }, "/claims/environment"],
    ["a number as a claim", { claims: { ...pinned, repository_id: 74 } }, "/claims/repository_id"],
    ["a secret in a claim", { claims: { ...pinned, environment: `sec_${"0".repeat(48)}` } }, "/claims/environment"],
    ["an unknown provider", { provider: "gitea" }, "/provider"],
    ["an issuer that is not the provider's", { issuer: "https://github.evil.example" }, "/issuer"],
    ["plain HTTP", { ...gitlab, issuer: "http://gitlab.example.com" }, "/issuer"],
    ["the issuer of another provider", { ...gitlab, issuer: defaultIssuers.github }, "/issuer"],
    ["no key", { keyIds: [] }, "/keyIds"],
    ["an unknown key", { keyIds: ["x"] }, "/keyIds/0"],
    ["another scope", { may: ["revoke"] }, "/may/0"],
    ["no scope", { may: [] }, "/may"],
    ["tokens that last less than a minute", { ttlSeconds: 59 }, "/ttlSeconds"],
    ["tokens that last more than an hour", { ttlSeconds: 3_601 }, "/ttlSeconds"],
    ["more reuse than the provider needs", { reuse: 2 }, "/reuse"],
    ["every address", { fromCidrs: ["0.0.0.0/0"] }, "/fromCidrs/0"],
    ["a name with two lines", { name: "a\nb" }, "/name"],
    ["a pattern", { pattern: "refs/heads/*" }, "/pattern"],
  ])("with %s are refused", async (_name, input, path) => {
    const refused = await create(input);
    expectError(refused, "VALIDATION_FAILED");
    expect(refused.body.error.details[0].path).toBe(path);
  });

  it("for revoked keys and keys of other companies are refused", async () => {
    const { admin, server, call } = pipelines;
    const { id } = await createTestKey(server, admin.token);
    await call("POST", `/keys/${id}/revoke`, admin.token);
    expect(expectError(await create({ keyIds: [id] }), "VALIDATION_FAILED")).toContain("revoked");
    const foreign = await createTestKey(server, (await createSignedIn(server)).token);
    const one = await create({ keyIds: [foreign.id] });
    const other = await create({ keyIds: ["00000000-0000-4000-8000-000000000000"] });
    expect(one.body.error.details).toEqual(other.body.error.details);
  });

  it("warn when they allow more than most pipelines need", async () => {
    const { server, issuers, call } = pipelines;
    const owner = await createSignedIn(server);
    const { id } = await createTestKey(server, owner.token);
    const typesOf = async (input: Readonly<Record<string, unknown>>): Promise<string[]> =>
      (await create({ keyIds: [id], ...input }, owner.token)).body.warnings.map(({ type }: { type: string }) => type);
    expect(await typesOf({})).toEqual(["ALL_KEYS"]);
    await createTestKey(server, owner.token);
    expect(await typesOf({})).toEqual([]);
    expect(await typesOf({ ttlSeconds: 1_801 })).toEqual(["LONG_TOKENS"]);
    expect(await typesOf({ claims: { ...withoutEnvironment, ref: "refs/heads/main" } })).toEqual([
      "NO_ENVIRONMENT",
      "UNPROTECTED_REF",
    ]);
    const unprotected = { issuer: issuers.gitlab.url, claims: { ...gitlab.claims, ref_protected: "false" } };
    expect(await typesOf({ ...gitlab, ...unprotected })).toEqual(["NO_ENVIRONMENT", "UNPROTECTED_REF"]);
    const { body } = await call("GET", "/trusts", owner.token);
    expect(body).toHaveLength(5);
  });

  it("show that their creator has left", async () => {
    const { server, admin, call } = pipelines;
    const colleague = await createSignedIn(server, { company: admin.companyName, privilege: 2 });
    const { id } = (await create({}, colleague.token)).body;
    const { users } = server.deps.store;
    await server.deps.store.transact((repositories) =>
      repositories.users.deleteMembership(colleague.userId, admin.companyId),
    );
    expect(await users.listMemberships(colleague.userId)).toEqual([]);
    const { body } = await call("GET", `/trusts/${id}`, admin.token);
    expect(body.createdBy).toEqual({ email: colleague.email, hasLeft: true });
  });

  it("compare claims line by line without changing anything", async () => {
    const { admin, call } = pipelines;
    const { id } = (await create()).body;
    const { claims } = sampleClaims.github;
    const allowed = await call("POST", `/trusts/${id}/test`, admin.token, { claims });
    expect(allowed.body.allowed).toBe(true);
    const other = { ...claims, environment: undefined, event_name: "pull_request" };
    const refused = await call("POST", `/trusts/${id}/test`, admin.token, { claims: other });
    expect(refused.body).toEqual({
      allowed: false,
      claims: [
        { claim: "repository_id", has: "74", wants: "74", ok: true },
        { claim: "repository_owner_id", has: "65", wants: "65", ok: true },
        { claim: "workflow_path", has: pinned["workflow_path"], wants: pinned["workflow_path"], ok: true },
        { claim: "environment", has: null, wants: "production", ok: false },
        { claim: "event_name", has: "pull_request", wants: null, ok: false },
      ],
    });
    expect((await call("GET", `/trusts/${id}/log`, admin.token)).body).toEqual([]);
  });

  it("list exchanges in pages, newest first", async () => {
    const { admin, server, call, sign, exchange } = pipelines;
    const { id } = (await create()).body;
    for (const environment of ["one", "two", "three"]) {
      server.clock.advance(1_000);
      expectError(await exchange(id, await sign("github", { environment })), "TRUST_DENIED");
    }
    server.clock.advance(1_000);
    expect((await exchange(id, await sign())).status).toBe(200);
    const seen: (string | null)[] = [];
    let path: string | null = `/trusts/${id}/log?limit=2`;
    while (path !== null) {
      const page = await call("GET", path, admin.token);
      seen.push(...page.body.map(({ has }: { has: string | null }) => has));
      const [, next] = /^<\?([^>]+)>/.exec(String(page.headers["link"] ?? "")) ?? [];
      path = next === undefined ? null : `/trusts/${id}/log?${next}`;
    }
    expect(seen).toEqual([null, "three", "two", "one"]);
    const refused = await call("GET", `/trusts/${id}/log?refused=true&limit=1`, admin.token);
    expect(refused.body).toMatchObject([
      { outcome: "refused", type: "TRUST_DENIED", claim: "environment", has: "three" },
    ]);
    expectError(await call("GET", `/trusts/${id}/log?cursor=x`, admin.token), "VALIDATION_FAILED");
  });

  it("can be disabled, enabled and removed, and these calls are safe to repeat", async () => {
    const { admin, call } = pipelines;
    const { id } = (await create()).body;
    const disabled = await call("POST", `/trusts/${id}/disable`, admin.token);
    expect(disabled.body.disabledOn).not.toBe(null);
    expect((await call("POST", `/trusts/${id}/disable`, admin.token)).body).toEqual(disabled.body);
    for (let round = 0; round < 2; round++) {
      expect((await call("POST", `/trusts/${id}/enable`, admin.token)).body.disabledOn).toBe(null);
    }
    expect((await call("DELETE", `/trusts/${id}`, admin.token)).status).toBe(204);
    expectError(await call("DELETE", `/trusts/${id}`, admin.token), "NOT_FOUND");
    const { body } = await call("GET", `/audit?limit=4`, admin.token);
    expect(body.map(({ action }: { action: string }) => action)).toEqual([
      "trust.removed",
      "trust.enabled",
      "trust.disabled",
      "trust.created",
    ]);
    expect(body[0]).toMatchObject({ actorKind: "user", actorId: admin.userId, details: { trustId: id } });
  });

  it("of another company do not exist", async () => {
    const { server, call } = pipelines;
    const { id } = (await create()).body;
    const stranger = await createSignedIn(server);
    const masked = new Set<string>();
    for (const trustId of [id, "00000000-0000-4000-8000-000000000000", "x"]) {
      const response = await call("GET", `/trusts/${trustId}`, stranger.token);
      expectError(response, "NOT_FOUND");
      masked.add(response.text.replace(String(response.headers["x-request-id"]), ""));
    }
    expect(masked.size).toBe(1);
    expectError(await call("DELETE", `/trusts/${id}`, stranger.token), "NOT_FOUND");
    expect((await call("GET", "/trusts", stranger.token)).body).toEqual([]);
  });

  it("remain manageable on every plan, but new ones need BUSINESS", async () => {
    const { server, call } = pipelines;
    const owner = await createSignedIn(server);
    const { id: keyId } = await createTestKey(server, owner.token);
    const { id } = (await create({ keyIds: [keyId] }, owner.token)).body;
    await server.deps.store.transact(({ users }) => users.setPlan(owner.companyId, "FREE"));
    expectError(await create({ keyIds: [keyId] }, owner.token), "PLAN_UPGRADE_REQUIRED");
    expect((await call("POST", `/trusts/${id}/disable`, owner.token)).status).toBe(200);
    expect((await call("DELETE", `/trusts/${id}`, owner.token)).status).toBe(204);
  });
});
