import { describe, expect, it } from "vitest";
import { expectError } from "../support/expect-error.ts";
import type { HttpResponse } from "../support/http-client.ts";
import { createSupabasePerson, type Hybrid, useHybrid } from "../support/hybrid-server.ts";
import { createSigningKey } from "../support/supabase-keys.ts";

const minuteMs = 60_000;

const getMe = ({ server }: Hybrid, token: string): Promise<HttpResponse> =>
  server.call("GET", "/external/v1/auth/me", { token });

/** Returns how often the server has fetched the keys of the project. */
const countFetches = ({ supabase }: Hybrid): number =>
  supabase.calls.filter((call) => call.endsWith("/jwks.json")).length;

/** Creates a user with a session. Returns a function that issues tokens of this session. */
async function useTokens(hybrid: Hybrid): Promise<() => Promise<string>> {
  const person = await createSupabasePerson(hybrid);
  const { project } = hybrid.supabase;
  const session = project.sessions.find(({ id }) => id === person.sessionId);
  if (session === undefined) throw new Error("no session");
  return () => project.signToken(session);
}

describe("the keys of a project", () => {
  it("S-08 are fetched with the first token, and again when a token has a new key ID", async () => {
    const hybrid = await useHybrid();
    const { server, supabase } = hybrid;
    const newToken = await useTokens(hybrid);
    expect(countFetches(hybrid)).toBe(0);
    expect((await getMe(hybrid, await newToken())).status).toBe(200);
    expect((await getMe(hybrid, await newToken())).status).toBe(200);
    expect(countFetches(hybrid)).toBe(1);

    const next = await createSigningKey("RS256");
    supabase.publishedKeys.push(next);
    supabase.project.signingKey = next;
    server.clock.advance(31_000);
    expect((await getMe(hybrid, await newToken())).status).toBe(200);
    expect(countFetches(hybrid)).toBe(2);
  });

  it("S-08 are fetched once in thirty seconds, even for forged key IDs", async () => {
    const hybrid = await useHybrid();
    const { server, supabase } = hybrid;
    const newToken = await useTokens(hybrid);
    expect((await getMe(hybrid, await newToken())).status).toBe(200);
    const foreign = await createSigningKey();
    const claims = supabase.project.claimsOf(
      supabase.project.sessions.at(-1) ??
        supabase.project.openSession(supabase.project.addUser({ email: "x@x.example" })),
    );
    const forge = (index: number): Promise<string> => foreign.sign(claims, { kid: `made-up-${index}` });
    for (const rounds of [1, 2]) {
      const responses = await Promise.all(
        Array.from({ length: 40 }, async (_, index) => getMe(hybrid, await forge(index))),
      );
      for (const response of responses) expectError(response, "UNAUTHORIZED");
      expect(countFetches(hybrid)).toBe(rounds);
      server.clock.advance(31_000);
    }
    expect((await getMe(hybrid, await newToken())).status).toBe(200);
  });

  it("S-08 cause 503 while they are unavailable, and many tokens cause one fetch in thirty seconds", async () => {
    const hybrid = await useHybrid();
    const { server, supabase } = hybrid;
    const newToken = await useTokens(hybrid);
    supabase.misbehavior = "error";
    for (const rounds of [1, 2]) {
      const token = await newToken();
      const responses = await Promise.all(Array.from({ length: 20 }, () => getMe(hybrid, token)));
      for (const response of responses) {
        expectError(response, "UNAVAILABLE");
        expect(Number(response.headers["retry-after"])).toBeLessThanOrEqual(30);
      }
      expectError(await getMe(hybrid, token), "UNAVAILABLE");
      expect(countFetches(hybrid)).toBe(rounds);
      server.clock.advance(31_000);
    }
    supabase.misbehavior = null;
    expect((await getMe(hybrid, await newToken())).status).toBe(200);
  });

  it("S-08 stay valid for one hour while the project is down, and not longer", async () => {
    const hybrid = await useHybrid();
    const { server, supabase } = hybrid;
    supabase.project.tokenSeconds = 4 * 3_600;
    const newToken = await useTokens(hybrid);
    expect((await getMe(hybrid, await newToken())).status).toBe(200);
    supabase.misbehavior = "down";
    server.clock.advance(50 * minuteMs);
    const token = await newToken();
    const responses = await Promise.all(Array.from({ length: 10 }, () => getMe(hybrid, token)));
    expect(responses.map(({ status }) => status)).toEqual(responses.map(() => 200));
    expect(countFetches(hybrid)).toBe(2);
    expect(server.failures.map(({ what }) => what)).toEqual(["cannot fetch the keys of Supabase"]);
    server.clock.advance(11 * minuteMs);
    expectError(await getMe(hybrid, await newToken()), "UNAVAILABLE");
    supabase.misbehavior = null;
    server.clock.advance(31_000);
    expect((await getMe(hybrid, await newToken())).status).toBe(200);
  });

  it("S-08 that were withdrawn are refused at their first use ten minutes after the last fetch", async () => {
    const hybrid = await useHybrid();
    const { server, supabase } = hybrid;
    const newToken = await useTokens(hybrid);
    const withdrawn = await newToken();
    expect((await getMe(hybrid, withdrawn)).status).toBe(200);
    const next = await createSigningKey();
    supabase.publishedKeys.splice(0, 1, next);
    supabase.project.signingKey = next;
    server.clock.advance(11 * minuteMs);
    const responses = await Promise.all(Array.from({ length: 10 }, () => getMe(hybrid, withdrawn)));
    for (const response of responses) expectError(response, "UNAUTHORIZED");
    expect((await getMe(hybrid, await newToken())).status).toBe(200);
    expect(countFetches(hybrid)).toBe(2);
  });

  it.each([
    ["not an object", "keys"],
    ["not a list", { keys: "x" }],
    ["a list without keys", { keys: [1, null] }],
    ["a list of lists", { keys: [[], ["kty", "EC"]] }],
    ["a private secret", { keys: [{ kty: "oct", k: "c2VjcmV0", kid: "x", alg: "HS256" }] }],
    ["too many", { keys: Array.from({ length: 101 }, () => ({ kty: "EC" })) }],
  ])("S-33 that are %s make no token valid, and break nothing", async (_how, body) => {
    const hybrid = await useHybrid();
    const newToken = await useTokens(hybrid);
    const { publishedKeys } = hybrid.supabase;
    publishedKeys.length = 0;
    const keys = typeof body === "object" && Array.isArray(body.keys) ? body.keys : [body];
    for (const publicJwk of keys) publishedKeys.push({ publicJwk } as never);
    const { status } = await getMe(hybrid, await newToken());
    expect([401, 503]).toContain(status);
  });
});
