import { describe, expect, it } from "vitest";
import { removeMember } from "../../src/domain/accounts/manage-membership.ts";
import { disableUser, enableUser, unlinkUser } from "../../src/domain/accounts/manage-user.ts";
import { resetPassword } from "../../src/domain/accounts/reset-password.ts";
import { expectError } from "../support/expect-error.ts";
import type { HttpResponse } from "../support/http-client.ts";
import { createSupabasePerson, getMe, type Hybrid, useHybrid } from "../support/hybrid-server.ts";
import { createPerson, goodPassword, otherPassword } from "../support/people.ts";

const auth = "/external/v1/auth";
const signIn = ({ server }: Hybrid, email: string, password: string): Promise<HttpResponse> =>
  server.call("POST", `${auth}/signin`, { json: { email, password } });

describe("the user of a Supabase account", () => {
  it("S-65 an address that equals the invited one only after Unicode case folding is another mailbox", async () => {
    const hybrid = await useHybrid();
    const { server, supabase } = hybrid;
    const invited = await createPerson(server.deps, { email: "mike.sasse@partner.example" });
    for (const identityEmail of [
      "mi\u212ae.sasse@partner.example",
      "mike.\u017fasse@partner.example",
      "\uff4dike.sasse@partner.example",
      "mike.sasse@\u212aartner.example",
    ]) {
      const account = supabase.project.addUser({ email: invited.email });
      const describe = supabase.project.describeUser.bind(supabase.project);
      supabase.project.describeUser = (user) => {
        const described = describe(user) as { identities: { identity_data: { email: string } }[] };
        if (user === account) for (const one of described.identities) one.identity_data.email = identityEmail;
        return described as unknown as Record<string, unknown>;
      };
      const { token } = await supabase.signIn(account);
      expectError(await getMe(hybrid, token), "UNAUTHORIZED");
    }
    const { token } = await supabase.signIn(supabase.project.addUser({ email: "MIKE.Sasse@partner.example" }));
    expect((await getMe(hybrid, token)).body.user.id).toBe(invited.userId);
  });

  it("S-65 after a new address at Supabase, the username, the old address and a new password still work", async () => {
    const hybrid = await useHybrid();
    const { server, supabase } = hybrid;
    const person = await createPerson(server.deps, { username: "ada" });
    const account = supabase.project.addUser({ email: person.email, password: goodPassword });
    const first = await signIn(hybrid, "ada", goodPassword);
    expect(first.status).toBe(200);
    account.email = "ada@newjob.example";
    expectError(await signIn(hybrid, "ada", "a wrong password"), "SIGN_IN_FAILED");
    expect((await signIn(hybrid, "ada", goodPassword)).status).toBe(200);
    expect((await signIn(hybrid, person.email, goodPassword)).status).toBe(200);
    expect((await signIn(hybrid, account.email, goodPassword)).body.user.id).toBe(person.userId);
    const passwords = { currentPassword: goodPassword, newPassword: otherPassword };
    const wrong = { currentPassword: "a wrong password", newPassword: otherPassword };
    const change = (json: object) => server.call("POST", `${auth}/password`, { token: first.body.accessToken, json });
    expectError(await change(wrong), "SIGN_IN_FAILED");
    expect((await change(passwords)).status).toBe(204);
    expect((await signIn(hybrid, "ada", otherPassword)).status).toBe(200);
  });

  it("S-65 the newest token sets the address on any server, and an older token does not revert it", async () => {
    const hybrid = await useHybrid();
    const { server, supabase } = hybrid;
    const person = await createPerson(server.deps, { username: "grace" });
    const account = supabase.project.addUser({ email: person.email, password: goodPassword });
    const old = await supabase.signIn(account);
    expect((await getMe(hybrid, old.token)).status).toBe(200);
    server.clock.advance(5_000);
    account.email = "grace@newjob.example";
    const fresh = await supabase.signIn(account);
    expect((await getMe(hybrid, fresh.token)).status).toBe(200);
    expect((await getMe(hybrid, old.token)).status).toBe(200);
    server.deps.rememberedTokens.forget(person.userId);
    const asked = supabase.calls.length;
    expect((await signIn(hybrid, "grace", goodPassword)).status).toBe(200);
    expect(supabase.calls.slice(asked).filter((call) => call === "POST /token")).toHaveLength(1);
  });
});

describe("a token with a new address", () => {
  /** Creates a user whose address at Supabase has changed, with a token that contains the new address. */
  async function createPersonWithNewAddress(hybrid: Hybrid, privilege: 1 | 3) {
    const { server, supabase } = hybrid;
    const { account, ...person } = await createSupabasePerson(hybrid, { privilege });
    expect((await getMe(hybrid, person.token)).status).toBe(200);
    server.clock.advance(5_000);
    account.email = `new.${person.email}`;
    const { token } = await supabase.signIn(account);
    const readIdentities = () => server.deps.store.identities.listIdentities(person.userId);
    const action = "user.identity_address_changed";
    const readEvents = async () =>
      (await server.deps.store.audit.listStep(person.companyId, { action }, { limit: 10 })).events;
    return { person, account, token, readIdentities, readEvents };
  }

  it("S-60 changes nothing if its call is refused", async () => {
    const hybrid = await useHybrid();
    const { token, readIdentities, readEvents } = await createPersonWithNewAddress(hybrid, 3);
    const before = await readIdentities();
    expectError(await hybrid.server.call("GET", `${auth}/keys`, { token }), "FORBIDDEN");
    expectError(await hybrid.server.call("POST", `${auth}/switch-company`, { token, json: {} }), "VALIDATION_FAILED");
    expect(await readIdentities()).toEqual(before);
    expect(await readEvents()).toEqual([]);
  });

  it("S-60 is recorded once, with an audit event, if calls are accepted", async () => {
    const hybrid = await useHybrid();
    const { person, account, token, readIdentities, readEvents } = await createPersonWithNewAddress(hybrid, 1);
    const responses = await Promise.all(Array.from({ length: 4 }, () => getMe(hybrid, token)));
    expect(responses.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect((await readIdentities()).map(({ email }) => email)).toEqual([account.email]);
    const events = await readEvents();
    expect(events.map(({ actorId }) => actorId)).toEqual([person.userId]);
    expect(JSON.parse(events[0]?.details ?? "")).toMatchObject({ email: account.email });
  });

  it("S-60 wrong passwords record no address, and cause only one call to Supabase about the old one", async () => {
    const hybrid = await useHybrid();
    const { server, supabase } = hybrid;
    const person = await createSupabasePerson(hybrid);
    expect((await getMe(hybrid, person.token)).status).toBe(200);
    person.account.email = `new.${person.email}`;
    const before = await server.deps.store.identities.listIdentities(person.userId);
    const countGuesses = async (): Promise<number> => {
      const asked = supabase.calls.length;
      expectError(await signIn(hybrid, person.email, "a wrong password"), "SIGN_IN_FAILED");
      return supabase.calls.slice(asked).filter((call) => call === "POST /token").length;
    };
    expect([await countGuesses(), await countGuesses()]).toEqual([2, 1]);
    expect(await server.deps.store.identities.listIdentities(person.userId)).toEqual(before);
    expect((await signIn(hybrid, person.email, goodPassword)).status).toBe(200);
  });

  it("S-65 is forgotten at the sign-out", async () => {
    const hybrid = await useHybrid();
    const { person, token } = await createPersonWithNewAddress(hybrid, 1);
    expect((await getMe(hybrid, token)).status).toBe(200);
    expect(hybrid.server.deps.rememberedTokens.find(person.userId)).toBe(token);
    expect((await hybrid.server.call("POST", `${auth}/signout`, { token })).status).toBe(204);
    expect(hybrid.server.deps.rememberedTokens.find(person.userId)).toBeNull();
  });
});

describe("operators and sessions of Supabase", () => {
  it("S-07 a member who is removed from the session's company can only switch to another company", async () => {
    const hybrid = await useHybrid();
    const { server } = hybrid;
    const person = await createSupabasePerson(hybrid);
    const other = await createPerson(server.deps, { email: person.email });
    expect((await getMe(hybrid, person.token)).body.activeCompany.id).toBe(person.companyId);
    await removeMember(server.deps, { user: person.email, company: person.companyId }, true);
    const me = await getMe(hybrid, person.token);
    expect([me.status, me.body.companies]).toEqual([200, [expect.objectContaining({ id: other.companyId })]]);
    const refused = await server.call("GET", `${auth}/keys`, { token: person.token });
    expect(expectError(refused, "FORBIDDEN")).toContain("Switch to another company");
    const back = { companyId: person.companyId };
    expectError(await server.call("POST", `${auth}/switch-company`, { token: person.token, json: back }), "FORBIDDEN");
    const there = { companyId: other.companyId };
    const switched = await server.call("POST", `${auth}/switch-company`, { token: person.token, json: there });
    expect(switched.status).toBe(200);
    expect((await server.call("GET", `${auth}/keys`, { token: person.token })).status).toBe(200);
    const filter = { action: "session.company_switched" };
    const { events } = await server.deps.store.audit.listStep(other.companyId, filter, { limit: 1 });
    expect(JSON.parse(events[0]?.details ?? "{}")).toEqual({ fromCompanyId: person.companyId });
  });

  it("S-07 S-60 a password at Supabase is not reset by the server, and the sessions continue", async () => {
    const hybrid = await useHybrid();
    const { deps, database } = hybrid.server;
    const person = await createSupabasePerson(hybrid);
    expect((await getMe(hybrid, person.token)).status).toBe(200);
    const readUser = () => database.query("select * from users where id = ?", person.userId);
    const before = await readUser();
    for (const typed of [undefined, otherPassword]) {
      await expect(resetPassword(deps, person.email, typed)).rejects.toThrow("Passwords are kept by the identity");
    }
    expect(await readUser()).toEqual(before);
    expect((await getMe(hybrid, person.token)).status).toBe(200);
  });

  it("S-07 no device is remembered if the user is disabled during the sign-in", async () => {
    const hybrid = await useHybrid();
    const { store } = hybrid.server.deps;
    const person = await createPerson(hybrid.server.deps);
    hybrid.supabase.project.addUser({ email: person.email, password: goodPassword });
    const { transact } = store;
    const isDisabledAt: boolean[] = [];
    const disableFirst: typeof transact = async <T>(work: Parameters<typeof transact<T>>[0]): Promise<T> => {
      const isSessionOpen = (await store.identities.listIdentities(person.userId)).length > 0;
      if (isSessionOpen) {
        store.transact = transact;
        await disableUser(hybrid.server.deps, person.email, true);
      }
      isDisabledAt.push(isSessionOpen);
      return transact.call(store, work) as Promise<T>;
    };
    store.transact = disableFirst;
    const { body } = await signIn(hybrid, person.email, goodPassword);
    expect([isDisabledAt.at(-1), body.deviceToken]).toEqual([true, undefined]);
    const devices = await hybrid.server.database.query("select * from device_tokens where user_id = ?", person.userId);
    expect(devices).toEqual([]);
  });

  it("S-07 the refresh of such a session does not end it at Supabase", async () => {
    const hybrid = await useHybrid();
    const { server } = hybrid;
    const person = await createSupabasePerson(hybrid);
    await createPerson(server.deps, { email: person.email });
    const { body } = await signIn(hybrid, person.email, person.password);
    await server.database.query("delete from memberships where company_id = ?", person.companyId);
    const refreshed = await server.call("POST", `${auth}/refresh`, { json: { refreshToken: body.refreshToken } });
    expect(refreshed.status).toBe(200);
    await server.database.query("delete from memberships where user_id = ?", person.userId);
    expectError(await getMe(hybrid, refreshed.body.accessToken), "UNAUTHORIZED");
  });

  it("S-07 disabling, enabling and unlinking take effect with the next request, despite remembered refusals", async () => {
    const hybrid = await useHybrid();
    const { server, supabase } = hybrid;
    const person = await createSupabasePerson(hybrid);
    expect((await getMe(hybrid, person.token)).status).toBe(200);
    await disableUser(server.deps, person.email, true);
    expectError(await getMe(hybrid, person.token), "UNAUTHORIZED");
    const fresh = await supabase.signIn(person.account);
    expectError(await getMe(hybrid, fresh.token), "UNAUTHORIZED");
    await enableUser(server.deps, person.email);
    expect((await getMe(hybrid, fresh.token)).status).toBe(200);
    expectError(await getMe(hybrid, person.token), "UNAUTHORIZED");

    // Another person got the address, with a new account.
    const successor = await supabase.signIn(supabase.project.addUser({ email: person.email }));
    expectError(await getMe(hybrid, successor.token), "UNAUTHORIZED");
    await unlinkUser(server.deps, person.email);
    expectError(await getMe(hybrid, fresh.token), "UNAUTHORIZED");
    expect((await getMe(hybrid, successor.token)).status).toBe(200);
  });

  it("S-07 S-65 a sign-in that waits for Supabase does not restore an identity that an operator unlinks", async () => {
    const hybrid = await useHybrid();
    const { server, supabase } = hybrid;
    const person = await createSupabasePerson(hybrid);
    expect((await getMe(hybrid, person.token)).status).toBe(200);
    person.account.email = "another@nowhere.example";
    const fresh = await supabase.signIn(person.account);
    const unlinked: boolean[] = [];
    supabase.beforeReadUser = async () => unlinked.push((await unlinkUser(server.deps, person.email)).isChanged);
    expectError(await getMe(hybrid, fresh.token), "UNAUTHORIZED");
    expect(unlinked).toEqual([true]);
    expect(await server.deps.store.identities.listIdentities(person.userId)).toEqual([]);
  });
});
