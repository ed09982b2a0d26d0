import { describe, expect, it } from "vitest";
import { removeExpired } from "../src/domain/jobs/remove-expired.ts";
import { exchangeToken } from "../src/domain/trusts/exchange-token.ts";
import { providerNames } from "../src/domain/trusts/provider.ts";
import { expectError } from "./support/expect-error.ts";
import { createTestKey } from "./support/keys.ts";
import { createSignedIn } from "./support/people.ts";
import { audience, usePipelines } from "./support/pipelines.ts";
import { listAuditedChanges, listChangesOfRefusal, listNewEvents, readState } from "./support/state-of-tables.ts";
import { sampleClaims } from "./support/workload-claims.ts";

const unknownTrust = "00000000-0000-4000-8000-000000000000";

describe("exchange", () => {
  const pipelines = usePipelines();
  const { createTrust, sign, explain, startRun, call } = {
    createTrust: (...input: Parameters<typeof pipelines.createTrust>) => pipelines.createTrust(...input),
    sign: (...input: Parameters<typeof pipelines.sign>) => pipelines.sign(...input),
    explain: (...input: Parameters<typeof pipelines.explain>) => pipelines.explain(...input),
    startRun: (...input: Parameters<typeof pipelines.startRun>) => pipelines.startRun(...input),
    call: (...input: Parameters<typeof pipelines.call>) => pipelines.call(...input),
  };
  const exchange: typeof pipelines.exchange = (trustId, token) => pipelines.exchange(trustId, token);

  /** Status, headers and body without what differs in each answer. */
  function comparable({ status, headers, text, body }: Awaited<ReturnType<typeof exchange>>): unknown {
    const { date: _, "x-request-id": requestId = "", ...rest } = headers;
    return { status, rest, text: text.replace(String(requestId), ""), type: body?.error?.type };
  }

  it.each(providerNames)("returns a token of the run for a token of %s, and logs the run", async (provider) => {
    const { id } = await createTrust(provider);
    const answer = await exchange(id, await sign(provider));
    expect(answer.status, answer.text).toBe(200);
    expect(answer.headers["cache-control"]).toBe("no-store");
    expect(answer.body).toEqual({
      access_token: expect.stringMatching(/^run_[0-9a-f]{48}$/),
      issued_token_type: "urn:ietf:params:oauth:token-type:access_token",
      token_type: "Bearer",
      expires_in: 900,
      scope: "rotate",
    });
    const { run } = sampleClaims[provider];
    const grant = await call("GET", "/grant", answer.body.access_token);
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
    const answer = await exchange(id, await sign("github", { repository_id: "75" }));
    expect(expectError(answer, "TRUST_DENIED")).toBe('In the token, repository_id is "75"');
    expect(answer.body.error.details).toEqual([{ path: "repository_id", message: "75" }]);
  });

  it.each(["pull_request", "pull_request_target", "workflow_run"])("I-01 refuses the event %s", async (event) => {
    const { id } = await createTrust();
    const answer = await exchange(id, await sign("github", { event_name: event }));
    expect(expectError(answer, "TRUST_DENIED")).toContain("event_name");
  });

  it("I-04 never returns the expected value, and shows it to admins only", async () => {
    const { id } = await createTrust("github", {
      claims: { ...sampleClaims.github.pinned, environment: "secret-env" },
    });
    const token = await sign();
    const refused = await exchange(id, token);
    const explained = await explain(id, token);
    for (const { text } of [refused, explained]) expect(text).not.toContain("secret-env");
    expect(expectError(refused, "TRUST_DENIED")).toBe('In the token, environment is "production"');
    expect(explained.body).toEqual({
      allowed: false,
      type: "TRUST_DENIED",
      claims: [
        { claim: "repository_id", has: "74", ok: true },
        { claim: "repository_owner_id", has: "65", ok: true },
        { claim: "workflow_path", has: ".github/workflows/rotate.yml", ok: true },
        { claim: "environment", has: "production", ok: false },
      ],
    });
    const log = await call("GET", `/trusts/${id}/log?refused=true`, pipelines.admin.token);
    expect(log.body).toMatchObject([
      { outcome: "refused", type: "TRUST_DENIED", claim: "environment", has: "production" },
    ]);
    const member = await createSignedIn(pipelines.server, { company: pipelines.admin.companyName, privilege: 3 });
    for (const path of ["/trusts", `/trusts/${id}`, `/trusts/${id}/log`]) {
      expectError(await call("GET", path, member.token), "FORBIDDEN");
    }
    expectError(await call("GET", `/trusts/${id}`, await startRun((await createTrust()).id)), "SCOPE_DENIED");
  });

  it("shows no text of a token in logs and messages that could forge a line", async () => {
    const { id } = await createTrust();
    const environment = `prod\n\u202e${"x".repeat(500)}`;
    const answer = await exchange(id, await sign("github", { environment, run_id: "1\u001b[31m" }));
    expect(expectError(answer, "TRUST_DENIED")).toContain("prod\ufffd\ufffdxxx");
    const { body } = await call("GET", `/trusts/${id}/log`, pipelines.admin.token);
    expect(body[0].has).toHaveLength(400);
    expect(body[0].run.runId).toBe("1\ufffd[31m");
  });

  it("I-04 answers the same for unknown, foreign and disabled trusts, byte for byte", async () => {
    const disabled = await createTrust();
    await call("POST", `/trusts/${disabled.id}/disable`, pipelines.admin.token);
    const stranger = await createSignedIn(pipelines.server);
    const { id: keyId } = await createTestKey(pipelines.server, stranger.token);
    const foreign = await createTrust(
      "github",
      { keyIds: [keyId], claims: { ...sampleClaims.github.pinned, repository_owner_id: "66" } },
      stranger,
    );
    for (const send of [exchange, explain]) {
      const [unknown, ...others] = await Promise.all(
        [unknownTrust, "no ID", disabled.id, foreign.id].map(async (id) => comparable(await send(id, await sign()))),
      );
      for (const other of others) expect(other).toEqual(unknown);
    }
    const { body } = await explain(foreign.id, await sign());
    expect(body).toEqual({ allowed: false, type: "TRUST_DENIED", claims: [] });
  });

  it("I-04 answers the same for tokens that are not valid, whether the trust exists or not", async () => {
    const { id } = await createTrust();
    const tokens = [
      "x",
      await sign("github", { aud: "https://other.example" }),
      await sign("github", { iss: "https://unknown.example" }),
      `${(await sign()).slice(0, -8)}AAAAAAAA`,
    ];
    for (const token of tokens) {
      const [known, unknown] = [await exchange(id, token), await exchange(unknownTrust, token)];
      expectError(known, "ASSERTION_INVALID");
      expect(comparable(known)).toEqual(comparable(unknown));
    }
  });

  it("I-01 spends a token once, however many exchange it at once", async () => {
    const { id } = await createTrust();
    const token = await sign();
    const answers = await Promise.all(Array.from({ length: 50 }, () => exchange(id, token)));
    const allowed = answers.filter(({ status }) => status === 200);
    expect(allowed).toHaveLength(1);
    for (const answer of answers) if (answer.status !== 200) expectError(answer, "ASSERTION_REPLAYED");
    const explained = await explain(id, token);
    expect(explained.body).toMatchObject({ allowed: false, type: "ASSERTION_REPLAYED" });
  });

  it("I-04 keeps the limit of a trust for its own runs, however often somebody repeats a spent token", async () => {
    const { id } = await createTrust();
    const spent = await sign();
    for (let count = 0; count < 125; count++) await exchange(id, spent);
    expectError(await exchange(id, spent), "ASSERTION_REPLAYED");
    expect((await exchange(id, await sign())).status).toBe(200);
    const { body } = await call("GET", `/trusts/${id}/log?refused=true`, pipelines.admin.token);
    expect(body.length).toBeLessThan(70);
    pipelines.server.clock.advance(60_000);
  });

  it("spends a token without jti once, whatever the text of its signature", async () => {
    const { id } = await createTrust("circleci", { reuse: 1 });
    const token = await sign("circleci");
    const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    const twin = `${token.slice(0, -1)}${alphabet[alphabet.indexOf(token.at(-1) ?? "") ^ 1]}`;
    expect((await exchange(id, token)).status).toBe(200);
    expectError(await exchange(id, twin), "ASSERTION_REPLAYED");
  });

  it("exchanges a token of a job as often as the trust allows", async () => {
    const { id } = await createTrust("gitlab", { reuse: 3 });
    const token = await sign("gitlab");
    const answers = await Promise.all(Array.from({ length: 9 }, () => exchange(id, token)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(3);
  });

  it("refuses addresses outside the networks of the trust, also with a token of a run", async () => {
    const { id } = await createTrust("github", { fromCidrs: ["192.0.2.0/24"] });
    const answer = await exchange(id, await sign());
    expect(expectError(answer, "TRUST_DENIED")).toContain("127.0.0.1");
  });

  it("S-60 changes nothing for a refused exchange but its line in the logs", async () => {
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
      const answer = await exchange(id, token);
      expect(answer.status).toBeGreaterThanOrEqual(400);
      const after = await readState(pipelines.server.database);
      expect(listAuditedChanges(before, after)).toEqual([]);
      expect(listChangesOfRefusal(before, after)).toEqual([]);
      const countLines = (state: typeof before): number => state.get("trust_events")?.length ?? 0;
      expect(countLines(after) - countLines(before)).toBe(lines);
      expect(listNewEvents(before, after).map(({ action }) => action)).toEqual(
        lines === 0 ? [] : ["trust.run_refused"],
      );
    }
    // The token that was refused for its claims was not spent.
    const { claims } = (await explain(id, cases[0]?.token ?? "")).body;
    expect(claims.at(-1)).toMatchObject({ claim: "environment", ok: false });
  });

  it("ends with the plan of the company", async () => {
    const owner = await createSignedIn(pipelines.server);
    const { id: keyId } = await createTestKey(pipelines.server, owner.token);
    const { id } = await createTrust("github", { keyIds: [keyId] }, owner);
    const token = await startRun(id);
    await pipelines.server.deps.store.transact(({ users }) => users.setPlan(owner.companyId, "PRO"));
    expectError(await exchange(id, await sign()), "PLAN_UPGRADE_REQUIRED");
    expectError(await call("POST", `/keys/${keyId}/rotate`, token, { mode: "staged" }), "PLAN_UPGRADE_REQUIRED");
    expect((await call("GET", "/keys", token)).status).toBe(200);
  });

  it("refuses forms that are not those of RFC 8693", async () => {
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

  it("S-63 limits exchanges per network, and verify stays fast", async () => {
    const { server, key } = pipelines;
    const answers = await Promise.all(Array.from({ length: 400 }, () => exchange(unknownTrust, "x.y.z")));
    const limited = answers.filter(({ status }) => status === 429);
    expect(limited.length).toBeGreaterThan(50);
    for (const answer of limited.slice(0, 3)) expectError(answer, "RATE_LIMITED");
    const verified = await server.call("GET", "/external/v1/auth/verify", { token: key.clientSecret });
    expect(verified.status).toBe(200);
    server.clock.advance(60_000);
  });

  it("S-63 an exchange waits for at most 60 made-up tokens of a subscriber with many networks", async () => {
    const { deps } = pipelines.server;
    const { id: trustId } = await createTrust();
    const outcomes: string[] = [];
    const send = (token: string, ip: string): Promise<unknown> =>
      exchangeToken(deps, { token, trustId, audience }, { ip, requestId: null }).then(
        () => outcomes.push("exchanged"),
        (error) => outcomes.push(error.type),
      );
    const madeUp = Array.from({ length: 1_000 }, (_, index) => send("x.y.z", `2001:db8:1:${index}::1`));
    await Promise.all([...madeUp, send(await sign(), "203.0.113.7")]);
    expect(outcomes.filter((outcome) => outcome === "RATE_LIMITED")).toHaveLength(940);
    expect(outcomes.filter((outcome) => outcome === "ASSERTION_INVALID")).toHaveLength(60);
    expect(outcomes).toContain("exchanged");
  });

  it("I-01 reports a token as replayed until it is refused as expired, also after retention", async () => {
    const { server } = pipelines;
    const { id } = await createTrust();
    const iat = Math.floor(server.clock.now().getTime() / 1_000);
    const token = await sign("github", { iat, exp: iat + 300 });
    expect((await exchange(id, token)).status).toBe(200);
    server.clock.advance(355_000);
    await removeExpired(server.deps);
    expectError(await exchange(id, token), "ASSERTION_REPLAYED");
    server.clock.advance(10_000);
    expectError(await exchange(id, token), "ASSERTION_INVALID");
    const count = async (table: string): Promise<number> =>
      (await server.database.query(`select * from ${table}`)).length;
    server.clock.advance(2 * 3_600_000);
    await removeExpired(server.deps);
    expect(await count("spent_assertions")).toBe(0);
    expect(await count("run_tokens")).toBe(0);
    expect(await count("trust_events")).toBeGreaterThan(0);
    server.clock.advance(91 * 86_400_000);
    await removeExpired(server.deps);
    expect(await count("trust_events")).toBe(0);
  });

  it("answers 503 while the issuer does not return its keys, also for trusts that do not exist", async () => {
    const { issuers, server } = pipelines;
    const owner = await createSignedIn(server);
    const { id: keyId } = await createTestKey(server, owner.token);
    const { id } = await createTrust("buildkite", { keyIds: [keyId] }, owner);
    issuers.buildkite.failure = "down";
    // Keys are used for an hour without the issuer.
    server.clock.advance(61 * 60_000);
    for (const trustId of [id, unknownTrust]) {
      expectError(await exchange(trustId, await sign("buildkite")), "UNAVAILABLE");
    }
    issuers.buildkite.failure = null;
    server.clock.advance(31_000);
    expect((await exchange(id, await sign("buildkite"))).status).toBe(200);
  });
});
