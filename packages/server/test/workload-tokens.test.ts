import { createHash, createHmac, createSecretKey } from "node:crypto";
import { exportSPKI, importJWK, SignJWT, UnsecuredJWT } from "jose";
import { describe, expect, it } from "vitest";
import { IdentityProviderUnavailableError } from "../src/domain/identity/identity-provider.ts";
import type { ReadAssertion, WorkloadTokens } from "../src/domain/trusts/workload-tokens.ts";
import { isPublicAddress } from "../src/oidc/public-addresses.ts";
import { createWorkloadTokens } from "../src/oidc/workload-tokens.ts";
import { type FakeIssuer, useFakeIssuer } from "./support/fake-issuer.ts";
import { createSigningKey } from "./support/supabase-keys.ts";

const audience = "https://keys.example.com";
const nowSeconds = (): number => Math.floor(Date.now() / 1_000);

interface Setup {
  readonly issuer: FakeIssuer;
  readonly tokens: WorkloadTokens;
  advance(milliseconds: number): void;
  verify(token: string, allowsAudienceList?: boolean): Promise<ReadAssertion>;
  /** What is wrong with a token of these claims, or null. */
  findProblem(claims: object, header?: object, allowsAudienceList?: boolean): Promise<string | null>;
}

async function setUp(listed = true): Promise<Setup> {
  const issuer = await useFakeIssuer(audience);
  let passedMs = 0;
  const tokens = createWorkloadTokens({
    listedIssuers: listed ? [{ provider: "gitlab", issuer: issuer.url }] : [],
    now: () => new Date(Date.now() + passedMs),
    nowMs: () => performance.now() + passedMs,
    reportFailure: () => undefined,
  });
  const verify: Setup["verify"] = (token, allowsAudienceList = false) =>
    tokens.verify(token, { issuer: issuer.url, audience, allowsAudienceList });
  return {
    issuer,
    tokens,
    advance: (milliseconds) => {
      passedMs += milliseconds;
    },
    verify,
    findProblem: async (claims, header, allowsAudienceList) => {
      const read = await verify(await issuer.sign({ ...claims }, { ...header }), allowsAudienceList);
      return read.ok ? null : read.problem;
    },
  };
}

describe("I-01 an assertion", () => {
  it("has the issuer, the ID and the claims of the token", async () => {
    const { issuer, tokens, verify } = await setUp();
    const exp = nowSeconds() + 100;
    const token = await issuer.sign({ jti: "one", exp, project_id: "20" });
    expect(tokens.readIssuer(token)).toBe(issuer.url);
    expect(await verify(token)).toMatchObject({
      ok: true,
      assertion: {
        issuer: issuer.url,
        id: "jti:one",
        endsOn: new Date((exp + 60) * 1_000),
        claims: { project_id: "20" },
      },
    });
  });

  it("without jti has the same ID for every text of its signature", async () => {
    const { issuer, verify } = await setUp();
    const token = await issuer.sign({ jti: undefined });
    const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    // The last of 342 characters has four bits that no byte of the signature has.
    const last = alphabet.indexOf(token.at(-1) ?? "");
    const twin = `${token.slice(0, -1)}${alphabet[last ^ 1]}`;
    const ids = await Promise.all(
      [token, twin].map(async (text) => {
        const read = await verify(text);
        return read.ok ? read.assertion.id : read.problem;
      }),
    );
    const signed = token.slice(0, token.lastIndexOf("."));
    const id = `sha256:${createHash("sha256").update(signed).digest("base64url")}`;
    expect(ids).toEqual([id, id]);
  });

  const hour = 3_600;
  it.each([
    ["an audience list", () => ({ aud: [audience] }), "audience"],
    ["an audience with a slash", () => ({ aud: `${audience}/` }), "audience"],
    ["an audience in upper case", () => ({ aud: audience.toUpperCase() }), "audience"],
    ["no audience", () => ({ aud: undefined }), "audience"],
    ["another issuer", () => ({ iss: "https://evil.example" }), "another issuer"],
    ["no issuer", () => ({ iss: undefined }), "another issuer"],
    ["no end", () => ({ exp: undefined }), "no valid times"],
    ["an end as text", () => ({ exp: String(nowSeconds() + 60) }), "no valid times"],
    ["a fraction of a second", () => ({ exp: nowSeconds() + 60.5 }), "no valid times"],
    ["no start", () => ({ iat: undefined }), "no valid times"],
    ["an end more than 60 s ago", () => ({ iat: nowSeconds() - 300, exp: nowSeconds() - 62 }), "expired"],
    ["a start more than 60 s ahead", () => ({ iat: nowSeconds() + 65, exp: nowSeconds() + 90 }), "not valid yet"],
    ["a later validity", () => ({ nbf: nowSeconds() + 65 }), "not valid yet"],
    ["more than an hour", () => ({ iat: nowSeconds(), exp: nowSeconds() + hour + 1 }), "longer than an hour"],
    ["an end before its start", () => ({ iat: nowSeconds() + 30, exp: nowSeconds() + 10 }), "longer than an hour"],
    ["an empty jti", () => ({ jti: "" }), "jti"],
    ["a long jti", () => ({ jti: "x".repeat(257) }), "jti"],
    ["a number as jti", () => ({ jti: 7 }), "jti"],
  ])("with %s is refused", async (_, claims, problem) => {
    const { findProblem, issuer } = await setUp();
    expect(await findProblem(claims())).toContain(problem);
    // Nothing of it leads to a call.
    expect(issuer.calls).toEqual([]);
  });

  it.each([
    ["an hour", () => ({ iat: nowSeconds(), exp: nowSeconds() + hour })],
    ["an end less than 60 s ago", () => ({ iat: nowSeconds() - 300, nbf: undefined, exp: nowSeconds() - 55 })],
    ["a start less than 60 s ahead", () => ({ iat: nowSeconds() + 55, nbf: nowSeconds() + 55 })],
    ["no nbf and no jti", () => ({ nbf: undefined, jti: undefined })],
  ])("with %s is accepted", async (_, claims) => {
    const { findProblem } = await setUp();
    expect(await findProblem(claims())).toBe(null);
  });

  it("with a list of audiences is accepted only for Kubernetes, with one entry", async () => {
    const { findProblem } = await setUp();
    expect(await findProblem({ aud: [audience] }, {}, true)).toBe(null);
    expect(await findProblem({ aud: audience }, {}, true)).toBe(null);
    for (const aud of [[], [audience, audience], [audience, "https://other.example"], [[audience]]]) {
      expect(await findProblem({ aud }, {}, true)).toContain("audience");
    }
  });

  it("with exp 1e400 is refused", async () => {
    const { issuer, verify } = await setUp();
    const [key] = issuer.keys;
    const payload = `{"iss":"${issuer.url}","aud":"${audience}","iat":${nowSeconds()},"exp":1e400,"jti":"x"}`;
    const header = Buffer.from(JSON.stringify({ alg: "RS256", kid: key?.kid })).toString("base64url");
    const forged = `${header}.${Buffer.from(payload).toString("base64url")}.AAAA`;
    expect(await verify(forged)).toMatchObject({ ok: false, problem: expect.stringContaining("times") });
  });

  it("with alg none, with HS256 and the public key, or with a key in its header is refused", async () => {
    const { issuer, verify } = await setUp();
    const claims = { iss: issuer.url, aud: audience, iat: nowSeconds(), exp: nowSeconds() + 60, jti: "x" };
    const [key] = issuer.keys;
    const jwk = key?.publicJwk ?? {};
    const pem = await exportSPKI((await importJWK(jwk, "RS256")) as CryptoKey);
    const own = await createSigningKey("RS256");
    const evil = await useFakeIssuer(audience);
    const header = { kid: key?.kid };
    const forged = [
      new UnsecuredJWT(claims).encode(),
      `${new UnsecuredJWT(claims).encode()}AAAA`,
      await new SignJWT(claims)
        .setProtectedHeader({ alg: "HS256", kid: key?.kid ?? "" })
        .sign(createSecretKey(Buffer.from(pem))),
      await own.sign(claims, { ...header, jwk: own.publicJwk }),
      await own.sign(claims, { ...header, jku: `${evil.url}/jwks` }),
      await own.sign(claims, { ...header, x5u: `${evil.url}/jwks` }),
      await own.sign(claims, header),
      await own.sign(claims),
      await own.sign(claims, { kid: undefined }),
    ];
    const [head = "", body = ""] = forged[2]?.split(".") ?? [];
    forged.push(
      `${head}.${body}.${createHmac("sha256", JSON.stringify(jwk)).update(`${head}.${body}`).digest("base64url")}`,
    );
    for (const token of forged) expect(await verify(token)).toMatchObject({ ok: false });
    expect(evil.calls).toEqual([]);
  });

  it("with another payload, a padded signature or more parts is refused", async () => {
    const { issuer, verify } = await setUp();
    const [head = "", body = "", signature = ""] = (await issuer.sign({})).split(".");
    const other = (await issuer.sign({ project_id: "7" })).split(".")[1];
    for (const text of [
      `${head}.${other}.${signature}`,
      `${head}.${body}.${signature}=`,
      `${head}.${body}.${signature}.`,
      `${head}.${body}.`,
      ` ${head}.${body}.${signature}`,
      "",
      "x".repeat(20_000),
    ]) {
      expect(await verify(text)).toMatchObject({ ok: false });
    }
  });

  it("may have the signature of an elliptic curve", async () => {
    const { issuer, findProblem } = await setUp();
    issuer.keys.splice(0, 1, await createSigningKey("ES256"));
    expect(await findProblem({})).toBe(null);
  });
});

describe("I-01 the keys of an issuer", () => {
  it("are fetched once in 30 s, whatever key IDs tokens name", async () => {
    const { issuer, advance, verify } = await setUp();
    const forger = await createSigningKey("RS256");
    const claims = { iss: issuer.url, aud: audience, iat: nowSeconds(), exp: nowSeconds() + 600 };
    const flood = async (): Promise<void> => {
      const tokens = await Promise.all(
        Array.from({ length: 100 }, (_, index) => forger.sign(claims, { kid: `made-up-${index}` })),
      );
      for (const read of await Promise.all(tokens.map((token) => verify(token)))) expect(read.ok).toBe(false);
    };
    await flood();
    await flood();
    expect(issuer.calls).toEqual(["/.well-known/openid-configuration", "/jwks"]);
    advance(30_001);
    await flood();
    expect(issuer.calls).toHaveLength(4);
  });

  it("can be replaced, and the new one works after the cooldown at the latest", async () => {
    const { issuer, advance, findProblem } = await setUp();
    expect(await findProblem({})).toBe(null);
    issuer.keys.unshift(await createSigningKey("RS256"));
    expect(await findProblem({})).not.toBe(null);
    advance(30_001);
    expect(await findProblem({ iat: nowSeconds() + 30, exp: nowSeconds() + 90 })).toBe(null);
  });

  it.each(["down", "huge", "error", "redirect", "html"] as const)(
    "of an issuer that is %s are unavailable",
    async (failure) => {
      const { issuer, findProblem } = await setUp();
      issuer.failure = failure;
      await expect(findProblem({})).rejects.toBeInstanceOf(IdentityProviderUnavailableError);
      const { length } = issuer.calls;
      // A redirect is not followed, and a failure is remembered.
      expect(length).toBe(1);
      await expect(findProblem({})).rejects.toBeInstanceOf(IdentityProviderUnavailableError);
      expect(issuer.calls).toHaveLength(length);
    },
  );

  it("that worked before still work while the issuer is down", async () => {
    const { issuer, advance, findProblem } = await setUp();
    expect(await findProblem({})).toBe(null);
    issuer.failure = "down";
    advance(11 * 60_000);
    const iat = nowSeconds() + 11 * 60;
    expect(await findProblem({ iat, nbf: iat, exp: iat + 60 })).toBe(null);
    advance(60 * 60_000);
    const later = iat + 60 * 60;
    const old = findProblem({ iat: later, nbf: later, exp: later + 60 });
    await expect(old).rejects.toBeInstanceOf(IdentityProviderUnavailableError);
  });

  it.each([
    ["of another issuer", { issuer: "https://other.example" }],
    ["of the issuer with a slash", { issuer: undefined }],
    ["without keys", { jwks_uri: undefined }],
    ["with keys over plain HTTP elsewhere", { jwks_uri: "http://192.0.2.1/jwks" }],
    ["with keys that are no URL", { jwks_uri: "jwks" }],
  ])("are not read from a document %s", async (_, document) => {
    const { issuer, findProblem } = await setUp();
    issuer.document = document;
    await expect(findProblem({})).rejects.toBeInstanceOf(IdentityProviderUnavailableError);
    expect(issuer.calls).toEqual(["/.well-known/openid-configuration"]);
  });

  it("are not read from the server's own network, unless the operator listed the issuer", async () => {
    const { issuer, findProblem, tokens } = await setUp(false);
    await expect(findProblem({})).rejects.toBeInstanceOf(IdentityProviderUnavailableError);
    const { port } = new URL(issuer.url);
    const [key] = issuer.keys;
    for (const host of ["127.0.0.1", "localhost", "[::1]", "[::ffff:127.0.0.1]", "10.0.0.1", "169.254.169.254"]) {
      const own = `https://${host}:${port}`;
      const token = (await key?.sign({ iss: own, aud: audience, iat: nowSeconds(), exp: nowSeconds() + 60 })) ?? "";
      const read = tokens.verify(token, { issuer: own, audience, allowsAudienceList: false });
      await expect(read).rejects.toBeInstanceOf(IdentityProviderUnavailableError);
    }
    expect(issuer.calls).toEqual([]);
  });
});

it.each([
  ["192.0.2.1", true],
  ["8.8.8.8", true],
  ["2606:4700::1111", true],
  ["10.1.2.3", false],
  ["100.64.0.1", false],
  ["127.0.0.1", false],
  ["169.254.169.254", false],
  ["172.16.0.1", false],
  ["172.32.0.1", true],
  ["192.168.0.1", false],
  ["0.0.0.0", false],
  ["255.255.255.255", false],
  ["::", false],
  ["::1", false],
  ["::ffff:10.0.0.1", false],
  ["::ffff:8.8.8.8", true],
  ["64:ff9b::a00:1", false],
  ["2002:a00:1::", false],
  ["fd00::1", false],
  ["fe80::1", false],
  ["ff02::1", false],
  ["not an address", false],
])("I-01 %s is an address on the internet: %s", (address, expected) => {
  expect(isPublicAddress(address)).toBe(expected);
});
