import { createHmac } from "node:crypto";
import { describe, expect, it } from "vitest";
import { expectError } from "../support/expect-error.ts";
import type { HttpResponse } from "../support/http-client.ts";
import { createTestKey } from "../support/keys.ts";
import { useAdmin, useServer, useTestServer } from "../support/lifetimes.ts";
import { createSignedIn } from "../support/people.ts";

const jwtSecret = "a signing secret of more than 32 bytes";
const auth = "/external/v1/auth";

describe("forged access tokens", () => {
  const server = useServer({ BRIKSYNC_JWT_SECRET: jwtSecret, REFRESH_TOKEN_TTL: "3600" });

  const getMe = (token: string): Promise<HttpResponse> => server.call("GET", `${auth}/me`, { token });

  const encode = (value: unknown): string =>
    Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url");
  const sign = (header: unknown, payload: unknown, secret = jwtSecret, hash = "sha256"): string => {
    const content = `${encode(header)}.${encode(payload)}`;
    return `${content}.${createHmac(hash, secret).update(content).digest("base64url")}`;
  };
  const decode = (token: string): Record<string, unknown> =>
    JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString());
  const header = { alg: "HS256", typ: "at+jwt" };

  const person = useAdmin(server);
  const stranger = useAdmin(server);

  it("S-08 the helper of these tests creates valid tokens if nothing is changed", async () => {
    expect((await getMe(sign(header, decode(person.token)))).status).toBe(200);
  });

  it("S-08 refuses all of them with the same response", async () => {
    const claims = decode(person.token);
    const now = Math.floor(Date.now() / 1000);
    const { exp: _exp, ...withoutExp } = claims;
    const [head = "", payload = "", signature = ""] = person.token.split(".");
    const forged: Record<string, string> = {
      "no algorithm": `${encode({ alg: "none", typ: "at+jwt" })}.${payload}.`,
      "no algorithm, signature kept": `${encode({ alg: "none", typ: "at+jwt" })}.${payload}.${signature}`,
      "no signature": `${head}.${payload}.`,
      "another key": sign(header, claims, "another signing secret of 32 bytes and more"),
      "an empty key": sign(header, claims, ""),
      HS512: sign({ ...header, alg: "HS512" }, claims, jwtSecret, "sha512"),
      "RS256 by name": sign({ ...header, alg: "RS256" }, claims),
      "a critical extension": sign({ ...header, crit: ["b64"], b64: false }, claims),
      "an embedded key": sign({ ...header, jwk: { kty: "oct", k: encode("x".repeat(32)) } }, claims, "x".repeat(32)),
      "an ID token's type": sign({ ...header, typ: "JWT" }, claims),
      "no type": sign({ alg: "HS256" }, claims),
      "another issuer": sign(header, { ...claims, iss: "elsewhere" }),
      "another audience": sign(header, { ...claims, aud: "briksync" }),
      "a list of audiences": sign(header, { ...claims, aud: [claims["aud"], "elsewhere"] }),
      expired: sign(header, { ...claims, exp: now - 1 }),
      "no expiry": sign(header, withoutExp),
      "an infinite expiry": sign(header, JSON.stringify(claims).replace(/"exp":\d+/, '"exp":1e400')),
      "an expiry as text": sign(header, { ...claims, exp: "2099-01-01" }),
      "not yet valid": sign(header, { ...claims, nbf: now + 600 }),
      "the session of another user": sign(header, { ...claims, sid: decode(stranger.token)["sid"] }),
      "the session and company of another user": sign(header, {
        ...claims,
        sid: decode(stranger.token)["sid"],
        cid: stranger.companyId,
      }),
      "the company of another user": sign(header, { ...claims, cid: stranger.companyId }),
      "no session": sign(header, { ...claims, sid: "00000000-0000-4000-8000-000000000000" }),
      "a session ID that is not text": sign(header, { ...claims, sid: { $ne: "" } }),
      "__proto__ as session": sign(header, { ...claims, sid: "__proto__" }),
      "changed by one character": `${head}.${payload}.${signature.startsWith("A") ? "B" : "A"}${signature.slice(1)}`,
      "padding after the signature": `${person.token}=`,
      "a fourth part": `${person.token}.${signature}`,
      oversized: sign(header, { ...claims, filler: "x".repeat(8_000) }),
      "a refresh token": person.refreshToken,
      dots: "...",
    };
    const responses: unknown[] = [];
    for (const [how, token] of Object.entries(forged)) {
      const response = await getMe(token);
      expect(response.status, how).toBe(401);
      expect(expectError(response, "UNAUTHORIZED"), how).toBe("Unauthorized");
      const { "x-request-id": _id, date: _date, ...headers } = response.headers;
      responses.push(headers);
    }
    for (const response of responses) expect(response).toEqual(responses[0]);
  });

  it("S-08 a client secret is not an access token, and vice versa", async () => {
    const { clientSecret } = await createTestKey(server, person.token);
    expectError(await getMe(clientSecret), "UNAUTHORIZED");
    expectError(
      await server.call("GET", `${auth}/verify`, { token: person.token.slice(0, 250) }),
      "INVALID_CREDENTIALS",
    );
    expectError(await server.call("GET", `${auth}/verify`, { token: person.token }), "INVALID_CREDENTIALS");
  });

  it("S-08 refuses an access token from the second it expires", async () => {
    const patient = await useTestServer({ ACCESS_TOKEN_TTL: "60" });
    const someone = await createSignedIn(patient);
    patient.clock.advance(58_000);
    expect((await patient.call("GET", `${auth}/me`, { token: someone.token })).status).toBe(200);
    patient.clock.advance(2_000);
    expectError(await patient.call("GET", `${auth}/me`, { token: someone.token }), "UNAUTHORIZED");
  });
});
