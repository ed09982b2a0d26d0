import { describe, expect, it } from "vitest";
import { expectError } from "../support/expect-error.ts";
import type { HttpResponse } from "../support/http-client.ts";
import { createTestKey } from "../support/keys.ts";
import { useAdmin, useServer } from "../support/lifetimes.ts";
import { type Caller, fillPath, operations } from "../support/operations.ts";
import { createSignedIn, goodPassword, otherPassword } from "../support/people.ts";

const keys = "/external/v1/auth/keys";

describe("keys", () => {
  const server = useServer();
  const admin = useAdmin(server);

  const call = (method: string, path: string, json?: unknown, token = admin.token): Promise<HttpResponse> =>
    server.call(method, `${keys}${path}`, json === undefined ? { token } : { token, json });

  describe("access to key calls", () => {
    const list = (caller: Caller): [string, string, unknown?][] =>
      operations
        .filter((operation) => operation.caller === caller && operation.path.includes("/keys"))
        .map(({ method, path, body, isBodyOptional }) => [
          method,
          fillPath(path.split("/auth/keys")[1] ?? "", { id: "ID" }),
          isBodyOptional ? undefined : body,
        ]);
    const calls = list("manage-keys");
    const minting = list("mint-secrets");

    it("S-07 a Member cannot use key calls on any plan", async () => {
      const member = await createSignedIn(server, { privilege: 3 });
      for (const [method, path, json] of [...calls, ...minting]) {
        const refused = await call(method, path, json, member.token);
        expect(expectError(refused, "FORBIDDEN")).toBe("You need the Admin or Super Admin role in this company");
      }
      expectError(await server.call("GET", "/external/v1/auth/audit", { token: member.token }), "FORBIDDEN");
    });

    it("S-07 below BUSINESS, only creating and rotating need an upgrade, and cleaning up stays possible", async () => {
      for (const plan of ["FREE", "PRO"] as const) {
        const owner = await createSignedIn(server, { privilege: 2 });
        const { id } = await createTestKey(server, owner.token);
        await server.deps.store.transact(({ users }) => users.setPlan(owner.companyId, plan));
        for (const [method, path, json] of minting) {
          const refused = await call(method, path.replace("ID", id), json, owner.token);
          expect(expectError(refused, "PLAN_UPGRADE_REQUIRED")).toContain("Settings → Billing");
        }
        for (const [method, path, json] of calls) {
          const { status } = await call(method, path.replace("ID", id), json, owner.token);
          expect([200, 201, 204, 404, 409], `${plan} ${method} ${path}`).toContain(status);
        }
      }
    });

    it("S-03 a password that must be changed blocks every key call until it is changed", async () => {
      const owner = await createSignedIn(server, { mustChangePassword: true, plan: "FREE", privilege: 3 });
      for (const [method, path, json] of [...calls, ...minting]) {
        const refused = await call(method, path, json, owner.token);
        expect(expectError(refused, "PASSWORD_CHANGE_REQUIRED")).toBe("Change your password before you manage keys");
      }
      const me = await server.call("GET", "/external/v1/auth/me", { token: owner.token });
      expect(me.body.user.mustChangePassword).toBe(true);

      const change = (newPassword: string, currentPassword = goodPassword): Promise<HttpResponse> =>
        server.call("POST", "/external/v1/auth/password", {
          token: owner.token,
          json: { currentPassword, newPassword },
        });
      const refusals: [string, RegExp][] = [
        ["short", /At least 15 are required/],
        [goodPassword, /The new password is the same as the current one/],
        [`${owner.email}12`, /your email address/],
        ["password1234567", /too common/],
        ["x".repeat(1100), /longer than 1024 bytes/],
      ];
      for (const [password, reason] of refusals) {
        const response = await change(password);
        expect(expectError(response, "VALIDATION_FAILED")).toMatch(/^The server did not accept the new password: /);
        expect(response.body.error.message).toMatch(reason);
        for (const detail of response.body.error.details) expect(detail.path).toBe("/newPassword");
      }
      const wrong = await change(otherPassword, "not the password at all");
      expect(expectError(wrong, "SIGN_IN_FAILED")).toBe("The current password is wrong");

      expect((await change(otherPassword)).status).toBe(204);
      expectError(await call("GET", "", undefined, owner.token), "FORBIDDEN");
      const again = await server.call("GET", "/external/v1/auth/me", { token: owner.token });
      expect(again.body.user.mustChangePassword).toBe(false);
    });
  });
});
