import { createHash, createHmac, createSecretKey } from "node:crypto";
import { exportSPKI, importJWK, SignJWT, UnsecuredJWT } from "jose";
import { describe, expect, it } from "vitest";
import { useFakeIssuer } from "../support/fake-issuer.ts";
import { createSigningKey } from "../support/supabase-keys.ts";
import { audience, nowSeconds, setUpVerifier } from "../support/verifier.ts";

describe("I-01 an assertion", () => {
  it("has the issuer, the ID and the claims of the token", async () => {
    const { issuer, tokens, verify } = await setUpVerifier();
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

  it("without jti has the same ID for every encoding of its signature", async () => {
    const { issuer, verify } = await setUpVerifier();
    const token = await issuer.sign({ jti: undefined });
    const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    // The last of 342 characters has four bits that do not belong to any byte of the signature.
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
    ["no expiry", () => ({ exp: undefined }), "no valid times"],
    ["an expiry as text", () => ({ exp: String(nowSeconds() + 60) }), "no valid times"],
    ["a fraction of a second", () => ({ exp: nowSeconds() + 60.5 }), "no valid times"],
    ["no start", () => ({ iat: undefined }), "no valid times"],
    ["an expiry more than 60 s ago", () => ({ iat: nowSeconds() - 300, exp: nowSeconds() - 62 }), "expired"],
    ["a start more than 60 s ahead", () => ({ iat: nowSeconds() + 65, exp: nowSeconds() + 90 }), "not valid yet"],
    ["a later validity", () => ({ nbf: nowSeconds() + 65 }), "not valid yet"],
    ["more than an hour", () => ({ iat: nowSeconds(), exp: nowSeconds() + hour + 1 }), "longer than an hour"],
    ["an expiry before its start", () => ({ iat: nowSeconds() + 30, exp: nowSeconds() + 10 }), "longer than an hour"],
    ["an empty jti", () => ({ jti: "" }), "jti"],
    ["a long jti", () => ({ jti: "x".repeat(257) }), "jti"],
    ["a number as jti", () => ({ jti: 7 }), "jti"],
  ])("with %s is refused", async (_, claims, problem) => {
    const { findProblem, issuer } = await setUpVerifier();
    expect(await findProblem(claims())).toContain(problem);
    // The token causes no call to the issuer.
    expect(issuer.calls).toEqual([]);
  });

  it.each([
    ["an hour", () => ({ iat: nowSeconds(), exp: nowSeconds() + hour })],
    ["an expiry less than 60 s ago", () => ({ iat: nowSeconds() - 300, nbf: undefined, exp: nowSeconds() - 55 })],
    ["a start less than 60 s ahead", () => ({ iat: nowSeconds() + 55, nbf: nowSeconds() + 55 })],
    ["no nbf and no jti", () => ({ nbf: undefined, jti: undefined })],
  ])("with %s is accepted", async (_, claims) => {
    const { findProblem } = await setUpVerifier();
    expect(await findProblem(claims())).toBe(null);
  });

  it("with a list of audiences is accepted only for Kubernetes, with one entry", async () => {
    const { findProblem } = await setUpVerifier();
    expect(await findProblem({ aud: [audience] }, {}, true)).toBe(null);
    expect(await findProblem({ aud: audience }, {}, true)).toBe(null);
    for (const aud of [[], [audience, audience], [audience, "https://other.example"], [[audience]]]) {
      expect(await findProblem({ aud }, {}, true)).toContain("audience");
    }
  });

  it("with exp 1e400 is refused", async () => {
    const { issuer, verify } = await setUpVerifier();
    const [key] = issuer.keys;
    const payload = `{"iss":"${issuer.url}","aud":"${audience}","iat":${nowSeconds()},"exp":1e400,"jti":"x"}`;
    const header = Buffer.from(JSON.stringify({ alg: "RS256", kid: key?.kid })).toString("base64url");
    const forged = `${header}.${Buffer.from(payload).toString("base64url")}.AAAA`;
    expect(await verify(forged)).toMatchObject({ ok: false, problem: expect.stringContaining("times") });
  });

  it("with alg none, with HS256 and the public key, or with a key in its header is refused", async () => {
    const { issuer, verify } = await setUpVerifier();
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
    const { issuer, verify } = await setUpVerifier();
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

  it("may have an elliptic curve signature", async () => {
    const { issuer, findProblem } = await setUpVerifier();
    issuer.keys.splice(0, 1, await createSigningKey("ES256"));
    expect(await findProblem({})).toBe(null);
  });
});
