import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readChallengeId, readErrorCode, readTokens, readUser } from "./responses.ts";

/** Returns a user in the format of `GET /user`, with changes. */
function makeUser(changes: Record<string, unknown> = {}, data: Record<string, unknown> = {}): unknown {
  return {
    id: "0b0f1f0e-1111-4111-8111-111111111111",
    email: "ada@partner.example",
    email_confirmed_at: "2026-01-01T00:00:00Z",
    identities: [
      { provider: "google", identity_data: { email: "ada@partner.example", email_verified: true, ...data } },
    ],
    ...changes,
  };
}

describe("responses of Supabase", () => {
  it("S-33 are read without an error, whatever they contain", () => {
    fc.assert(
      fc.property(fc.anything(), fc.anything(), (body, part) => {
        readTokens(body);
        readChallengeId(body);
        readUser(body);
        readUser(makeUser({ identities: [part], factors: [part] }));
        const code = readErrorCode({ status: 400, headers: new Headers(), body });
        if (code !== null) expect(code).toMatch(/^[a-z0-9_]{1,60}$/);
      }),
      { numRuns: 2_000 },
    );
  });

  it("S-08 verify an address only if it is confirmed and an identity confirms it too", () => {
    const verified = (user: unknown): string | null | undefined => readUser(user)?.verifiedEmail;
    expect(verified(makeUser())).toBe("ada@partner.example");
    expect(verified(makeUser({ email: "Ada@Partner.example" }, { email: "ADA@partner.example" }))).toBe(
      "ada@partner.example",
    );
    for (const user of [
      makeUser({ email_confirmed_at: null }),
      makeUser({ email_confirmed_at: "" }),
      makeUser({ email: "" }),
      makeUser({ identities: [] }),
      makeUser({ identities: null }),
      makeUser({}, { email_verified: false }),
      makeUser({}, { email_verified: "true" }),
      makeUser({}, { email_verified: 1 }),
      makeUser({}, { email: "other@partner.example" }),
      makeUser({
        identities: [{ provider: "sso:1", identity_data: { email: "ada@partner.example", email_verified: true } }],
      }),
      makeUser({ identities: [{ identity_data: { email: "ada@partner.example", email_verified: true } }] }),
      makeUser({ identities: [], user_metadata: { email: "ada@partner.example", email_verified: true } }),
    ]) {
      expect(verified(user), JSON.stringify(user)).toBeNull();
    }
    expect(readUser({ email: "ada@partner.example" })).toBeNull();
  });

  it("S-08 contain the verified factors with a code, with IDs that are safe in a URL", () => {
    const id = "0b0f1f0e-2222-4222-8222-222222222222";
    const app = { id, status: "verified", factor_type: "totp", friendly_name: "Pixel" };
    const read = (...factors: unknown[]) => readUser(makeUser({ factors }));
    expect(read(app)).toMatchObject({ hasSecondFactor: true, codeFactors: [{ id, kind: "app", name: "Pixel" }] });
    const phone = { ...app, factor_type: "phone", friendly_name: "" };
    expect(read(phone)?.codeFactors).toEqual([{ id, kind: "phone", name: null }]);
    expect(read({ ...app, friendly_name: "x".repeat(500) })?.codeFactors[0]?.name).toHaveLength(100);
    for (const other of [
      { ...app, factor_type: "webauthn" },
      { ...app, factor_type: undefined },
      { ...app, id: `../user/${id}` },
      { ...app, id: id.toUpperCase() },
      { ...app, id: 7 },
    ]) {
      expect(read(other), JSON.stringify(other)).toMatchObject({ hasSecondFactor: true, codeFactors: [] });
    }
    expect(read({ ...app, status: "unverified" })).toMatchObject({ hasSecondFactor: false, codeFactors: [] });
    expect(readChallengeId({ id })).toBe(id);
    for (const body of [null, {}, { id: `${id}x` }, { id: [id] }]) expect(readChallengeId(body)).toBeNull();
  });

  it("S-33 contain their error code in a header or in one of three fields, depending on the version", () => {
    const read = (body: unknown, headers: Record<string, string> = {}): string | null =>
      readErrorCode({ status: 400, headers: new Headers(headers), body });
    expect(read({ code: 400, error_code: "invalid_credentials", msg: "x" })).toBe("invalid_credentials");
    expect(read({ code: "invalid_credentials", message: "x" })).toBe("invalid_credentials");
    expect(read({ error: "invalid_grant", error_description: "Invalid login credentials" })).toBe("invalid_grant");
    expect(read(null, { "x-sb-error-code": "user_banned" })).toBe("user_banned");
    expect(read({ message: "No API key found in request" })).toBeNull();
    expect(read({ error_code: "a secret with spaces" })).toBeNull();
  });
});
