import { describe, expect, it } from "vitest";
import { providerNames } from "../../src/domain/trusts/provider.ts";
import { expectError } from "../support/expect-error.ts";
import { createTestKey } from "../support/keys.ts";
import { createSignedIn } from "../support/people.ts";
import { audience, usePipelines } from "../support/pipelines.ts";
import { listAuditedChanges, listChangesOfRefusal, listNewEvents, readState } from "../support/state-of-tables.ts";
import { sampleClaims } from "../support/workload-claims.ts";

describe("exchange", () => {
  const pipelines = usePipelines();
  const { createTrust, sign, explain, startRun, call, exchange } = pipelines;

  it.each(providerNames)("returns a token of the run for a token of %s, and logs the run", async (provider) => {
    const { id } = await createTrust(provider);
    const response = await exchange(id, await sign(provider));
    expect(response.status, response.text).toBe(200);
    expect(response.headers["cache-control"]).toBe("no-store");
    expect(response.body).toEqual({
      access_token: expect.stringMatching(/^run_[0-9a-f]{48}$/),
      issued_token_type: "urn:ietf:params:oauth:token-type:access_token",
      token_type: "Bearer",
      expires_in: 900,
      scope: "rotate",
    });
    const { run } = sampleClaims[provider];
    const grant = await call("GET", "/grant", response.body.access_token);
    expect(grant.body).toMatchObject({ kind: "trust", id, may: ["rotate"], keyIds: [pipelines.key.id], run });
    const log = await call("GET", `/trusts/${id}/log`, pipelines.admin.token);
    expect(log.body).toMatchObject([{ outcome: "allowed", type: null, claim: null, has: null, run, ip: "127.0.0.1" }]);
    const trust = await call("GET", `/trusts/${id}`, pipelines.admin.token);
    expect(trust.body.lastRun).toMatchObject(run);
    const audit = await call("GET", `/audit?actorId=${id}`, pipelines.admin.token);
    expect(audit.body).toMatchObject([
      {
        action: "trust.run_allowed",
        actorKind: "trust",
        actorId: id,
        actorEmail: null,
        details: { trustId: id, ...run },
      },
    ]);
    const filter = new URLSearchParams({ actorKind: "trust", ...run });
    expect((await call("GET", `/audit?${filter}`, pipelines.admin.token)).body).toContainEqual(audit.body[0]);
    for (const other of ["actorKind=user", "repository=x", "workflow=x", "runId=x"]) {
      const { body } = await call("GET", `/audit?actorId=${id}&${other}`, pipelines.admin.token);
      expect(body, other).toEqual([]);
    }
  });

  it("accepts the audience list of Kubernetes, and of no other provider", async () => {
    const list = { aud: [audience] };
    const { id } = await createTrust("kubernetes");
    expect((await exchange(id, await sign("kubernetes", list))).status).toBe(200);
    for (const provider of providerNames.filter((name) => name !== "kubernetes")) {
      const trust = await createTrust(provider);
      expectError(await exchange(trust.id, await sign(provider, list)), "ASSERTION_INVALID");
    }
  });

  it("I-01 refuses the claims of one provider from the issuer of another", async () => {
    const { id } = await createTrust("github");
    const token = await pipelines.issuers.gitlab.sign(sampleClaims.github.claims);
    const other = await exchange(id, token);
    expectError(other, "TRUST_DENIED");
    expect(other.body.error.details).toBeUndefined();
    const refused = await call("POST", "/trusts", pipelines.admin.token, {
      name: "Rotate",
      provider: "github",
      issuer: pipelines.issuers.gitlab.url,
      claims: sampleClaims.github.pinned,
      may: ["rotate"],
      keyIds: [pipelines.key.id],
    });
    expectError(refused, "VALIDATION_FAILED");
  });

  it("I-01 refuses a repository that was registered again under the same name", async () => {
    const { id } = await createTrust();
    const response = await exchange(id, await sign("github", { repository_id: "75" }));
    expect(expectError(response, "TRUST_DENIED")).toBe('In the token, repository_id is "75"');
    expect(response.body.error.details).toEqual([{ path: "repository_id", message: "75" }]);
  });

  it.each(["pull_request", "pull_request_target", "workflow_run"])("I-01 refuses the event %s", async (event) => {
    const { id } = await createTrust();
    const response = await exchange(id, await sign("github", { event_name: event }));
    expect(expectError(response, "TRUST_DENIED")).toContain("event_name");
  });

  it("refuses addresses outside the networks of the trust, also with a token of a run", async () => {
    const { id } = await createTrust("github", { fromCidrs: ["192.0.2.0/24"] });
    const response = await exchange(id, await sign());
    expect(expectError(response, "TRUST_DENIED")).toContain("127.0.0.1");
  });

  it("S-60 a refused exchange only adds its entry to the logs", async () => {
    const { id } = await createTrust();
    const spent = await sign();
    expect((await exchange(id, spent)).status).toBe(200);
    const cases = [
      { token: await sign("github", { environment: "staging" }), lines: 1 },
      { token: spent, lines: 1 },
      { token: await sign("github", { repository_owner_id: "66" }), lines: 0 },
      { token: await sign("github", { exp: 1 }), lines: 0 },
    ];
    for (const { token, lines } of cases) {
      const before = await readState(pipelines.server.database);
      const response = await exchange(id, token);
      expect(response.status).toBeGreaterThanOrEqual(400);
      const after = await readState(pipelines.server.database);
      expect(listAuditedChanges(before, after)).toEqual([]);
      expect(listChangesOfRefusal(before, after)).toEqual([]);
      const countLines = (state: typeof before): number => state.get("trust_events")?.length ?? 0;
      expect(countLines(after) - countLines(before)).toBe(lines);
      expect(listNewEvents(before, after).map(({ action }) => action)).toEqual(
        lines === 0 ? [] : ["trust.run_refused"],
      );
    }
    // The token that was refused because of its claims was not spent.
    const { claims } = (await explain(id, cases[0]?.token ?? "")).body;
    expect(claims.at(-1)).toMatchObject({ claim: "environment", ok: false });
  });

  it("ends with the company's plan", async () => {
    const owner = await createSignedIn(pipelines.server);
    const { id: keyId } = await createTestKey(pipelines.server, owner.token);
    const { id } = await createTrust("github", { keyIds: [keyId] }, owner);
    const token = await startRun(id);
    await pipelines.server.deps.store.transact(({ users }) => users.setPlan(owner.companyId, "PRO"));
    expectError(await exchange(id, await sign()), "PLAN_UPGRADE_REQUIRED");
    expectError(await call("POST", `/keys/${keyId}/rotate`, token, { mode: "staged" }), "PLAN_UPGRADE_REQUIRED");
    expect((await call("GET", "/keys", token)).status).toBe(200);
  });

  it("refuses forms that do not follow RFC 8693", async () => {
    const { id } = await createTrust();
    const form = {
      grant_type: "urn:ietf:params:oauth:grant-type:token-exchange",
      subject_token_type: "urn:ietf:params:oauth:token-type:jwt",
      subject_token: await sign(),
      trust_id: id,
    };
    const send = (body: string, type = "application/x-www-form-urlencoded") =>
      pipelines.server.call("POST", "/external/v1/auth/token", { body, headers: { "content-type": type } });
    const text = new URLSearchParams(form).toString();
    expectError(await send(`${text}&trust_id=${id}`), "BAD_REQUEST");
    expectError(await send(`${text}&audience=x`), "VALIDATION_FAILED");
    expectError(await send(new URLSearchParams({ ...form, grant_type: "password" }).toString()), "VALIDATION_FAILED");
    expectError(await send(""), "VALIDATION_FAILED");
    expectError(await send(JSON.stringify(form), "application/json"), "UNSUPPORTED_MEDIA_TYPE");
    expectError(await send(`${text}&${"x".repeat(60_000)}`), "PAYLOAD_TOO_LARGE");
    expect((await send(`${text}&scope=rotate`)).status).toBe(200);
  });
});
