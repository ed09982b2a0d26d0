import { createHmac, generateKeyPairSync, randomUUID, sign as signWithKey } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { createAccessTokens } from "./access-token.ts";

const secret = "a signing secret of thirty-two bytes or more";
const issuer = "briksync";
const audience = "briksync-management";
const nowSeconds = 1_900_000_000;
const claims = { userId: randomUUID(), sessionId: randomUUID(), companyId: randomUUID() };

function createTokens(overrides: Partial<Parameters<typeof createAccessTokens>[0]> = {}) {
  const now = () => new Date(nowSeconds * 1_000);
  return createAccessTokens({ secret, issuer, audience, ttlSeconds: 900, now, ...overrides });
}

function encode(part: string | Buffer): string {
  return Buffer.from(part).toString("base64url");
}

const goodHeader = { alg: "HS256", typ: "at+jwt" };
const goodPayload = {
  iss: issuer,
  aud: audience,
  sub: claims.userId,
  sid: claims.sessionId,
  cid: claims.companyId,
  iat: nowSeconds,
  exp: nowSeconds + 900,
};

/** Returns a token with any header and payload (JSON text or objects), correctly signed with the server's secret. */
function forge(header: object | string, payload: object | string, hash = "sha256", key: string = secret): string {
  const [head, body] = [header, payload].map((part) => encode(typeof part === "string" ? part : JSON.stringify(part)));
  return `${head}.${body}.${createHmac(hash, key).update(`${head}.${body}`).digest("base64url")}`;
}

/** Returns the payload's JSON with one claim as literal text, which JSON.stringify could not produce. */
function withLiteral(claim: string, literal: string): string {
  const { [claim as keyof typeof goodPayload]: _, ...rest } = goodPayload;
  return `${JSON.stringify(rest).slice(0, -1)},"${claim}":${literal}}`;
}

describe("createAccessTokens", () => {
  const tokens = createTokens();

  it("S-08 verifies what it signed, until the second it expires", async () => {
    const token = await tokens.sign(claims);
    expect(await tokens.verify(token)).toEqual({ ...claims, expiresAt: new Date((nowSeconds + 900) * 1_000) });
    const at = (seconds: number) => createTokens({ now: () => new Date(seconds * 1_000) }).verify(token);
    expect(await at(nowSeconds + 899)).not.toBeNull();
    expect(await at(nowSeconds + 900)).toBeNull();
    expect(await at(nowSeconds + 1_000_000)).toBeNull();
  });

  it("S-08 signs HS256 of type at+jwt with only IDs in the payload", async () => {
    const [header = "", payload = ""] = (await tokens.sign(claims)).split(".");
    expect(JSON.parse(Buffer.from(header, "base64url").toString())).toEqual(goodHeader);
    expect(JSON.parse(Buffer.from(payload, "base64url").toString())).toEqual(goodPayload);
  });

  it("S-08 accepts a well-formed token of the same form, so that the refusals below are meaningful", async () => {
    expect(await tokens.verify(forge(goodHeader, goodPayload))).not.toBeNull();
    expect(await tokens.verify(forge(goodHeader, { ...goodPayload, nbf: nowSeconds }))).not.toBeNull();
  });

  it("S-08 refuses the algorithm none, in any spelling, signed or not", async () => {
    for (const alg of ["none", "None", "NONE", "nOnE", ""]) {
      const unsigned = `${encode(JSON.stringify({ ...goodHeader, alg }))}.${encode(JSON.stringify(goodPayload))}.`;
      expect(await tokens.verify(unsigned)).toBeNull();
      expect(await tokens.verify(`${unsigned}AAAA`)).toBeNull();
      expect(await tokens.verify(forge({ ...goodHeader, alg }, goodPayload))).toBeNull();
    }
  });

  it("S-08 refuses every other algorithm, even with the right secret", async () => {
    expect(await tokens.verify(forge({ ...goodHeader, alg: "HS384" }, goodPayload, "sha384"))).toBeNull();
    expect(await tokens.verify(forge({ ...goodHeader, alg: "HS512" }, goodPayload, "sha512"))).toBeNull();
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const input = `${encode(JSON.stringify({ ...goodHeader, alg: "RS256" }))}.${encode(JSON.stringify(goodPayload))}`;
    expect(await tokens.verify(`${input}.${encode(signWithKey("sha256", Buffer.from(input), privateKey))}`)).toBeNull();
  });

  it("S-08 refuses a foreign signature, a truncated one, and a padded one", async () => {
    expect(await tokens.verify(forge(goodHeader, goodPayload, "sha256", `${secret}!`))).toBeNull();
    const token = forge(goodHeader, goodPayload);
    for (const text of [token.slice(0, -1), `${token}A`, `${token}=`, token.slice(0, token.lastIndexOf(".") + 1)]) {
      expect(await tokens.verify(text)).toBeNull();
    }
    const other = await createTokens({ secret: "another secret of thirty-two bytes or more" }).sign(claims);
    expect(await tokens.verify(other)).toBeNull();
  });

  it("S-08 refuses a payload or header that does not match the signature", async () => {
    const [header, , signature] = forge(goodHeader, goodPayload).split(".");
    const payload = encode(JSON.stringify({ ...goodPayload, sub: randomUUID() }));
    expect(await tokens.verify(`${header}.${payload}.${signature}`)).toBeNull();
  });

  it.each([undefined, "JWT", "jwt", "rt+jwt", "", 1, null])("S-08 refuses the type %j", async (typ) => {
    expect(await tokens.verify(forge({ alg: "HS256", typ }, goodPayload))).toBeNull();
  });

  it("S-08 refuses critical extensions, and a header with its own key", async () => {
    const jwk = { kty: "oct", k: encode("the attacker's own key of thirty-two bytes") };
    expect(await tokens.verify(forge({ ...goodHeader, crit: ["b64"], b64: false }, goodPayload))).toBeNull();
    expect(await tokens.verify(forge({ ...goodHeader, crit: ["x"], x: 1 }, goodPayload))).toBeNull();
    const withKey = forge({ ...goodHeader, jwk }, goodPayload, "sha256", "the attacker's own key of thirty-two bytes");
    expect(await tokens.verify(withKey)).toBeNull();
  });

  it.each([undefined, "another", "", null, 1, [issuer], `${issuer} `])("S-08 refuses the issuer %j", async (iss) => {
    expect(await tokens.verify(forge(goodHeader, { ...goodPayload, iss }))).toBeNull();
  });

  it.each([undefined, "another", "", null, [audience], [audience, "another"], [], { 0: audience }])(
    "S-08 refuses the audience %j",
    async (aud) => {
      expect(await tokens.verify(forge(goodHeader, { ...goodPayload, aud }))).toBeNull();
    },
  );

  it.each(["exp", "iat", "nbf"])("S-08 refuses a time %s that is not a finite whole number", async (claim) => {
    const literals = [
      "1e400",
      "-1e400",
      "null",
      "true",
      '"1900000900"',
      "1900000900.5",
      "[1900000900]",
      "{}",
      "1e300",
      "9e12",
    ];
    for (const literal of literals) {
      expect([literal, await tokens.verify(forge(goodHeader, withLiteral(claim, literal)))]).toEqual([literal, null]);
    }
  });

  it.each(["exp", "iat", "sub", "sid", "cid", "iss", "aud"] as const)(
    "S-08 refuses a token without %s",
    async (claim) => {
      const { [claim]: _, ...rest } = goodPayload;
      expect(await tokens.verify(forge(goodHeader, rest))).toBeNull();
    },
  );

  it("S-08 refuses an expired token, and one that is not yet valid", async () => {
    for (const exp of [0, -1, nowSeconds - 1, nowSeconds]) {
      expect(await tokens.verify(forge(goodHeader, { ...goodPayload, exp }))).toBeNull();
    }
    expect(await tokens.verify(forge(goodHeader, { ...goodPayload, nbf: nowSeconds + 1 }))).toBeNull();
  });

  it.each(["sub", "sid", "cid"])("S-08 refuses %s that is not text", async (claim) => {
    for (const value of ["", 1, null, true, [claims.userId], {}]) {
      expect(await tokens.verify(forge(goodHeader, { ...goodPayload, [claim]: value }))).toBeNull();
    }
  });

  it("S-08 refuses payloads that are not objects, and invalid JSON", async () => {
    for (const payload of ["null", "[]", "1", '"text"', "", "{", '{"__proto__":{}}', "\ud800"]) {
      expect(await tokens.verify(forge(goodHeader, payload))).toBeNull();
      expect(await tokens.verify(forge(payload, goodPayload))).toBeNull();
    }
  });

  it("S-08 refuses an oversized token with a valid signature", async () => {
    const fill = (size: number) => forge(goodHeader, { ...goodPayload, x: "x".repeat(size) });
    expect(await tokens.verify(fill(2_000))).not.toBeNull();
    expect(await tokens.verify(fill(4_096))).toBeNull();
    expect(await tokens.verify(`${"a".repeat(10_000_000)}.a.a`)).toBeNull();
  });

  it("S-08 refuses anything else, and never throws", async () => {
    for (const text of [
      "",
      ".",
      "..",
      "...",
      "a.b",
      "a.b.c.d",
      "a.b.c.d.e",
      " ",
      "Bearer x",
      "eyJhbGciOiJIUzI1NiJ9..x",
    ]) {
      expect(await tokens.verify(text)).toBeNull();
    }
    const part = fc.oneof(fc.string(), fc.json().map(encode), fc.constant(encode(JSON.stringify(goodHeader))));
    await fc.assert(
      fc.asyncProperty(fc.array(part, { maxLength: 4 }), async (parts) => {
        expect(await tokens.verify(parts.join("."))).toBeNull();
      }),
    );
  });

  it("S-08 does not start with a secret that is too short for the algorithm", () => {
    expect(() => createTokens({ secret: "x".repeat(31) })).toThrow("shorter than 32 bytes");
  });
});
