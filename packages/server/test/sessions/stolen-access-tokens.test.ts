import { describe, expect, it } from "vitest";
import { createAdmin } from "../../src/domain/accounts/create-admin.ts";
import { expectError } from "../support/expect-error.ts";
import { createTestKey } from "../support/keys.ts";
import { useTestServer } from "../support/lifetimes.ts";
import { createPerson, createSignedIn } from "../support/people.ts";

const auth = "/external/v1/auth";

describe("a stolen access token", () => {
  it("S-06 that switches the company ends the session at the next refresh of its owner", async () => {
    const server = await useTestServer();
    const owner = await createSignedIn(server);
    const covert = await server.call("POST", `${auth}/switch-company`, {
      token: owner.token,
      json: { companyId: owner.companyId },
    });
    expect(covert.status).toBe(200);

    expectError(
      await server.call("POST", `${auth}/refresh`, { json: { refreshToken: owner.refreshToken } }),
      "UNAUTHORIZED",
    );
    expectError(
      await server.call("POST", `${auth}/refresh`, { json: { refreshToken: covert.body.refreshToken } }),
      "UNAUTHORIZED",
    );
  });
});

describe("the long lists of a company", () => {
  it("S-32 shorten a page if its keys have long allowlists", async () => {
    const server = await useTestServer();
    const admin = await createSignedIn(server);
    const entries = Array.from({ length: 100 }, (_, index) => `10.0.${index}.0/24`);
    for (let index = 0; index < 22; index++) {
      await createTestKey(server, admin.token, { name: `key ${index}`, ipAllowlist: entries });
    }
    const first = await server.call("GET", `${auth}/keys`, { token: admin.token });
    expect(first.body).toHaveLength(20);
    const next = /<([^>]+)>; rel="next"/.exec(String(first.headers["link"]))?.[1] ?? "";
    const { pathname, search } = new URL(next, `${server.url}${auth}/keys`);
    const second = await server.call("GET", `${pathname}${search}`, { token: admin.token });
    expect(second.body).toHaveLength(2);
    expect(second.headers["link"]).toBeUndefined();
  });
});

describe("admin create for an existing user", () => {
  it("S-16 keeps the privilege by default, and refuses a password that it would ignore", async () => {
    const { deps } = await useTestServer();
    const member = await createPerson(deps, { privilege: 3 });
    const again = { email: member.email, firstName: "Ada", lastName: "Lovelace", company: member.companyName };
    expect((await createAdmin(deps, { ...again, mustChangePassword: false })).privilege).toBe(3);
    expect((await createAdmin(deps, { ...again, mustChangePassword: false, privilege: 2 })).privilege).toBe(2);
    await expect(createAdmin(deps, { ...again, mustChangePassword: true })).rejects.toThrow("existing user");
  });
});
