import { createHmac, createPublicKey, type JsonWebKey } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { expectError } from "../support/expect-error.ts";
import { type FakeSupabase, useFakeSupabase } from "../support/fake-supabase.ts";
import type { FakeSession } from "../support/fake-supabase-state.ts";
import type { HttpResponse } from "../support/http-client.ts";
import { createSupabasePerson, type SupabasePerson } from "../support/hybrid-server.ts";
import { startTestServer, type TestServer } from "../support/start-server.ts";
import { createSharedKey, createSigningKey, type SigningKey } from "../support/supabase-keys.ts";

const jwtSecret = "the legacy secret of a project, of more than 32 bytes";

/** Encodes text, or a value as JSON, in Base64url. */
function encode(value: unknown): string {
  return Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url");
}

/** Signs a token by hand, because libraries would refuse to sign some of this content. */
function signByHand(header: unknown, payload: unknown, secret: string | Buffer): string {
  const content = `${encode(header)}.${encode(payload)}`;
  return `${content}.${createHmac("sha256", secret).update(content).digest("base64url")}`;
}

describe("tokens that do not belong to a user of the project", () => {
  let supabase: FakeSupabase;
  let server: TestServer;
  let person: SupabasePerson;
  let stranger: SupabasePerson;
  let session: FakeSession;
  const ends: Array<() => void | Promise<void>> = [];

  beforeAll(async () => {
    supabase = await useFakeSupabase((end) => void ends.push(end));
    server = await startTestServer({
      SUPABASE_URL: supabase.url,
      SUPABASE_PUBLISHABLE_KEY: supabase.publishableKey,
      SUPABASE_JWT_SECRET: jwtSecret,
    });
    supabase.publishedKeys.push(await createSigningKey("RS256"));
    person = await createSupabasePerson({ server, supabase });
    stranger = await createSupabasePerson({ server, supabase });
    const found = supabase.project.sessions.find(({ id }) => id === person.sessionId);
    if (found === undefined) throw new Error("no session");
    session = found;
  });
  afterAll(async () => {
    await server.stop();
    for (const end of ends) await end();
  });

  const getMe = (token: string): Promise<HttpResponse> => server.call("GET", "/external/v1/auth/me", { token });
  const claims = (): Record<string, unknown> => supabase.project.claimsOf(session);
  const keyOf = (algorithm: string): SigningKey => {
    const key = supabase.publishedKeys.find((candidate) => candidate.algorithm === algorithm);
    if (key === undefined) throw new Error(algorithm);
    return key;
  };

  it("S-08 valid tokens are accepted with each key of the project, and with its legacy secret", async () => {
    for (const key of [...supabase.publishedKeys, createSharedKey(jwtSecret)]) {
      expect((await getMe(await key.sign(claims()))).status, key.algorithm).toBe(200);
    }
  });

  it("S-08 every forged token gets the same response", async () => {
    const key = keyOf("ES256");
    const now = Math.floor(Date.now() / 1000);
    const good = await key.sign(claims());
    const [head = "", payload = "", signature = ""] = good.split(".");
    const { exp: _exp, ...withoutExp } = claims();
    const { session_id: _session, ...withoutSession } = claims();
    const { aal: _aal, ...withoutLevel } = claims();
    const foreign = await createSigningKey();
    const own = await server.deps.accessTokens.sign({
      userId: person.userId,
      sessionId: person.sessionId,
      companyId: person.companyId,
    });
    const pem = createPublicKey({ key: keyOf("RS256").publicJwk as JsonWebKey, format: "jwk" }).export({
      type: "spki",
      format: "pem",
    });
    const legacy = (changed: Record<string, unknown>): string =>
      signByHand({ alg: "HS256", typ: "JWT" }, { ...claims(), ...changed }, jwtSecret);
    const forged: Record<string, string | Promise<string>> = {
      "no algorithm": `${encode({ alg: "none", typ: "JWT" })}.${payload}.`,
      "no algorithm, signature kept": `${encode({ alg: "none", typ: "JWT" })}.${payload}.${signature}`,
      "no signature": `${head}.${payload}.`,
      "another project's key with this project's key ID": foreign.sign(claims(), { kid: key.kid }),
      "an unpublished key": foreign.sign(claims()),
      "no key ID": key.sign(claims(), { kid: undefined }),
      "the public key as a shared secret": signByHand(
        { alg: "HS256", typ: "JWT", kid: keyOf("RS256").kid },
        claims(),
        pem,
      ),
      "an empty shared secret": signByHand({ alg: "HS256", typ: "JWT" }, claims(), ""),
      "another shared secret": signByHand(
        { alg: "HS256", typ: "JWT" },
        claims(),
        "another secret of more than 32 bytes",
      ),
      "HS512 by name": signByHand({ alg: "HS512", typ: "JWT" }, claims(), jwtSecret),
      "RS256 by name": signByHand({ alg: "RS256", typ: "JWT", kid: keyOf("RS256").kid }, claims(), jwtSecret),
      "an embedded key": foreign.sign(claims(), { jwk: foreign.publicJwk }),
      "a link to its own key set": foreign.sign(claims(), { jku: "https://elsewhere.example/jwks.json" }),
      "a critical extension": signByHand({ alg: "HS256", typ: "JWT", crit: ["b64"], b64: false }, claims(), jwtSecret),
      "the type of a briksync access token": key.sign(claims(), { typ: "at+jwt" }),
      "no type": key.sign(claims(), { typ: undefined }),
      "another project": key.sign({ ...claims(), iss: "https://other.supabase.co/auth/v1" }),
      "the project without its path": key.sign({ ...claims(), iss: supabase.url }),
      "no issuer": key.sign({ ...claims(), iss: undefined }),
      "the anon key": legacy({ iss: "supabase", ref: "abc", role: "anon", aud: undefined, sub: undefined }),
      "the service key": legacy({ iss: "supabase", ref: "abc", role: "service_role", aud: undefined, sub: undefined }),
      "role anon": key.sign({ ...claims(), role: "anon" }),
      "role service_role": key.sign({ ...claims(), role: "service_role" }),
      "another audience": key.sign({ ...claims(), aud: "anon" }),
      "a list of audiences": key.sign({ ...claims(), aud: ["authenticated"] }),
      "an ID token": key.sign({ ...withoutSession, aud: "client-1", role: undefined, auth_time: now }),
      "an ID token that lacks only the audience": key.sign({ ...claims(), aud: "client-1" }),
      "for another application": key.sign({ ...claims(), client_id: "0b0f1f0e-1111-4111-8111-111111111111" }),
      "an anonymous visitor": key.sign({ ...claims(), is_anonymous: true }),
      "no session": key.sign(withoutSession),
      "a session that is not an ID": key.sign({ ...claims(), session_id: "__proto__" }),
      "a session that is an object": key.sign({ ...claims(), session_id: { $ne: "" } }),
      "the session of another user": key.sign({ ...claims(), session_id: stranger.sessionId }),
      "the subject of another user": key.sign({ ...claims(), sub: stranger.account.id }),
      "no subject": key.sign({ ...claims(), sub: undefined }),
      "no assurance level": key.sign(withoutLevel),
      expired: key.sign({ ...claims(), exp: now - 1 }),
      "no expiry": key.sign(withoutExp),
      "an infinite expiry": signByHand(
        { alg: "HS256", typ: "JWT" },
        JSON.stringify(claims()).replace(/"exp":\d+/, '"exp":1e400'),
        jwtSecret,
      ),
      "an expiry as text": legacy({ exp: "2099-01-01" }),
      "not yet valid": key.sign({ ...claims(), nbf: now + 600 }),
      "changed by one character": `${head}.${payload}.${signature.startsWith("A") ? "B" : "A"}${signature.slice(1)}`,
      "padding after the signature": `${good}=`,
      "a fourth part": `${good}.${signature}`,
      oversized: key.sign({ ...claims(), user_metadata: { filler: "x".repeat(11_000) } }),
      "a refresh token": session.refreshToken,
      "a briksync token that is signed with the project's secret": signByHand(
        { alg: "HS256", typ: "at+jwt" },
        JSON.parse(Buffer.from(own.split(".")[1] ?? "", "base64url").toString()),
        jwtSecret,
      ),
    };
    expect((await getMe(await key.sign(claims()))).status).toBe(200);
    expect((await getMe(stranger.token)).status).toBe(200);
    supabase.calls.length = 0;
    const responses: unknown[] = [];
    for (const [how, token] of Object.entries(forged)) {
      const response = await getMe(await token);
      expect(response.status, how).toBe(401);
      expect(expectError(response, "UNAUTHORIZED"), how).toBe("Unauthorized");
      const { "x-request-id": _id, date: _date, ...headers } = response.headers;
      responses.push(headers);
    }
    for (const response of responses) expect(response).toEqual(responses[0]);
    expect(supabase.calls).toEqual([]);
  });

  it("S-08 the legacy secret is valid only if the operator set it", async () => {
    const without = await startTestServer({
      SUPABASE_URL: supabase.url,
      SUPABASE_PUBLISHABLE_KEY: supabase.publishableKey,
    });
    try {
      const someone = await createSupabasePerson({ server: without, supabase });
      const token = await createSharedKey(jwtSecret).sign({ ...claims(), sub: someone.account.id });
      expectError(await without.call("GET", "/external/v1/auth/me", { token }), "UNAUTHORIZED");
    } finally {
      await without.stop();
    }
  });
});
