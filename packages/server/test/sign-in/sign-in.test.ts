import { hash } from "@node-rs/argon2";
import { describe, expect, it } from "vitest";
import type { PasswordHasher } from "../../src/domain/passwords/password-hash.ts";
import { expectError } from "../support/expect-error.ts";
import { createGate } from "../support/gate.ts";
import type { HttpResponse } from "../support/http-client.ts";
import { useServer, useTestServer } from "../support/lifetimes.ts";
import { createPerson, goodPassword, otherPassword, sendSignIn, signInPerson } from "../support/people.ts";

const path = "/external/v1/auth/signin";

/** Returns everything by which a client can distinguish two responses, except the two fields that always differ. */
function withoutIdentity({ status, rawHeaders, body }: HttpResponse): unknown {
  const headers = rawHeaders.map((text, index) =>
    /^(date|x-request-id)$/i.test(rawHeaders[index - 1] ?? "") ? "(differs)" : text,
  );
  return { status, headers, body: { ...body, error: { ...body.error, requestId: "(differs)" } } };
}

describe("signIn", () => {
  const server = useServer();

  it("S-07 returns the documented fields, and tokens that work", async () => {
    const person = await createPerson(server.deps, { privilege: 2 });
    const response = await sendSignIn(server, person.email, person.password);
    expect(response.status).toBe(200);
    expect(response.headers["cache-control"]).toBe("no-store");
    expect(response.body).toEqual({
      accessToken: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
      refreshToken: expect.stringMatching(/^[\w-]{43}$/),
      deviceToken: expect.stringMatching(/^[\w-]{43}$/),
      expiresIn: 900,
      user: {
        id: person.userId,
        firstName: "Ada",
        lastName: "Lovelace",
        email: person.email,
        mustChangePassword: false,
      },
      activeCompany: { id: person.companyId, name: person.companyName },
      companies: [{ id: person.companyId, name: person.companyName, privilege: 2 }],
    });
    const me = await server.call("GET", "/external/v1/auth/me", { token: response.body.accessToken });
    expect(me.status).toBe(200);
  });

  it("S-03 accepts email or username in any case and width, and the password in any Unicode form", async () => {
    const person = await createPerson(server.deps, { username: "Ada.L", password: "caf\u00e9 lantern otter drift" });
    for (const login of [person.email.toUpperCase(), ` ${person.email} `, "ada.l", "ＡＤＡ.L"]) {
      const response = await sendSignIn(server, login, "cafe\u0301 lantern otter drift");
      expect(response.status, login).toBe(200);
    }
    expectError(await sendSignIn(server, person.email, "Caf\u00e9 lantern otter drift"), "SIGN_IN_FAILED");
  });

  it("S-07 opens a session in the requested company, and refuses one that the user does not belong to", async () => {
    const person = await createPerson(server.deps);
    const second = await createPerson(server.deps, { email: person.email });
    const stranger = await createPerson(server.deps);
    const { email, password } = person;
    const chosen = await server.call("POST", path, { json: { email, password, companyId: second.companyId } });
    expect(chosen.body.activeCompany).toEqual({ id: second.companyId, name: second.companyName });
    expect(chosen.body.companies).toHaveLength(2);
    for (const companyId of [stranger.companyId, "nobody-has-this", "__proto__"]) {
      const refused = await server.call("POST", path, { json: { email, password, companyId } });
      expect(expectError(refused, "FORBIDDEN")).toBe("You do not belong to this company");
    }
  });

  it("S-16 names every refused field in a message", async () => {
    const messages: [unknown, string][] = [
      [{ email: "a@b.example" }, "password is missing"],
      [{ email: 5, password: "x" }, "email must be a string"],
      [{ email: "a@b.example", password: "x", admin: true }, "admin is not a known field"],
      [{ email: "", password: "x" }, "email must not be empty"],
      [{ email: "a@b.example", password: "x".repeat(4097) }, "password must have at most 4096 characters"],
      [["a@b.example"], "the body must be a JSON object"],
      [null, "the body must be a JSON object"],
      ["text", "the body must be a JSON object"],
    ];
    for (const [json, message] of messages) {
      const response = await server.call("POST", path, { json });
      expect(expectError(response, "VALIDATION_FAILED")).toBe(message);
      expect(response.body.error.details).toHaveLength(1);
    }
    const nothing = await server.call("POST", path);
    expect(expectError(nothing, "VALIDATION_FAILED")).toBe("the body must be a JSON object");
  });

  it("S-04 responses do not distinguish unknown user, wrong password, disabled user and oversized password", async () => {
    const counted: string[] = [];
    const counting = await useTestServer({}, (deps) => ({
      ...deps,
      passwords: new Proxy(deps.passwords, {
        get: (target, name: keyof PasswordHasher) => {
          const method = target[name];
          return (...args: never[]) => {
            counted.push(name);
            return (method as (...args: never[]) => unknown).apply(target, args);
          };
        },
      }),
    }));
    const known = await createPerson(counting.deps);
    const disabled = await createPerson(counting.deps);
    await counting.deps.store.transact(({ users }) => users.setDisabled(disabled.userId, new Date().toISOString()));

    const attempts: [string, string][] = [
      ["nobody@partner.example", goodPassword],
      [known.email, otherPassword],
      [disabled.email, disabled.password],
      [known.email, "x".repeat(2000)],
      ["nobody@partner.example", "x".repeat(2000)],
    ];
    const responses: unknown[] = [];
    for (const [email, password] of attempts) {
      counted.length = 0;
      const response = await sendSignIn(counting, email, password);
      expect(expectError(response, "SIGN_IN_FAILED")).toBe("Invalid email or password");
      expect(counted).toHaveLength(1);
      expect(["verify", "verifyDecoy"]).toContain(counted[0]);
      responses.push(withoutIdentity(response));
    }
    for (const response of responses) expect(response).toEqual(responses[0]);
  });

  it("S-01 stores argon2id with at least OWASP's minimum, and upgrades weaker hashes at the next sign-in", async () => {
    const person = await createPerson(server.deps);
    const readHash = async (): Promise<unknown> => {
      const [row] = await server.database.query("select password_hash from users where id = ?", person.userId);
      return row?.["password_hash"];
    };
    expect(await readHash()).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);

    const weak = await hash(person.password, { memoryCost: 64, timeCost: 1, parallelism: 1 });
    await server.database.query("update users set password_hash = ? where id = ?", weak, person.userId);
    expectError(await sendSignIn(server, person.email, otherPassword), "SIGN_IN_FAILED");
    expect(await readHash()).toBe(weak);
    expect((await sendSignIn(server, person.email, person.password)).status).toBe(200);
    expect(await readHash()).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect((await sendSignIn(server, person.email, person.password)).status).toBe(200);
  });

  it("S-07 opens no session with a password that was changed while it was being checked", async () => {
    // The late sign-in waits between hash and check until the password has been changed.
    const checked = createGate();
    const changed = createGate();
    let isLate = false;
    const holding = await useTestServer({}, (deps) => ({
      ...deps,
      passwords: {
        ...deps.passwords,
        verify: async (phc, password) => {
          const isRight = await deps.passwords.verify(phc, password);
          if (isLate) {
            isLate = false;
            checked.open();
            await changed.opened;
          }
          return isRight;
        },
      },
    }));
    const person = await signInPerson(holding, await createPerson(holding.deps));
    isLate = true;
    const late = sendSignIn(holding, person.email, person.password);
    await checked.opened;
    const change = await holding.call("POST", "/external/v1/auth/password", {
      token: person.token,
      json: { currentPassword: person.password, newPassword: otherPassword },
    });
    expect(change.status).toBe(204);
    changed.open();
    expectError(await late, "SIGN_IN_FAILED");
  });

  it("S-07 opens no session for a user who was disabled during the password check", async () => {
    const disabling = await useTestServer({}, (deps) => ({
      ...deps,
      passwords: {
        ...deps.passwords,
        verify: async (phc, password) => {
          const isRight = await deps.passwords.verify(phc, password);
          const user = await deps.store.users.findByLogin("ada@partner.example");
          await deps.store.transact(({ users }) => users.setDisabled(user?.id ?? "", new Date().toISOString()));
          return isRight;
        },
      },
    }));
    const person = await createPerson(disabling.deps, { email: "ada@partner.example" });
    expectError(await sendSignIn(disabling, person.email, person.password), "SIGN_IN_FAILED");
  });
});
