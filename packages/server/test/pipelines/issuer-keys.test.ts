import { describe, expect, it } from "vitest";
import { IdentityProviderUnavailableError } from "../../src/domain/identity/identity-provider.ts";
import { isPublicAddress } from "../../src/oidc/public-addresses.ts";
import { createSigningKey } from "../support/supabase-keys.ts";
import { audience, nowSeconds, setUpVerifier } from "../support/verifier.ts";

describe("I-01 the keys of an issuer", () => {
  it("are fetched once in 30 s, whatever key IDs the tokens have", async () => {
    const { issuer, advance, verify } = await setUpVerifier();
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

  it("can be replaced, and the new key works after the cooldown at the latest", async () => {
    const { issuer, advance, findProblem } = await setUpVerifier();
    expect(await findProblem({})).toBe(null);
    issuer.keys.unshift(await createSigningKey("RS256"));
    expect(await findProblem({})).not.toBe(null);
    advance(30_001);
    expect(await findProblem({ iat: nowSeconds() + 30, exp: nowSeconds() + 90 })).toBe(null);
  });

  it.each(["down", "huge", "error", "redirect", "html"] as const)(
    "of an issuer that is %s are unavailable",
    async (failure) => {
      const { issuer, findProblem } = await setUpVerifier();
      issuer.failure = failure;
      await expect(findProblem({})).rejects.toBeInstanceOf(IdentityProviderUnavailableError);
      const { length } = issuer.calls;
      // The server does not follow a redirect, and it remembers a failure.
      expect(length).toBe(1);
      await expect(findProblem({})).rejects.toBeInstanceOf(IdentityProviderUnavailableError);
      expect(issuer.calls).toHaveLength(length);
    },
  );

  it("that worked before still work while the issuer is down", async () => {
    const { issuer, advance, findProblem } = await setUpVerifier();
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
    const { issuer, findProblem } = await setUpVerifier();
    issuer.document = document;
    await expect(findProblem({})).rejects.toBeInstanceOf(IdentityProviderUnavailableError);
    expect(issuer.calls).toEqual(["/.well-known/openid-configuration"]);
  });

  it("are not read from the server's own network, unless the operator listed the issuer", async () => {
    const { issuer, findProblem, tokens } = await setUpVerifier(false);
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
