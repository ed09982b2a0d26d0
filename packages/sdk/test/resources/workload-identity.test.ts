import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { inspect } from "node:util";
import { describe, expect, it, onTestFinished } from "vitest";
import { BrikSync, type WorkloadIdentity, type WorkloadToken } from "../../src/index.ts";
import { FakeBrikSync } from "../../src/testing.ts";
import { BrikSync as WorkerBrikSync } from "../../src/worker.ts";
import { catchError } from "../support/catch-error.ts";
import { collectAll } from "../support/collect-all.ts";
import { startRecordingServer } from "../support/recording-server.ts";
import { createSampleTrust, jobClaims } from "../support/sample-trust.ts";

/** Starts a fake server with a trust, and a client that signs in as a job. */
async function start(identity: Partial<WorkloadIdentity> = {}) {
  const fake = new FakeBrikSync();
  const { trust, keyId, admin } = await createSampleTrust(fake);
  const issued: string[] = [];
  const getIdToken = async (): Promise<string> => {
    issued.push(fake.issueIdToken(jobClaims));
    return issued.at(-1) ?? "";
  };
  const workloadIdentity = { trustId: trust.id, getIdToken, ...identity };
  const job = new BrikSync({ fetch: fake.fetch, workloadIdentity });
  const countExchanges = () => fake.calls.filter(({ operation }) => operation === "exchangeToken").length;
  return { fake, trust, keyId, admin, job, issued, countExchanges };
}

describe("a client with workloadIdentity", () => {
  it("exchanges the platform's token once for many calls, in the form of RFC 8693", async () => {
    const { job, keyId, fake, countExchanges, trust, issued } = await start();
    const grants = await Promise.all([job.auth.getGrant(), job.auth.getGrant(), job.keys.get(keyId)]);
    expect(grants[0]).toMatchObject({ kind: "trust", id: trust.id, may: ["rotate"], keyIds: [keyId] });
    expect(grants[0].run).toMatchObject({ repository: "acme/web", runId: "4711" });
    expect(countExchanges()).toBe(1);
    const call = fake.calls.find(({ operation }) => operation === "exchangeToken");
    expect(call?.headers.get("content-type")).toBe("application/x-www-form-urlencoded");
    expect(call?.headers.get("authorization")).toBeNull();
    expect(issued).toHaveLength(1);
  });

  it("rotates a key safely, and gets another token when the first one has ended", async () => {
    const { job, keyId, fake, countExchanges } = await start();
    const rotated = await job.keys.rotateSafely(keyId, { deliver: async () => fake.expireAccessTokens() });
    expect(rotated.isFinished).toBe(true);
    expect(countExchanges()).toBe(2);
  });

  it("shares one exchange among parallel refusals", async () => {
    const { job, keyId, fake, countExchanges } = await start();
    await job.keys.get(keyId);
    fake.expireAccessTokens();
    await Promise.all(Array.from({ length: 5 }, () => job.keys.get(keyId)));
    expect(countExchanges()).toBe(2);
  });

  it("tries once more with another token of the platform after a 401, because a response may have been lost", async () => {
    const { job, fake, countExchanges, issued } = await start();
    fake.fail({ kind: "lost-answer", operation: "exchangeToken" });
    await job.auth.getGrant();
    // The SDK repeated the call with the same token, which was already used, and then with another one.
    expect(countExchanges()).toBe(3);
    expect(issued).toHaveLength(2);
  });

  it("does not repeat a token that was refused", async () => {
    const fixed = "eyJh.eyJh.c2ln";
    const { job, countExchanges } = await start({ getIdToken: async () => fixed });
    expect(await catchError(job.auth.getGrant())).toMatchObject({ type: "ASSERTION_INVALID", status: 401 });
    expect(countExchanges()).toBe(1);
  });

  it("I-04 gets the same refusal from an unknown and a disabled trust", async () => {
    const { job, admin, trust, fake } = await start();
    await admin.trusts.disable(trust.id);
    const unknown = { trustId: crypto.randomUUID(), getIdToken: async () => fake.issueIdToken(jobClaims) };
    const other = new BrikSync({ fetch: fake.fetch, workloadIdentity: unknown });
    const errors = [await catchError(job.auth.getGrant()), await catchError(other.auth.getGrant())];
    const [one, two] = errors.map(({ message, type }) => ({ message, type }));
    expect(one).toEqual(two);
    expect(one?.type).toBe("TRUST_DENIED");
  });

  it("I-03 is refused from the next call when the trust is removed", async () => {
    const { job, admin, trust, keyId } = await start();
    await job.keys.get(keyId);
    await admin.trusts.remove(trust.id);
    expect(await catchError(job.keys.get(keyId))).toMatchObject({ type: "TRUST_DENIED" });
  });

  it("sees only the keys of the trust", async () => {
    const { job, fake } = await start();
    fake.addKey("Other");
    expect((await collectAll(job.keys.list())).map(({ name }) => name)).toEqual(["CRM"]);
  });

  it("replaces a token before it expires", async () => {
    const tokens: WorkloadToken[] = [];
    const { job, countExchanges } = await start({ onToken: (token) => void tokens.push(token) });
    await job.auth.getGrant();
    expect(tokens.map(({ kind }) => kind)).toEqual(["id-token", "run-token"]);
    const [, run] = tokens;
    const leftMs = run?.kind === "run-token" ? Date.parse(run.expiresAt) - Date.now() : 0;
    expect(leftMs).toBeGreaterThan(880_000);
    expect(countExchanges()).toBe(1);
  });

  it("prints no token, and no error contains one", async () => {
    const tokens: WorkloadToken[] = [];
    const { job, fake, keyId } = await start({ onToken: (token) => void tokens.push(token) });
    await job.keys.get(keyId);
    fake.fail({ kind: "status", status: 403, message: `no ${tokens.map(({ value }) => value.reveal()).join(" ")}` });
    const error = await catchError(job.keys.get(keyId));
    const printed = [job, error, tokens].map((value) => inspect(value, { depth: 9 }) + JSON.stringify(value)).join();
    for (const { value } of tokens) expect(printed).not.toContain(value.reveal());
    expect(error.message).toContain("[redacted]");
  });

  it("explains the verdict for a job without spending its token", async () => {
    const { job, countExchanges, fake, trust } = await start();
    expect(await job.trusts.explain()).toMatchObject({ allowed: true, type: null });
    const getIdToken = async () => fake.issueIdToken({ ...jobClaims, environment: "test" });
    const refused = new BrikSync({ fetch: fake.fetch, workloadIdentity: { trustId: trust.id, getIdToken } });
    const { allowed, type, claims } = await refused.trusts.explain();
    const denied = { allowed: false, type: "TRUST_DENIED" };
    expect({ allowed, type }).toEqual(denied);
    expect(claims).toContainEqual({ claim: "environment", has: "test", ok: false });
    expect(JSON.stringify(claims)).not.toContain("production");
    expect(await job.trusts.explain({ trustId: crypto.randomUUID() })).toEqual({ ...denied, claims: [] });
    expect(countExchanges()).toBe(0);
  });

  it("returns a token for another client of the same job", async () => {
    const { job, keyId, fake } = await start();
    const { token, expiresAt } = await job.trusts.exchange();
    expect(String(token)).toBe("[redacted]");
    expect(Date.parse(expiresAt)).toBeGreaterThan(Date.now());
    const other = new BrikSync({ fetch: fake.fetch, accessToken: token });
    expect(await other.keys.get(keyId)).toMatchObject({ name: "CRM" });
    const admin = new BrikSync({ fetch: fake.fetch, session: fake.addSession() });
    expect(await catchError(admin.trusts.exchange())).toMatchObject({ name: "ConfigurationError" });
  });

  it("refuses options that contradict each other", () => {
    const workloadIdentity = { trustId: "t1" };
    expect(() => new BrikSync({ workloadIdentity, accessToken: "t" })).toThrow("Pass only one of workloadIdentity");
    expect(() => new BrikSync({ workloadIdentity: { trustId: "" } })).toThrow("workloadIdentity.trustId");
  });

  it("works in the client for workers too", async () => {
    const { fake, trust } = await start();
    const env = { BRIKSYNC_ID_TOKEN: `${fake.issueIdToken(jobClaims)}\n` };
    const job = new WorkerBrikSync({ fetch: fake.fetch, workloadIdentity: { trustId: trust.id, env } });
    expect(await job.auth.getGrant()).toMatchObject({ kind: "trust" });
  });
});

describe("the token of the platform", () => {
  /** Runs a job with these variables. Calls to the fake server and to the platform use the same transport. */
  async function request(env: Record<string, string | undefined>) {
    const fake = new FakeBrikSync();
    const { trust } = await createSampleTrust(fake);
    const { url, close } = await fake.listen();
    onTestFinished(close);
    const audience = "https://keys.example.com";
    const job = new BrikSync({ baseUrl: url, workloadIdentity: { trustId: trust.id, env, audience } });
    return { fake, job, url };
  }

  async function findMessage(env: Record<string, string | undefined>): Promise<string> {
    const { job } = await request(env);
    const error = await catchError(job.auth.getGrant());
    expect(error).toMatchObject({ type: "ID_TOKEN_UNAVAILABLE", outcome: "not-sent" });
    return error.message;
  }

  it("comes from GitHub, for the audience, and survives a moment of overload", async () => {
    const platform = await startRecordingServer((_, index) =>
      index === 0 ? { status: 503, text: "busy" } : { json: { value: "eyJh.eyJh.c2ln" } },
    );
    const env = {
      GITHUB_ACTIONS: "true",
      ACTIONS_ID_TOKEN_REQUEST_URL: `${platform.url}/idtoken?api-version=2.0`,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: "request-token",
    };
    const { job, fake } = await request(env);
    expect(await catchError(job.auth.getGrant())).toMatchObject({ type: "ASSERTION_INVALID" });
    expect(platform.requests[0]?.url).toBe("/idtoken?api-version=2.0&audience=https%3A%2F%2Fkeys.example.com");
    expect(platform.requests[0]?.headers.authorization).toBe("Bearer request-token");
    expect(fake.calls.find(({ operation }) => operation === "exchangeToken")).toBeDefined();
  });

  it("names the missing line if a GitHub job may not request one", async () => {
    expect(await findMessage({ GITHUB_ACTIONS: "true" })).toContain("permissions: { id-token: write, contents: read }");
  });

  it("is not requested over plain HTTP from another host", async () => {
    const message = await findMessage({
      ACTIONS_ID_TOKEN_REQUEST_URL: "http://example.com/token",
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: "t",
    });
    expect(message).toBe("ACTIONS_ID_TOKEN_REQUEST_URL is not an HTTPS URL.");
  });

  it("says what a refused request to the platform means", async () => {
    const platform = await startRecordingServer(() => ({ status: 403, text: "no" }));
    const message = await findMessage({
      ACTIONS_ID_TOKEN_REQUEST_URL: platform.url,
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: "t",
    });
    expect(message).toBe(`${platform.url} did not return an ID token: status 403.`);
    expect(platform.requests).toHaveLength(1);
  });

  it.each([
    [{ GITLAB_CI: "true" }, 'id_tokens: { BRIKSYNC_ID_TOKEN: { aud: "https://keys.example.com" } }'],
    [{ CIRCLECI: "true" }, "circleci run oidc get"],
    [{}, "BRIKSYNC_ID_TOKEN_FILE"],
    [{ BRIKSYNC_ID_TOKEN_FILE: "/nowhere/token" }, "/nowhere/token: ENOENT"],
    [{ KUBERNETES_SERVICE_HOST: "10.0.0.1" }, "/var/run/secrets/briksync/token"],
    [{ BUILDKITE: "true", PATH: "/nowhere" }, "buildkite-agent oidc request-token failed: ENOENT"],
    [{ BRIKSYNC_ID_TOKEN: "not a token" }, "is not a JSON Web Token"],
  ])("names what is missing: %j", async (env, text) => {
    expect(await findMessage(env)).toContain(text);
  });

  it("comes from a file and from buildkite-agent", async () => {
    const directory = await mkdtemp(join(tmpdir(), "briksync-sdk-"));
    onTestFinished(() => rm(directory, { recursive: true }));
    await writeFile(join(directory, "token"), "eyJh.eyJh.c2ln\n");
    const agent = join(directory, "buildkite-agent");
    await writeFile(
      agent,
      '#!/bin/sh\n[ "$*" = "oidc request-token --audience https://keys.example.com" ] && echo eyJh.eyJh.c2ln\n',
    );
    await chmod(agent, 0o755);
    for (const env of [
      { BRIKSYNC_ID_TOKEN_FILE: join(directory, "token") },
      { BUILDKITE: "true", PATH: [directory, "/usr/bin", "/bin"].join(delimiter) },
    ]) {
      const { job } = await request(env);
      expect(await catchError(job.auth.getGrant())).toMatchObject({ type: "ASSERTION_INVALID" });
    }
  });
});
