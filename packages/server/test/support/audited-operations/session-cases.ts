import { startRequest } from "../device-sign-ins-in-browser.ts";
import { createPerson, createSignedIn, otherPassword, type SignedIn, signInPerson } from "../people.ts";
import { auth, type Cases, type OperationCalls, type Request, request } from "./calls.ts";

/** Returns the cases of the operations on sessions and passwords. */
export function listSessionCases({ server, admin, stranger, post, send }: OperationCalls): Cases {
  const signIn = (email: string, password: string, more: object = {}): Request =>
    request("POST", `${auth}/signin`, { json: { email, password, ...more } });
  const refresh = (refreshToken: string): Request => request("POST", `${auth}/refresh`, { json: { refreshToken } });
  /** Returns the ID of a person's session. */
  const sessionOf = async (person: SignedIn): Promise<string> =>
    (await send(request("GET", `${auth}/me`, { token: person.token }), 200)).session.id;
  const end = (id: string, { token }: SignedIn): Request => request("DELETE", `${auth}/sessions/${id}`, { token });
  return {
    signIn: [
      {
        name: "with the right password",
        status: 200,
        changes: ["refresh_tokens", "sessions"],
        events: ["session.signed_in"],
        prepare: async () => signIn(admin.email, admin.password),
      },
      {
        name: "with a wrong password",
        status: 401,
        events: ["session.sign_in_failed"],
        prepare: async () => signIn(admin.email, otherPassword),
      },
      { name: "of an unknown user", status: 401, prepare: async () => signIn("nobody@partner.example", otherPassword) },
      {
        name: "for a company of another user",
        status: 403,
        prepare: async () => signIn(admin.email, admin.password, { companyId: stranger.companyId }),
      },
      { name: "with an unknown field", status: 422, prepare: async () => signIn("a@b", "c", { remember: true }) },
    ],
    getSignInMethods: [
      { name: "without a session", status: 200, prepare: async () => request("GET", `${auth}/signin/methods`) },
    ],
    startDeviceSignIn: [
      { name: "of a device", status: 200, prepare: async () => startRequest() },
      { name: "without a name", status: 422, prepare: async () => startRequest({ host_name: " " }) },
    ],
    refreshSession: [
      {
        name: "with a token",
        status: 200,
        changes: ["refresh_tokens", "sessions"],
        events: ["session.refreshed"],
        prepare: async () => refresh((await signInPerson(server, admin)).refreshToken),
      },
      {
        name: "repeated after a lost response",
        status: 200,
        prepare: async () => {
          const { refreshToken } = await signInPerson(server, admin);
          await send(refresh(refreshToken), 200);
          return refresh(refreshToken);
        },
      },
      { name: "with a token that is none", status: 401, prepare: async () => refresh("made-up") },
      {
        name: "of an ended session",
        status: 401,
        prepare: async () => {
          const person = await signInPerson(server, admin);
          await send(post(`${auth}/signout`, undefined, person), 204);
          return refresh(person.refreshToken);
        },
      },
      {
        name: "with a token that was used before",
        status: 401,
        changes: ["sessions"],
        events: ["session.revoked"],
        changesDespiteRefusal: "ends the session, because one of two holders of the token stole it",
        prepare: async () => {
          const { refreshToken } = await signInPerson(server, admin);
          const next = await send(refresh(refreshToken), 200);
          await send(refresh(next.refreshToken), 200);
          return refresh(refreshToken);
        },
      },
    ],
    signOut: [
      {
        name: "of a session",
        status: 204,
        changes: ["sessions"],
        events: ["session.signed_out"],
        prepare: async () => post(`${auth}/signout`, undefined, await signInPerson(server, admin)),
      },
      { name: "without a session", status: 401, prepare: async () => request("POST", `${auth}/signout`) },
    ],
    listSessions: [
      {
        name: "of a user",
        status: 200,
        prepare: async () => request("GET", `${auth}/sessions`, { token: admin.token }),
      },
      {
        name: "with a cursor that is none",
        status: 422,
        prepare: async () => request("GET", `${auth}/sessions?cursor=x`, { token: admin.token }),
      },
      { name: "without a session", status: 401, prepare: async () => request("GET", `${auth}/sessions`) },
    ],
    endSession: [
      {
        name: "of the user",
        status: 204,
        changes: ["sessions"],
        events: ["session.signed_out"],
        prepare: async () => end(await sessionOf(await signInPerson(server, admin)), admin),
      },
      {
        name: "of the call",
        status: 204,
        changes: ["sessions"],
        events: ["session.signed_out"],
        prepare: async () => {
          const person = await signInPerson(server, admin);
          return end(await sessionOf(person), person);
        },
      },
      {
        name: "repeated",
        status: 204,
        prepare: async () => {
          const id = await sessionOf(await signInPerson(server, admin));
          await send(end(id, admin), 204);
          return end(id, admin);
        },
      },
      { name: "of another user", status: 404, prepare: async () => end(await sessionOf(stranger), admin) },
      { name: "without a session", status: 401, prepare: async () => request("DELETE", `${auth}/sessions/x`) },
    ],
    endOtherSessions: [
      {
        name: "of a user with three",
        status: 200,
        changes: ["sessions"],
        events: ["session.signed_out"],
        prepare: async () => {
          const person = await createSignedIn(server);
          for (let index = 0; index < 2; index++) await signInPerson(server, person);
          return request("DELETE", `${auth}/sessions`, { token: person.token });
        },
      },
      {
        name: "of a user with one",
        status: 200,
        prepare: async () => request("DELETE", `${auth}/sessions`, { token: (await createSignedIn(server)).token }),
      },
      { name: "without a session", status: 401, prepare: async () => request("DELETE", `${auth}/sessions`) },
    ],
    getSession: [
      { name: "of a session", status: 200, prepare: async () => request("GET", `${auth}/me`, { token: admin.token }) },
      { name: "without a session", status: 401, prepare: async () => request("GET", `${auth}/me`) },
    ],
    switchCompany: [
      {
        name: "to another company of the user",
        status: 200,
        changes: ["refresh_tokens", "sessions"],
        events: ["session.company_switched"],
        prepare: async () => {
          const person = await createPerson(server.deps);
          const { companyId } = await createPerson(server.deps, { email: person.email });
          return post(`${auth}/switch-company`, { companyId }, await signInPerson(server, person));
        },
      },
      {
        name: "to a company of another user",
        status: 403,
        prepare: async () => post(`${auth}/switch-company`, { companyId: stranger.companyId }),
      },
      {
        name: "without a session",
        status: 401,
        prepare: async () => request("POST", `${auth}/switch-company`, { json: { companyId: admin.companyId } }),
      },
    ],
    changePassword: [
      {
        name: "with the right password",
        status: 204,
        changes: ["sessions", "users"],
        events: ["password.changed"],
        prepare: async () => {
          const person = await createSignedIn(server);
          await signInPerson(server, person);
          const json = { currentPassword: person.password, newPassword: otherPassword };
          return post(`${auth}/password`, json, person);
        },
      },
      {
        name: "with a wrong password",
        status: 401,
        events: ["password.change_failed"],
        prepare: async () =>
          post(`${auth}/password`, { currentPassword: "not this one, surely", newPassword: otherPassword }),
      },
      {
        name: "to a password that is too short",
        status: 422,
        prepare: async () => post(`${auth}/password`, { currentPassword: admin.password, newPassword: "short" }),
      },
      {
        name: "without a session",
        status: 401,
        prepare: async () =>
          request("POST", `${auth}/password`, { json: { currentPassword: "a", newPassword: otherPassword } }),
      },
    ],
  };
}
