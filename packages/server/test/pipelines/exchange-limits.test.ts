import { describe, expect, it } from "vitest";
import { removeExpired } from "../../src/domain/jobs/remove-expired.ts";
import { exchangeToken } from "../../src/domain/trusts/exchange-token.ts";
import { expectError } from "../support/expect-error.ts";
import { createTestKey } from "../support/keys.ts";
import { createSignedIn } from "../support/people.ts";
import { audience, usePipelines } from "../support/pipelines.ts";

const unknownTrust = "00000000-0000-4000-8000-000000000000";

describe("repeated exchanges", () => {
  const pipelines = usePipelines();
  const { createTrust, sign, explain, call, exchange } = pipelines;

  it("I-01 spends a token once, also in concurrent exchanges", async () => {
    const { id } = await createTrust();
    const token = await sign();
    const responses = await Promise.all(Array.from({ length: 50 }, () => exchange(id, token)));
    const allowed = responses.filter(({ status }) => status === 200);
    expect(allowed).toHaveLength(1);
    for (const response of responses) if (response.status !== 200) expectError(response, "ASSERTION_REPLAYED");
    const explained = await explain(id, token);
    expect(explained.body).toMatchObject({ allowed: false, type: "ASSERTION_REPLAYED" });
  });

  it("I-04 keeps the limit of a trust for its own runs, even if a client often repeats a spent token", async () => {
    const { id } = await createTrust();
    const spent = await sign();
    for (let count = 0; count < 125; count++) await exchange(id, spent);
    expectError(await exchange(id, spent), "ASSERTION_REPLAYED");
    expect((await exchange(id, await sign())).status).toBe(200);
    const { body } = await call("GET", `/trusts/${id}/log?refused=true`, pipelines.admin.token);
    expect(body.length).toBeLessThan(70);
    pipelines.server.clock.advance(60_000);
  });

  it("spends a token without jti once, even if the text of its signature differs", async () => {
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
    const responses = await Promise.all(Array.from({ length: 9 }, () => exchange(id, token)));
    expect(responses.filter(({ status }) => status === 200)).toHaveLength(3);
  });

  it("S-63 limits exchanges per network, and verify stays fast", async () => {
    const { server, key } = pipelines;
    const responses = await Promise.all(Array.from({ length: 400 }, () => exchange(unknownTrust, "x.y.z")));
    const limited = responses.filter(({ status }) => status === 429);
    expect(limited.length).toBeGreaterThan(50);
    for (const response of limited.slice(0, 3)) expectError(response, "RATE_LIMITED");
    const verified = await server.call("GET", "/external/v1/auth/verify", { token: key.clientSecret });
    expect(verified.status).toBe(200);
    server.clock.advance(60_000);
  });

  it("S-63 checks at most 60 made-up tokens of a subscriber with many networks before another exchange", async () => {
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

  it("returns 503 while the issuer does not return its keys, also for trusts that do not exist", async () => {
    const { issuers, server } = pipelines;
    const owner = await createSignedIn(server);
    const { id: keyId } = await createTestKey(server, owner.token);
    const { id } = await createTrust("buildkite", { keyIds: [keyId] }, owner);
    issuers.buildkite.failure = "down";
    // The server uses cached keys for an hour without asking the issuer.
    server.clock.advance(61 * 60_000);
    for (const trustId of [id, unknownTrust]) {
      expectError(await exchange(trustId, await sign("buildkite")), "UNAVAILABLE");
    }
    issuers.buildkite.failure = null;
    server.clock.advance(31_000);
    expect((await exchange(id, await sign("buildkite"))).status).toBe(200);
  });
});
